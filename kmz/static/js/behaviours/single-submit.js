// A second click on the same button does nothing while the first is under way.
const mark = (form, sending) => {
  form.toggleAttribute("data-sending", sending);
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    if (sending) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
};

export function guardSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-single-submit]") || event.defaultPrevented) return;
    if (form.hasAttribute("data-sending")) event.preventDefault();
    else mark(form, true);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sending]")) mark(form, false);
  });
}
