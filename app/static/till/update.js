/* Home of new versions of the page: the service worker fetches them in the background, and they wait for quiet.

     const shell = keep(() => showNewVersionReady(), store);
     shell.ready()      // → true when a new version waits
     shell.takeOver()   // at a quiet moment only: the new version takes over and the page loads anew
     shell.notNow()     // somebody is there again: what was asked for may still come, but the page stays as it is
     shell.supported    // false: this browser or address cannot keep the page for use without network

   The queue is in IndexedDB and does not notice. */

const WORKER = "/till/worker.js";
const SCOPE = "/till/";
const LOOKS_EVERY_MS = 3600000;

/** Register the worker; call `onReady` once when a new version waits, or when `store` says that this page is outdated. */
export function keep(onReady = () => undefined, store = null) {
  const workers = navigator.serviceWorker;
  const seen = { registration: null, isReady: false, isReplaced: false, isWanted: false };

  function ready() {
    if (seen.isReady) { return; }
    seen.isReady = true;
    onReady();
  }

  /* Another tab may let the new version take over; this one goes on as it is until it is quiet here too. So it does
     when the browser is slow to change: Chromium looks for idle workers every 30 seconds, and now and then lets go
     of the old one only then. */
  function replaced() {
    seen.isReplaced = true;
    if (seen.isWanted) { self.location.reload(); } else { ready(); }
  }

  if (store) { store.on((change) => { if (change.kind === "outdated") { replaced(); } }); }
  if (workers) { begin(workers, { seen, ready, replaced }); }
  return {
    supported: Boolean(workers),
    ready: () => seen.isReady,
    takeOver() {
      seen.isWanted = true;
      const waiting = seen.registration && seen.registration.waiting;
      if (seen.isReplaced || !waiting) { self.location.reload(); return; }
      waiting.postMessage({ type: "take-over" });
    },
    notNow() { seen.isWanted = false; },
  };
}

async function begin(workers, { seen, ready, replaced }) {
  // The first worker of all takes over a page that has none, which is no new version.
  let hadNone = !workers.controller;
  workers.addEventListener("controllerchange", () => {
    if (hadNone) { hadNone = false; return; }
    replaced();
  });
  try {
    seen.registration = await workers.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
  } catch (error) {
    // Without network the worker that is there goes on; without one there is nothing to be done.
    return;
  }
  watch(workers, seen.registration, ready);
  const look = () => seen.registration.update().catch(() => undefined);
  self.setInterval(look, LOOKS_EVERY_MS);
  self.addEventListener("online", look);
}

function watch(workers, registration, ready) {
  const arrived = (worker) => {
    if (worker && worker.state === "installed" && workers.controller) { ready(); }
  };
  arrived(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => arrived(worker));
  });
}
