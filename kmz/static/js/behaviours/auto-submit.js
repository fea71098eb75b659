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
