// Service worker: pages that were opened with a network open again without one. Served with a line before it that
// names the files of SHELL. Pages are put into the cache by the page itself, in a cache of its own for each person.
// Each worker keeps files of its own: another one's are not its to delete.
const FILES = "offline-files", PAGES = "offline-pages-", OWN = `${FILES} ${registration.scope}`;
const PATIENCE_MS = 4000;

addEventListener("install", (event) => event.waitUntil(
  caches.open(OWN).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()),
));

addEventListener("activate", (event) => event.waitUntil((async () => {
  const cache = await caches.open(OWN);
  for (const request of await cache.keys()) {
    if (!SHELL.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
  await clients.claim();
})()));

// Addresses that one kept page stands for, such as those of badges at the door; most workers name none.
const standIn = (url) => {
  const path = new URL(url).pathname, found = typeof ALIASES === "undefined" ? [] : ALIASES;
  const [pattern, page] = found.find(([one]) => one.test(path)) ?? [];
  return pattern ? path.replace(pattern, page) : url;
};

async function kept(request, pages) {
  for (const name of await caches.keys()) {
    if (name.startsWith(pages ? PAGES : FILES)) {
      const found = await (await caches.open(name)).match(request, { ignoreVary: true });
      if (found) return found;
    }
  }
  return undefined;
}

async function fromNetworkFirst(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status < 500) return answer;
    return (await kept(request, true)) ?? answer;
  } catch (error) {
    const page = (await kept(request, true)) ?? (await kept(standIn(request.url), true));
    if (page) return page;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fromNetworkFirst(request));
  else if (url.pathname.startsWith("/static/build/")) {
    event.respondWith(kept(request, false).then((file) => file ?? fetch(request)));
  }
});
