// The tab bar shows the header's counters a second time; htmx renews only the header's.
export function mirrorCounters(root) {
  for (const copy of root.querySelectorAll("[data-mirror]")) {
    copy.textContent = document.querySelector(`#${copy.dataset.mirror} .badge`)?.textContent ?? "";
  }
}
