/* Home of the one who carries: it sends what the queue holds, fetches the roster, and never decides what is true.

     const sync = start(store, {version, onState: (state) => …});
     sync.now();                     // try at once (also asks for the roster when it is old)
     await sync.refresh();           // ask for the roster → {ok, error}
     await sync.find(words);         // ask the server for somebody who is not in the roster → {ok, residents, error}
     sync.state();
     sync.stop();

   state: {online, phase: "idle"|"sending"|"waiting"|"revoked"|"unenrolled", last_contact_at, last_error,
           skew_seconds, skewed, persisted, roster_at}
     last_error    null or {code, status, message, at}; code is one of "offline" | "timeout" | "server" | "busy" |
                   "portal" (something else than our server answered) | "form" | "revoked" | "unknown" | "storage"
     skew_seconds  tablet minus server, null before the first contact; skewed = more than two minutes
   Whether everything is sent is nothing that this can know: ask store.counts(). */

import { revoke, sayWiped, standingOf } from "./enrolment.js";
import { alone } from "./owner.js";
import { pulse } from "./pulse.js";
import { refresh as fetchRoster } from "./refresh.js";
import { policyFor, shanghaiDay } from "./rules.js";
import { sender } from "./sender.js";
import { viewOf } from "./state.js";
import { call } from "./wire.js";

export { enrol } from "./enrolment.js";

const HEARTBEAT_MS = 60000;
const ROSTER_MS = 300000;
/* A round comes a little early, and another tab may have done the work just before: so much makes it due. */
const DUE = 0.8;
const DAY_MS = 24 * 60 * 60 * 1000;
const FIND = "/api/v1/tablets/find";

/** Begin to carry; call once per tab. */
export function start(store, { version, onState = () => undefined }) {
  const view = viewOf(store, onState);
  const ask = asker(store, view);
  const carrier = carrierOf(store, { version, ask });
  const sending = pulse(guarded(view, (how) => sendRound(store, { view, carrier, how })), HEARTBEAT_MS);
  const roster = pulse((how) => rosterRound(store, { view, ask, sending, how }), ROSTER_MS);
  const stopListening = listen(store, { view, sending, roster });
  begin(store, { version, view, sending, roster });
  return {
    state: view.now,
    now() {
      sending.now();
      roster.soon();
    },
    async refresh() {
      const outcome = await rosterRound(store, { view, ask, sending, how: { isForced: true } });
      return { ok: outcome.kind === "ok", error: outcome.kind === "ok" ? null : outcome.kind };
    },
    async find(words) {
      const answer = await ask(FIND, { body: { words } });
      const isAnswered = answer.kind === "ok" && Array.isArray(answer.data.residents);
      return isAnswered
        ? { ok: true, residents: answer.data.residents, error: null }
        : { ok: false, residents: [], error: answer.kind === "ok" ? "portal" : answer.kind };
    },
    stop() {
      [sending, roster].forEach((beat) => beat.stop());
      stopListening();
    },
  };
}

/* What was refused by an older page or by a server that was ill may be taken now. */
async function begin(store, { version, view, sending, roster }) {
  await guarded(view, async () => {
    await view.recall();
    await store.requeue((refusal) => refusal.version !== version || refusal.status >= 500);
    return { kind: "ok" };
  })();
  sending.now();
  roster.now();
}

/* Every question with the tablet's credential passes here, so that every answer's news is heard. */
function asker(store, view) {
  return async (path, options) => {
    const answer = await call(path, Object.assign({ token: await store.get("token") }, options));
    if (answer.kind === "ok" || answer.kind === "same") { await view.met(answer); }
    return answer;
  };
}

function carrierOf(store, { version, ask }) {
  return sender(store, {
    version,
    post: (path, body) => ask(path, { body }),
    envelope: async (unsent, oldest) => ({
      unsent,
      oldest_unsent_at: oldest,
      version,
      tablet_time: new Date().toISOString(),
      persisted: store.persisted,
      policy: await policyHeld(store),
    }),
  });
}

