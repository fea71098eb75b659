// Buttons that only a script can serve: copying a link, handing it to another app, printing.
async function copy(input, said) {
  try {
    await navigator.clipboard.writeText(input.value);
    said.textContent = "Der Link ist kopiert.";
  } catch {
    input.select();
    said.textContent = "Der Link ist markiert: Kopieren Sie ihn mit Strg+C.";
  }
}

const serve = (button, act) => {
  if (!button.hidden) return;
  button.hidden = false;
  button.addEventListener("click", act);
};

export function offerSharing(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    const input = document.getElementById(button.dataset.copy);
    const said = button.closest("section").querySelector("[data-copied]");
    serve(button, () => copy(input, said));
  }
  for (const button of root.querySelectorAll("[data-share]")) {
    const { share: url, shareTitle: title } = button.dataset;
    // Closing the system's sheet is no error.
    if (navigator.share) serve(button, () => navigator.share({ title, url }).catch(() => {}));
  }
  for (const button of root.querySelectorAll("[data-print]")) serve(button, () => window.print());
}
