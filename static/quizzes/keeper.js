// This device's store for a running attempt: the page itself, by a service worker, and every answer given here.

/** A name for this browser, kept, so that devices can be told apart. It says nothing about the person. */
export function deviceName() {
  try {
    const name = localStorage.getItem("device") ?? [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("device", name);
    return name;
  } catch {
    return null;
  }
}

/** What is kept of an attempt: {given: [[number, answer]], unsent: [number]}. */
export function kept(attempt) {
  try {
    const found = JSON.parse(localStorage.getItem(`answers:${attempt}`) ?? "{}");
    if (Array.isArray(found)) return { given: new Map(found), unsent: new Set(found.map(([number]) => number)) }; // from an earlier release
    return { given: new Map(found.given ?? []), unsent: new Set(found.unsent ?? []) };
  } catch {
    return { given: new Map(), unsent: new Set() };
  }
}

export function keep(attempt, given, unsent) {
  try {
    localStorage.setItem(`answers:${attempt}`, JSON.stringify({ given: [...given], unsent: [...unsent] }));
  } catch { /* storage is full or forbidden: sending still works */ }
}

/** Let the page open again without a network. Browsers allow it only over HTTPS, or on the machine itself. */
export async function keepPage(words) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(words.worker, { scope: words.scope });
    const { active } = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => name.startsWith(location.origin));
    active.postMessage({ page: location.href.split("#")[0], files: files.filter((name) => /\/static\/|\/pictures\//.test(name)) });
  } catch { /* without the worker the page needs the network to open, and nothing else is lost */ }
}

/** The attempt is over: nothing of it stays but answers that the server does not have. */
export async function forget(attempt) {
  if (!kept(attempt).unsent.size) localStorage.removeItem(`answers:${attempt}`);
  localStorage.removeItem(`clock:${attempt}`);
  sessionStorage.removeItem(`flags:${attempt}`);
  if (!("caches" in globalThis)) return;
  const pages = await caches.open("attempt-pages");
  await Promise.all((await pages.keys()).filter((request) => new URL(request.url).pathname.endsWith(`/${attempt}`)).map((request) => pages.delete(request)));
}
