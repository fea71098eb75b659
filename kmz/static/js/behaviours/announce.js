// After htmx has swapped something in: behaviours for it, and its message for screen readers.
// What has been read once is marked; a message that merely stays on the page is not news.
const FRESH = ":is(#notices, main) [data-announce]:not([data-announced])";

function takeFresh() {
  const fresh = [...document.querySelectorAll(FRESH)];
  for (const message of fresh) message.dataset.announced = "true";
  return fresh[0]?.textContent.trim();
}

export function announceSwaps(attach) {
  takeFresh();
  document.addEventListener("htmx:after:swap", () => {
    attach(document);
    // What had the focus is gone with the old content: go on where the new one begins.
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
    const text = takeFresh();
    const live = document.getElementById("live");
    if (!text || !live) return;
    // Emptied first: the same words twice in a row are news twice.
    live.textContent = "";
    window.setTimeout(() => {
      live.textContent = text;
    }, 50);
  });
}
