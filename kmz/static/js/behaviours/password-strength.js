// Says how strong a password looks while somebody types. It never blocks: the server decides.
const WORDS = ["schwach", "mittel", "stark"];
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];

// A third character that goes on as the two before ("aaa", "1234") adds nothing.
function usefulLength(text) {
  const codes = [...text].map((char) => char.codePointAt(0));
  const steps = codes.map((code, index) => (index ? code - codes[index - 1] : NaN));
  return steps.filter((step, index) => Math.abs(step) > 1 || step !== steps[index - 1]).length;
}

export function strengthOf(text) {
  const length = usefulLength(text.normalize("NFC"));
  const kinds = KINDS.filter((kind) => kind.test(text)).length;
  if (length >= 16 || (length >= 12 && kinds >= 2)) return 2;
  return length >= 8 && kinds >= 2 ? 1 : 0;
}

export function showStrength(root) {
  for (const place of root.querySelectorAll("[data-password-strength]")) {
    const input = document.getElementById(place.dataset.passwordStrength);
    if (!input || place.childElementCount) continue;
    const meter = document.createElement("meter");
    Object.assign(meter, { min: 0, max: 3, low: 2, high: 3, optimum: 3 });
    meter.setAttribute("aria-hidden", "true"); // the words beside it say the same
    const words = document.createElement("span");
    words.setAttribute("role", "status");
    place.append(meter, words);
    input.addEventListener("input", () => {
      const strength = strengthOf(input.value);
      place.hidden = input.value === "";
      meter.value = strength + 1;
      const said = `Stärke: ${WORDS[strength]}`;
      if (words.textContent !== said) words.textContent = said;
    });
  }
}
