/* Home of the page without network: the files of one version, kept together and changed together.

   The server puts `self.SHELL = {name, version, pages, files: {address: SHA-256}}` before this (app/web/shell.py),
   so that a change of any file is another worker. It touches caches alone: the queue is in IndexedDB, where no
   version of this can harm it. */

const PREFIX = `${self.SHELL.name}-`;
const CACHE = PREFIX + self.SHELL.version;
const PAGES = self.SHELL.pages;
const FILES = self.SHELL.files;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "take-over") { self.skipWaiting(); }
  if (event.data && event.data.type === "version" && event.ports[0]) { event.ports[0].postMessage(self.SHELL.version); }
});
self.addEventListener("fetch", (event) => {
  const address = addressOf(event.request);
  if (address) { event.respondWith(answer(event.request, address)); }
});

/* All or nothing: one file that is missing, or is not what the server said, and the version before goes on. */
async function install() {
  const cache = await self.caches.open(CACHE);
  await Promise.all(PAGES.map(async (page) => { await cache.put(page, await fetched(page, isOfThisVersion)); }));
  await Promise.all(Object.keys(FILES).map(async (file) => {
    await cache.put(file, await fetched(file, (content) => hasDigest(content, FILES[file])));
  }));
}

/* Without cookies: the page that is kept is nobody's, and in the language that everybody begins with. */
async function fetched(address, isRight) {
  const response = await fetch(address, { cache: "reload", credentials: "omit", redirect: "error" });
  const content = await response.clone().arrayBuffer();
  if (response.status !== 200 || !(await isRight(content))) {
    throw new Error(`${address} is not what version ${self.SHELL.version} is made of`);
  }
  return response;
}

async function isOfThisVersion(content) {
  return new TextDecoder().decode(content).includes(`data-version="${self.SHELL.version}"`);
}

async function hasDigest(content, wanted) {
  const digest = new Uint8Array(await self.crypto.subtle.digest("SHA-256", content));
  return Array.from(digest).map((byte) => byte.toString(16).padStart(2, "0")).join("") === wanted;
}

async function activate() {
  const names = await self.caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => self.caches.delete(name)));
  await self.clients.claim();
}

/* Give the address under which an answer is kept, or "" for what is the network's affair: everything of the API. */
function addressOf(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) { return ""; }
  if (request.mode === "navigate") { return PAGES.includes(url.pathname) ? url.pathname : ""; }
  return Object.prototype.hasOwnProperty.call(FILES, url.pathname) ? url.pathname : "";
}

async function answer(request, address) {
  const cache = await self.caches.open(CACHE);
  return (await cache.match(address)) || fetch(request);
}
