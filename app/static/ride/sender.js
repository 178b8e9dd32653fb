/* Home of carrying reports to the server: batch by batch, each until its own receipt, by the link it was made with. */

import { call } from "../till/wire.js";
import { written } from "../till/words.js";

const BATCH = 50;
const REPORTS = "/api/v1/rides/reports";

/** Send what waits → {kind} as wire.js says it; "ok" when nothing is left to send. Only one tab sends at a time. */
export function send(store) {
  if (!navigator.locks) { return drain(store); }
  return navigator.locks.request("ride-send", () => drain(store));
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
