// Opens the filters on phones; without JavaScript they stand open above the list.
export function openSheets(root) {
  for (const button of root.querySelectorAll("[data-sheet-open]")) {
    if (button.dataset.attached) continue;
    button.dataset.attached = "true";
    const sheet = document.getElementById(button.dataset.sheetOpen);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const open = sheet.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
      if (open) sheet.querySelector("input, select, a, button")?.focus();
    });
  }
}
