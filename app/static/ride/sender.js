/* Home of carrying reports to the server: batch by batch, each until its own receipt, by the link it was made with. */

import { uuid7 } from "../till/rules.js";
import { call } from "../till/wire.js";
import { written } from "../till/words.js";

const BATCH = 50;
const REPORTS = "/api/v1/rides/reports";
const PHOTOS = "/api/v1/rides/photos";

/** Say once that this phone opened a link, so that the kitchen sees when it was passed on. It waits for network. */
export async function greet(store, token) {
  const known = (await store.get("phone")) || {};
  if (known.token === token && known.greeted) { return; }
  const phone = known.token === token ? known : { token, id: uuid7(new Date(), self.crypto.getRandomValues(new Uint8Array(10))) };
  if (phone !== known) { await store.set("phone", phone); }
  const counts = await store.counts();
  const answer = await call(REPORTS, { token, body: {
    reports: [], unsent: counts.saved, phone_time: written(new Date()), phone: phone.id,
  } });
  if (answer.kind === "ok" && Array.isArray(answer.data.receipts)) {
    await store.set("phone", Object.assign({}, phone, { greeted: true }));
  }
}

/** Send what waits → {kind} as wire.js says it; "ok" when nothing is left to send. Only one tab sends at a time. */
export function send(store) {
  if (!navigator.locks) { return all(store); }
  return navigator.locks.request("ride-send", () => all(store));
}

/* Photos go last: no picture holds up what became of a stop. */
async function all(store) {
  const outcome = await drain(store);
  return outcome.kind === "ok" ? photos(store) : outcome;
}

async function photos(store) {
  for (const id of await store.photoIds()) {
    const kept = await store.photo(id);
    if (!kept) { continue; }
    const answer = await call(PHOTOS, { token: kept.token, body: { photo: kept.body } });
    // Without its link, or when it is none, nobody will ever take it: a picture of somebody's door is not kept.
    const isOver = ["refused", "revoked", "unknown"].includes(answer.kind);
    if (answer.kind === "ok" && answer.data.id !== id) { return { kind: "portal" }; }
    if (answer.kind !== "ok" && !isOver) { return answer; }
    await store.forgetPhoto(id);
  }
  return { kind: "ok" };
}

async function drain(store) {
  const held = new Set();
  for (;;) {
    const waiting = (await store.pending(BATCH * 4)).filter((entry) => !held.has(entry.token));
    if (!waiting.length) { return { kind: "ok" }; }
    const token = waiting[0].token;
    const outcome = await batch(store, token, waiting.filter((entry) => entry.token === token).slice(0, BATCH));
    // A link that opens nothing any more holds back its own reports alone.
    if (outcome.kind === "revoked" || outcome.kind === "unknown") { held.add(token); } else if (outcome.kind !== "ok") { return outcome; }
  }
}

async function batch(store, token, entries) {
  const counts = await store.counts();
  const answer = await call(REPORTS, { token, body: {
    reports: entries.map((entry) => entry.body), unsent: counts.saved - entries.length, phone_time: written(new Date()),
  } });
  if (answer.kind !== "ok") { return answer; }
  const ids = new Set(entries.map((entry) => entry.id));
  const receipts = (Array.isArray(answer.data.receipts) ? answer.data.receipts : []).filter((receipt) => receipt && ids.has(receipt.id));
  // An answer without our receipts is not our server's: a portal may say anything.
  if (receipts.length !== ids.size) { return { kind: "portal" }; }
  await store.settle(receipts);
  return answer;
}
