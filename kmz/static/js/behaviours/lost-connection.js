// htmx says nothing when no answer arrives, or one that is none of ours (a proxy's): a button must not seem
// dead and a page not be emptied. The message says so, once, and what was typed stays. Suggestions come with
// the next letter, and what asks by itself asks again.
const ASKS_AGAIN = "input, [hx-trigger^=every]";

export function tellLostConnections() {
  const notices = document.getElementById("notices");
  const template = document.getElementById("lost-connection");
  if (!notices || !template) return;
  const tell = () => {
    const message = template.content.cloneNode(true);
    // An alert is read out as it comes, not again with the next answer.
    Object.assign(message.firstElementChild.dataset, { lost: "true", announced: "true" });
    notices.replaceChildren(message);
    notices.scrollIntoView({ block: "center" });
  };
  document.addEventListener("htmx:error", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (source && !source.matches(ASKS_AGAIN)) tell();
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx?.select !== "#main" || ctx.text?.includes('id="main"')) return;
    event.preventDefault();
    tell();
  });
  document.addEventListener("htmx:after:swap", () => notices.querySelector("[data-lost]")?.remove());
}
