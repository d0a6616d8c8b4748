// Keeps the page of a running attempt and the files it needs on this device, so that it opens again without a network.
// Answers are not its business: the page keeps them and sends them. Nothing but GET ever passes through here.
const PAGES = "attempt-pages";
const FILES = "attempt-files";
const PATIENCE = 4000; // after so long on a bad network the kept page is better than none
const PAGE = new RegExp(`^${new URL(self.registration.scope).pathname}\\d+(\\?.*)?$`);

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));

/** Keep a page, and of the files only those that it uses. */
async function keep({ page, files }) {
  const [pages, kept] = await Promise.all([caches.open(PAGES), caches.open(FILES)]);
  const known = new Set((await kept.keys()).map((request) => request.url));
  await Promise.all(files.filter((url) => !known.has(url)).map((url) => kept.add(url).catch(() => {})));
  await Promise.all([...known].filter((url) => !files.includes(url)).map((url) => kept.delete(url)));
  if (!(await pages.match(page))) await refresh(pages, page).catch(() => {});
}

async function refresh(pages, request) {
  const response = await fetch(request);
  if (response.ok && response.type === "basic" && !response.redirected) await pages.put(request, response.clone());
  return response;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname + search)) event.respondWith(page(request));
  else if (request.destination && request.mode !== "navigate") event.respondWith(file(request));
});

/** The network first: only it knows whether the attempt still runs. */
async function page(request) {
  const pages = await caches.open(PAGES);
  const kept = await pages.match(request);
  const fresh = refresh(pages, request);
  if (!kept) return fresh;
  const patience = new Promise((done) => { setTimeout(done, PATIENCE, kept); });
  return Promise.race([fresh.catch(() => kept), patience]);
}

/** Files of the application never change under one address. */
async function file(request) {
  return (await (await caches.open(FILES)).match(request)) ?? fetch(request);
}
