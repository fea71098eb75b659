// The browser may keep a whole page in memory for its back button; private ones are asked for again.
export function reloadPrivatePages() {
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && "private" in document.documentElement.dataset) window.location.reload();
  });
}
