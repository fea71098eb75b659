// A second click on the same button does nothing while the first is under way.
export function guardSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-single-submit]") || event.defaultPrevented) return;
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "true";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
  });
}
