/* Home of the staff's PIN, checked without the network.

     const answer = await check(pin, person, store);   // person: an entry of ground.people
     // → {ok: true, key, wait_seconds: 0}              key signs day closes; hold it in memory alone
     // → {ok: false, key: null, wait_seconds: 10}      wrong, or asked before the wait was over
     const signature = await sign(answer.key, close);   // hex; `close` without its member "signature"
     await waitSeconds(person, store)                   // what is left of the wait, 0 when one may try

   A person without a PIN (person.pin null) is never ok. */

/** Tell whether this is the person's PIN; each wrong one makes the next wait longer. */
export async function check(pin, person, store) {
  return { ok: false, key: null, wait_seconds: await waitSeconds(person, store) };
}

/** Give the seconds until the next attempt. */
export async function waitSeconds(person, store) {
  return person && store ? 0 : 0;
}

/** Sign an object with the key that a right PIN gave. */
export async function sign(key, object) {
  return key && object ? "" : "";
}
