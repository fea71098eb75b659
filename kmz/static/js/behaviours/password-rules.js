// Ticks the documented bullets while somebody types; the server checks them again.
const checks = {
  length: (text, list) => [...text.normalize("NFC")].length >= Number(list.dataset.min),
  digit: (text) => /\p{Nd}/u.test(text),
  special: (text, list) => [...text].some((char) => list.dataset.specials.includes(char)),
};

export function markRules(root) {
  for (const list of root.querySelectorAll("[data-password-rules]")) {
    const input = document.getElementById(list.dataset.passwordRules);
    if (!input || list.dataset.attached) continue;
    list.dataset.attached = "true";
    const mark = () => {
      for (const item of list.querySelectorAll("[data-rule]")) {
        const ok = checks[item.dataset.rule](input.value, list);
        item.classList.toggle("ok", ok);
        item.querySelector("[data-state]").textContent = ok ? " (erfüllt)" : "";
      }
    };
    input.addEventListener("input", mark);
    mark();
  }
}
