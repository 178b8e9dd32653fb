/* Home of the tablet's credential: how it comes, and how it goes. */

import { call } from "./wire.js";

const ENROL = "/api/v1/tablets/enrol";
const WIPED = "/api/v1/tablets/wiped";

/** Tell how the tablet stands: "enrolled", "unenrolled" or "revoked". */
export async function standingOf(store) {
  if (await store.get("revoked")) { return "revoked"; }
  return (await store.get("token")) ? "enrolled" : "unenrolled";
}

/** Trade a one-time code for the tablet's own credential → {ok, error, message, tablet}.

    error: null | "code" (message says why) | "busy" | "offline" | "timeout" | "portal" | "server" | "storage". */
export async function enrol(store, code, version) {
  const answer = await call(ENROL, { body: { code, version } });
  if (answer.kind !== "ok") { return failed(errorOf(answer), answer.message); }
  const { token, tablet } = answer.data;
  if (typeof token !== "string" || !token || !tablet || typeof tablet.no !== "string") { return failed("portal"); }
  try {
    await accept(store, { token, tablet });
  } catch (error) {
    return failed("storage", "");
  }
  return { ok: true, error: null, message: "", tablet };
}

function failed(error, message = "") {
  return { ok: false, error, message: message || "", tablet: null };
}

function errorOf(answer) {
  if (answer.kind === "refused") { return answer.code === "code" ? "code" : "server"; }
  return answer.kind === "revoked" || answer.kind === "unknown" ? "code" : answer.kind;
}

/* What this device recorded under another number keeps that number; what it knew of another site is forgotten. */
async function accept(store, { token, tablet }) {
  const former = await store.get("tablet");
  const changes = { token, tablet, revoked: undefined };
  if (former && former.no !== tablet.no) {
    await store.signWith(former.no);
    await store.wipeRoster();
  }
  await store.setAll(changes);
}

/** Note that the server has taken the credential back, before anything else is done. */
export function revoke(store, message) {
  return store.set("revoked", { at: new Date().toISOString(), message: message || "", told: false });
}

/** Wipe what is about persons, then tell the server so, until it has heard it; the queue stays and can be exported. */
export async function sayWiped(store) {
  const revoked = await store.get("revoked");
  if (revoked.told) { return { kind: "revoked", message: revoked.message }; }
  await store.wipePersonal();
  const answer = await call(WIPED, { token: await store.get("token"), body: {} });
  const isHeard = ["ok", "revoked", "unknown"].includes(answer.kind);
  if (!isHeard) { return Object.assign({}, answer, { phase: "revoked" }); }
  await store.setAll({ revoked: Object.assign({}, revoked, { told: true }), token: undefined });
  return { kind: "revoked", message: revoked.message };
}