/* Give the reference of the policy by which the tablet reckons today. */
async function policyHeld(store) {
  const ground = await store.get("ground");
  const policy = ground ? policyFor(ground.policies, ground.site.area_code, shanghaiDay(new Date())) : null;
  return policy ? policy.reference : null;
}

/* ---- One round ---- */

/* A store that fails must not end the beat: the next round may find it well. */
function guarded(view, work) {
  return async (how) => {
    let outcome;
    try {
      outcome = await work(how);
    } catch (error) {
      outcome = { kind: "storage", message: error.name };
    }
    view.ended(outcome);
    return outcome;
  };
}

async function sendRound(store, { view, carrier, how }) {
  const standing = await standingOf(store);
  if (standing === "revoked") { return sayWiped(store); }
  if (standing === "unenrolled") { return { kind: "unenrolled" }; }
  const outcome = await alone(store, "sender", (renew) => carry(store, { view, carrier, how, renew }));
  if (!outcome) { return { kind: "elsewhere" }; }
  if (outcome.kind !== "revoked") { return outcome; }
  await revoke(store, outcome.message);
  return sayWiped(store);
}

/* A tablet with nothing to send still says once a minute that it is there. */
async function carry(store, { view, carrier, how, renew }) {
  const counts = await store.counts();
  if (counts.saved || counts.closes_unsent || counts.complaints_unsent) { view.show({ phase: "sending" }); }
  const sent = await carrier.send(renew);
  if (sent.kind !== "ok") { return sent; }
  const isDue = view.isSilent(HEARTBEAT_MS * DUE) || (how.isForced && !sent.isAnswered);
  const outcome = isDue ? await carrier.greet() : sent;
  await tidy(store, view, outcome);
  return outcome;
}

/* Once a day, and by a clock that the server has found right: one that runs ahead would forget too much. */
async function tidy(store, view, outcome) {
  if (outcome.kind !== "ok" || view.now().skewed || ageMs(await store.get("tidied_at")) < DAY_MS) { return; }
  await store.prune(new Date());
  await store.note("tidied_at", new Date().toISOString());
}

async function rosterRound(store, { view, ask, sending, how }) {
  try {
    const isOld = ageMs(await store.get("roster_at")) >= ROSTER_MS * DUE;
    if (!(how.isForced || isOld) || (await standingOf(store)) !== "enrolled") { return { kind: "ok" }; }
    const outcome = (await alone(store, "roster", () => fetchRoster(store, ask))) || { kind: "elsewhere" };
    view.show({ roster_at: (await store.get("roster_at")) || null });
    // What a credential that was taken back means is decided in one place.
    if (outcome.kind === "revoked" || outcome.kind === "unknown") { sending.now(); }
    return outcome.kind === "same" ? { kind: "ok" } : outcome;
  } catch (error) {
    return { kind: "storage", message: error.name };
  }
}

/* A clock that was moved back makes a time in the future, which says nothing about age. */
function ageMs(at) {
  const age = Date.now() - Date.parse(at);
  return age >= 0 ? age : Infinity;
}

/* ---- What wakes us ---- */

function listen(store, { view, sending, roster }) {
  const back = () => {
    view.show({ online: navigator.onLine });
    sending.now();
    roster.now();
  };
  const away = () => view.show({ online: false });
  const seen = () => {
    if (document.visibilityState === "visible") {
      sending.now();
      roster.soon();
    }
  };
  self.addEventListener("online", back);
  self.addEventListener("offline", away);
  document.addEventListener("visibilitychange", seen);
  const stop = store.on((change) => {
    if (change.kind === "state" && change.elsewhere) { view.hear(change.state); }
    // What was saved elsewhere is sent there, unless that tab is gone by then; asking twice costs nothing.
    if (change.isToSend) { sending.soon(); }
    if (change.kind === "meta") { credential(change.key, { store, view, sending, roster }); }
  });
  return () => {
    self.removeEventListener("online", back);
    self.removeEventListener("offline", away);
    document.removeEventListener("visibilitychange", seen);
    stop();
  };
}

function credential(key, { store, view, sending, roster }) {
  if (key === "persisted") { view.show({ persisted: store.persisted }); }
  if (key === "token") {
    sending.now();
    roster.now();
  }
}
