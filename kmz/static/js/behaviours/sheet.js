// Opens the filters on phones; without JavaScript they stand open above the list.
const toggle = (button, sheet, open) => {
  sheet.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
};

// "erweiterte Kurssuche" leads to the sheet's own address: then it has to be open.
const openIfAsked = (button, sheet) => {
  if (window.location.hash !== `#${sheet.id}`) return;
  toggle(button, sheet, true);
  sheet.scrollIntoView();
};

export function openSheets(root) {
  for (const button of root.querySelectorAll("[data-sheet-open]")) {
    const sheet = document.getElementById(button.dataset.sheetOpen);
    if (!sheet || button.dataset.attached) continue;
    button.dataset.attached = "true";
    toggle(button, sheet, sheet.classList.contains("open"));
    button.setAttribute("aria-controls", sheet.id);
    button.addEventListener("click", () => {
      toggle(button, sheet, !sheet.classList.contains("open"));
      sheet.querySelector("input, select, a, button")?.focus();
    });
    if (sheet.dataset.attachedSheet) continue;
    sheet.dataset.attachedSheet = "true";
    // htmx may have replaced the button since: look for the present one.
    const present = () => document.querySelector(`[data-sheet-open="${sheet.id}"]`);
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !sheet.classList.contains("open") || !present()) return;
      toggle(present(), sheet, false);
      present().focus();
    });
    window.addEventListener("hashchange", () => present() && openIfAsked(present(), sheet));
    openIfAsked(button, sheet);
  }
}
