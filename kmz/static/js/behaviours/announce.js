// After htmx has swapped something in: behaviours for it, and its message for screen readers.
export function announceSwaps(attach) {
  document.addEventListener("htmx:after:swap", () => {
    attach(document);
    const message = document.querySelector("#notices [data-announce], main [data-announce]");
    const live = document.getElementById("live");
    if (message && live) live.textContent = message.textContent.trim();
  });
}
