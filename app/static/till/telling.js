/* Home of telling every tab that something changed, so that each reads the store again. */

const CHANNEL = "meal-circle-till";

/** → {on, tell, tellHere}: `tell` reaches all tabs, this one too. */
export function telling() {
  const listeners = new Set();
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;

  function tellHere(change) {
    listeners.forEach((listener) => {
      // One listener's fault is not the next one's, and never that of the tap which was kept.
      try { listener(change); } catch (error) { setTimeout(() => { throw error; }); }
    });
  }

  if (channel) {
    channel.onmessage = (event) => tellHere(Object.assign({}, event.data, { elsewhere: true }));
  }
  return {
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(change) {
      if (channel) { channel.postMessage(change); }
      tellHere(change);
    },
    tellHere,
  };
}
