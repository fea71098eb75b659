// Filters take effect when they change; without JavaScript there is a button.
export function submitOnChange(root) {
  for (const form of root.querySelectorAll("form[data-auto-submit]")) {
    if (form.dataset.attached) continue;
    form.dataset.attached = "true";
    form.addEventListener("change", () => form.requestSubmit());
  }
}
