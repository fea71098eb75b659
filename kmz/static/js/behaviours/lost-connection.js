// htmx says nothing when no answer arrives, and a button must not seem dead: the message does, and what was
// typed stays. Suggestions come with the next letter.
export function tellLostConnections() {
  const notices = document.getElementById("notices");
  const template = document.getElementById("lost-connection");
  if (!notices || !template) return;
  document.addEventListener("htmx:error", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (!source || source.matches("input")) return;
    const message = template.content.cloneNode(true);
    message.firstElementChild.dataset.lost = "true";
    notices.replaceChildren(message);
    notices.scrollIntoView({ block: "center" });
  });
  document.addEventListener("htmx:after:swap", () => notices.querySelector("[data-lost]")?.remove());
}
