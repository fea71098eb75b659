// Asks before something that cannot be taken back. It listens before everybody else (capture), so a
// "no" reaches neither htmx nor the guard against double clicks.
export function askFirst() {
  document.addEventListener(
    "submit",
    (event) => {
      const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
      if (!question || window.confirm(question)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
