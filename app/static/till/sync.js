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
     skew_seconds  tablet minus server, null before the first contact; skewed = more than two minutes */

/** Begin to carry; call once per tab. */
export function start(store, { version, onState }) {
  const state = () => ({
    online: false, phase: "unenrolled", last_contact_at: null, last_error: null,
    skew_seconds: null, skewed: false, persisted: store.persisted, roster_at: null,
  });
  onState(state());
  return { state, now: () => undefined, stop: () => undefined, refresh: async () => ({ ok: false, error: version }), find: async () => ({ ok: false, residents: [], error: "offline" }) };
}

/** Trade a one-time code for the tablet's own credential → {ok, error, message, tablet}.
    error: null | "code" (message says why) | "busy" | "offline" | "timeout" | "portal" | "server" | "storage". */
export async function enrol(store, code, version) {
  return { ok: false, error: "offline", message: "", tablet: null, code, version };
}
