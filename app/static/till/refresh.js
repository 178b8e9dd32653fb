/* Home of fetching the roster: what changed since last time, whole when the server thinks so, the old one until then. */

import { isRoster } from "./roster.js";

const ROSTER = "/api/v1/tablets/roster";

/** Ask for the roster and take it in → wire.js' answer. `ask(path, options)` asks with the tablet's credential. */
export async function refresh(store, ask) {
  const [cursor, etag] = [await store.get("cursor"), await store.get("etag")];
  const path = cursor ? `${ROSTER}?since=${encodeURIComponent(cursor)}` : ROSTER;
  const answer = await ask(path, { etag: cursor ? etag : "" });
  const at = new Date().toISOString();
  if (answer.kind === "same") { await store.set("roster_at", at); }
  if (answer.kind !== "ok") { return answer; }
  if (!isRoster(answer.data)) { return { kind: "portal", status: 200 }; }
  // Corrections first: were they lost with the power between the two, the old cursor would bring them once more.
  await store.correct(answer.data.corrections || []);
  await store.applyRoster(answer.data, { etag: answer.etag, at });
  return answer;
}
