// Opens the filters on phones; without JavaScript they stand open above the list.
const toggle = (button, sheet, open) => {
  sheet.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
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
      // Not into a text field: on phones the keyboard would cover what was opened.
      if (sheet.classList.contains("open")) (sheet.querySelector("[data-sheet-focus]") ?? sheet).focus();
    });
    if (sheet.dataset.attachedSheet) continue;
    sheet.dataset.attachedSheet = "true";
    // htmx may have replaced the button since: look for the present one.
    const present = () => document.querySelector(`[data-sheet-open="${sheet.id}"]`);
    const close = () => {
      if (!sheet.classList.contains("open") || !present()) return;
      toggle(present(), sheet, false);
      present().focus();
      present().scrollIntoView({ block: "start" });
    };
    sheet.addEventListener("keydown", (event) => event.key === "Escape" && close());
    sheet.querySelector(`[data-sheet-close="${sheet.id}"]`)?.addEventListener("click", close);
  }
}
