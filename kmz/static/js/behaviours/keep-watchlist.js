// A copy of the Merkliste for the way without a network: facts of courses only, shown by the service
// worker. It belongs to one login, or to one visitor; every page of somebody else throws it away.
const NAME = "kmz-merkliste";

const keep = async (owner, address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.headers.get("X-Copy-Owner") !== owner) return;
  await (await caches.open(NAME)).put(address, answer);
};

const tidy = async (owner) => {
  if (!(await caches.has(NAME))) return;
  const [first] = await (await caches.open(NAME)).matchAll();
  if (!owner || first?.headers.get("X-Copy-Owner") !== owner) await caches.delete(NAME);
};

export async function keepWatchlist() {
  const owner = document.documentElement.dataset.watchlistCopy;
  if (owner === undefined || !("caches" in window)) return;
  const page = document.querySelector("[data-offline-copy]");
  try {
    await tidy(owner);
    if (owner && page) await keep(owner, page.dataset.offlineCopy);
  } catch {
    // A browser that stores nothing has no copy, and needs none.
  }
}
