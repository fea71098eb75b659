// The Kurssuche as a combobox (ARIA APG): htmx fetches the suggestions, this moves through them. The focus
// stays in the field; without JavaScript the field is a plain search.
export function offerSuggestions() {
  const input = document.querySelector("input[data-suggestions]");
  const list = document.getElementById(input?.dataset.suggestions);
  if (!list) return;
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (open) => {
    if (!open) choose(null);
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  };
  const step = (by) => {
    const all = options();
    const at = all.indexOf(chosen()) + (by > 0 || chosen() ? by : all.length);
    choose(at === -1 || at === all.length ? null : all.at(at % all.length));
  };
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => chosen()?.click(),
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      return show(false);
    }
    if (!options().length || !(event.key in keys) || (event.key === "Enter" && !chosen())) return;
    event.preventDefault();
    show(true);
    keys[event.key]();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx?.sourceElement === input) show(document.activeElement === input && options().length > 0);
  });
  input.closest("form").addEventListener("focusout", (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) show(false);
  });
}
