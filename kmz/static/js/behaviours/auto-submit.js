// Filters take effect when they change; without JavaScript there is a button. A control may stand
// outside of its form (`form="…"`), so the document listens.
export function submitOnChange(root) {
  for (const form of root.querySelectorAll("form[data-auto-submit]")) {
    if (form.dataset.attached) continue;
    form.dataset.attached = "true";
    document.addEventListener("change", (event) => {
      if (form.isConnected && event.target.form === form) form.requestSubmit();
    });
  }
}

// What somebody has waited for happens by itself; without JavaScript there is the button.
export function submitAtOnce(root) {
  const form = root.querySelector("form[data-submit-at-once]:not([data-attached])");
  if (!form) return;
  form.dataset.attached = "true";
  form.requestSubmit();
}
