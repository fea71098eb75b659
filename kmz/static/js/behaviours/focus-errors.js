// After a refused form the summary of errors gets the focus, once: a later swap elsewhere on the page
// must not pull it back.
export function focusErrors(root) {
  const summary = root.querySelector(".error-summary[tabindex]:not([data-focused])");
  if (!summary) return;
  summary.dataset.focused = "true";
  summary.focus();
}
