// Keeps the page of a tablet, or of a door, and its files at hand, so that it opens without a connection. Answers and
// codes are none of its concern.

const SHELF = "rimay-entry";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fromNetworkElseShelf(request) {
  const shelf = await caches.open(SHELF);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await shelf.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await shelf.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const own = new URL(request.url);
  if (request.method !== "GET" || own.origin !== self.location.origin) return;
  const page = request.mode === "navigate" && (own.pathname.endsWith("/entry") || own.pathname === "/door");
  if (page || own.pathname.startsWith("/static/")) event.respondWith(fromNetworkElseShelf(request));
});
