// A button beside a password that shows what was typed.
const SVG = "http://www.w3.org/2000/svg";

function eye(icons) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "i");
  picture.setAttribute("aria-hidden", "true");
  const use = picture.appendChild(document.createElementNS(SVG, "use"));
  return { picture, show: (name) => use.setAttribute("href", `${icons}#i-${name}`) };
}

export function addToggles(root) {
  for (const holder of root.querySelectorAll("[data-password-toggle]")) {
    if (holder.querySelector("button")) continue;
    const input = holder.querySelector("input");
    const button = document.createElement("button");
    const { picture, show } = eye(holder.dataset.passwordToggle);
    button.type = "button";
    button.append(picture);
    const reveal = (visible) => {
      input.type = visible ? "text" : "password";
      show(visible ? "eye-off" : "eye");
      button.setAttribute("aria-label", visible ? "Passwort verbergen" : "Passwort anzeigen");
    };
    button.addEventListener("click", () => reveal(input.type === "password"));
    reveal(false);
    holder.append(button);
  }
}
