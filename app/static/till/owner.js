/* Home of the sole right to do something for all tabs: one sends, however many are open.

   The browser's locks end with the tab that holds them. Where there are none, a lease in the store does: it is
   renewed before each request and runs out by itself when its tab has died. */

/* Longer than the longest request, and the question that may follow it. */
const LEASE_MS = 120000;
const me = () => `${Date.now()}-${Math.random()}`;

/** Do `work(renew)` while no other tab does work of this name; null when another has the lease.

    `renew()` must be awaited before each request and says whether the right is still ours. */
export function alone(store, name, work) {
  if (navigator.locks) { return navigator.locks.request(`till-${name}`, () => work(async () => true)); }
  return leased(store, name, work);
}

async function leased(store, name, work) {
  const owner = me();
  const renew = () => {
    const now = Date.now();
    return store.lease(name, { owner, now, until: now + LEASE_MS });
  };
  if (!(await renew())) { return null; }
  try {
    return await work(renew);
  } finally {
    await store.release(name, owner);
  }
}
