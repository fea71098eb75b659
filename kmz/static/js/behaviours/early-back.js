// Who goes back again while a page is still loading changes the address before htmx listens; the page
// would then show another list than its address says. It is asked for again.
export function catchEarlyBack() {
  const { activation, currentEntry } = window.navigation ?? {};
  if (activation?.entry && activation.entry.key !== currentEntry?.key) window.location.reload();
}
