/* Home of what the till says about its contact with the server, the same in every tab. */

const SKEW_SECONDS = 120;
const UNREACHED = new Set(["offline", "timeout", "portal"]);
const PHASES = { ok: "idle", revoked: "revoked", unenrolled: "unenrolled", unknown: "unenrolled" };
const SHARED = ["online", "phase", "last_contact_at", "last_error", "skew_seconds", "skewed", "roster_at"];

/** → the view of one tab; `onState(state)` is called after each change. */
export function viewOf(store, onState) {
  const seen = {
    online: navigator.onLine, phase: "idle", last_contact_at: null, last_error: null,
    skew_seconds: null, skewed: false, persisted: store.persisted, roster_at: null,
  };
  let metSince = -Infinity;

  function show(changes, { isNews = true } = {}) {
    const isSame = Object.keys(changes).every((name) => seen[name] === changes[name]);
    if (isSame) { return; }
    Object.assign(seen, changes);
    onState(now());
    if (isNews) { store.tell({ kind: "state", state: shared(seen) }); }
  }

  function failed({ kind, status = 0, message = "" }) {
    const error = { code: kind, status, message, at: new Date().toISOString() };
    show({ online: UNREACHED.has(kind) ? false : seen.online, last_error: error });
  }

  /* Another tab sends, and tells how it goes. */
  function handedOver() {
    if (seen.phase === "sending") { show({ phase: "idle" }); }
  }

  function now() {
    return Object.assign({}, seen);
  }

  return {
    now,
    show,
    /** Begin with what was known before the page was loaded. */
    async recall() {
      const contact = (await store.get("contact")) || {};
      show(Object.assign({ roster_at: (await store.get("roster_at")) || null }, contact), { isNews: false });
    },
    /** Our server has answered. */
    async met({ skew_seconds: skew }) {
      metSince = performance.now();
      const contact = { last_contact_at: new Date().toISOString() };
      if (typeof skew === "number") { Object.assign(contact, { skew_seconds: skew, skewed: Math.abs(skew) > SKEW_SECONDS }); }
      show(Object.assign({ online: true, last_error: null }, contact));
      const known = { last_contact_at: seen.last_contact_at, skew_seconds: seen.skew_seconds, skewed: seen.skewed };
      await store.note("contact", known);
    },
    /** A round is over. */
    ended(outcome) {
      if (outcome.kind === "elsewhere") { handedOver(); return; }
      if (outcome.kind !== "ok") { failed(outcome); }
      show({ phase: outcome.phase || PHASES[outcome.kind] || "waiting" });
    },
    /** Tell whether the server has not heard of us for so long. */
    isSilent: (forMs) => performance.now() - metSince >= forMs,
    /** Take over what another tab has seen; that it is sending is its own affair. */
    hear(state) {
      if (state.last_contact_at !== seen.last_contact_at) { metSince = performance.now(); }
      const isBusy = state.phase === "sending";
      show(Object.assign({}, state, { phase: isBusy ? seen.phase : state.phase }), { isNews: false });
    },
  };
}

function shared(seen) {
  const told = {};
  SHARED.forEach((name) => { told[name] = seen[name]; });
  return told;
}
