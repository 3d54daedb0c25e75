// Keeps the scan page of a stock count, what the count expects and the files that the page needs, so that it opens without a network. The
// network always comes first; nothing else is kept. The page says what to keep, and signing out forgets it all (nameplate.js).

const KEPT = "nameplate-count";
const PAGE = /^\/stock-counts\/\d+\/(scans|expected)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(keep(event.data.keep).then((kept) => event.ports[0].postMessage(kept)));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || !mayBeKept(address.pathname)) return;
  event.respondWith(networkFirst(event.request, address.pathname));
});

function mayBeKept(path) {
  return PAGE.test(path) || path.startsWith("/static/");
}

// All of it or nothing: half a page is none.
async function keep(paths) {
  try {
    const found = await Promise.all(paths.filter(mayBeKept).map(async (path) => [path, await fetch(path)]));
    if (!found.every(([, answer]) => answer.ok && !answer.redirected)) return false;
    const cache = await caches.open(KEPT);
    await Promise.all(found.map(([path, answer]) => cache.put(path, answer)));
    return true;
  } catch {
    return false;
  }
}

async function networkFirst(request, path) {
  try {
    const answer = await fetch(request);
    // Who is signed out, or may not count any more, finds nothing kept either.
    if (PAGE.test(path) && (answer.type === "opaqueredirect" || answer.redirected || answer.status === 401 || answer.status === 403)) await caches.delete(KEPT);
    return answer;
  } catch (problem) {
    const kept = await (await caches.open(KEPT)).match(path);
    if (kept) return kept;
    throw problem;
  }
}
