// A button beside a password that shows what was typed.
export function addToggles(root) {
  for (const holder of root.querySelectorAll("[data-password-toggle]")) {
    if (holder.querySelector("button")) continue;
    const input = holder.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? "🙈" : "👁";
      button.setAttribute("aria-label", visible ? "Passwort verbergen" : "Passwort anzeigen");
      button.setAttribute("aria-pressed", String(visible));
    };
    button.addEventListener("click", () => show(input.type === "password"));
    show(false);
    holder.append(button);
  }
}
