// After a refused form the summary of errors gets the focus.
export function focusErrors(root) {
  const summary = root.querySelector(".error-summary[tabindex]");
  if (summary) summary.focus();
}
