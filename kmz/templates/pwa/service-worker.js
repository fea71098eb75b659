// Keeps static files and one offline page. No other page is ever stored: a school's computer is shared.
// Beside them it shows the copy of the Merkliste that a page may have left (keep-watchlist.js).
const CACHE = {{ cache_name|tojson }};
const OFFLINE = {{ offline_url|tojson }};
const ASSETS = {{ assets|tojson }};
const KNOWN = new Set(ASSETS);
const COPIES = "kmz-merkliste";
const COPY = {{ url_for("catalog.show_watchlist_copy")|tojson }};
const COPIED = new Set([{{ url_for("catalog.show_watchlist")|tojson }}, {{ url_for("catalog.list_watchlist")|tojson }}]);

const withoutNetwork = async (path) => {
  const copy = COPIED.has(path) && (await caches.match(COPY, { cacheName: COPIES }));
  if (copy && Number(copy.headers.get("X-Copy-Until")) > Date.now()) return copy;
  if (copy) await caches.delete(COPIES);
  return caches.match(OFFLINE);
};

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([OFFLINE, ...ASSETS])).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => ![CACHE, COPIES].includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.origin && event.origin !== self.location.origin) return;
  if (event.data === "clear") {
    event.waitUntil(caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (KNOWN.has(url.pathname)) {
    event.respondWith(caches.match(request).then((stored) => stored || fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => withoutNetwork(url.pathname)));
  }
});
