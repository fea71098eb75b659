// htmx has put another page in place: the navigation around it no longer leads to the current one.
export function leaveRooms() {
  document.addEventListener("htmx:after:history:push", () => {
    for (const link of document.querySelectorAll("nav a[aria-current=page]")) {
      if (!`${location.pathname}/`.startsWith(`${link.pathname}/`)) link.removeAttribute("aria-current");
    }
  });
}
