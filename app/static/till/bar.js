/* Home of what is always on top: the site, what the queue says of itself, who is here, and what to beware of. */

import { fill, on, put, show, slot, stamp } from "./stamp.js";
import { policyFor, shanghaiDay } from "./rules.js";
import { momentOf, say } from "./words.js";

const ROSTER_OLD_MS = 24 * 60 * 60 * 1000;
const LOOKS_EVERY_MS = 30 * 1000;

/** Bring the bar to life. */
export function bar(till) {
  const pill = document.getElementById("pill");
  const person = document.getElementById("person");
  pill.addEventListener("click", () => till.go("queue"));
  person.addEventListener("click", () => till.lock());
  const look = () => refresh(till, pill, person);
  till.listen(look);
  window.setInterval(look, LOOKS_EVERY_MS);
}

/* Who is here changes at once with the screen; how the queue stands has to be counted first. */
async function refresh(till, pill, person) {
  document.getElementById("site").textContent = till.ground ? till.ground.site.name : say("till");
  // Where no counter was opened, there is nobody to lock out.
  show(person, !till.isLocked && Boolean(till.kept.counter));
  fill(person, { person: till.person.name || say("nobody") });
  show(pill, Boolean(till.tablet));
  pill.disabled = till.standing === "lock";
  const state = till.sync.state();
  tellWarnings(till, warnings(till, state));
  tellQueue(pill, await till.store.counts(), state);
}

/** Tell whether the queue itself says that the server has everything. */
export function isAllSent(counts) {
  return counts.unsent === 0 && counts.closes_unsent === 0 && counts.complaints_unsent === 0 && counts.attention === 0;
}

/* The words follow from the queue, never from what happened last. */
function tellQueue(pill, counts, state) {
  const isAll = isAllSent(counts);
  pill.dataset.mood = counts.attention ? "look" : isAll ? "good" : "wait";
  fill(pill, {
    sign: state.online ? "●" : "○",
    network: state.online ? say("online") : say("offline"),
    all: isAll ? say("all_sent") : "",
    saved: say("count_saved", { count: counts.saved }),
    sent: say("count_sent", { count: counts.sent }),
    attention: say("count_attention", { count: counts.attention }),
  });
  slot(pill, "saved").classList.toggle("some", counts.saved > 0);
  slot(pill, "attention").classList.toggle("some", counts.attention > 0);
}

/* What to beware of, the gravest first: [what, sentence]. What nobody at the counter can mend at once may be put away
   for a day; that the tablet was switched off may not. */
function warnings(till, state) {
  if (!till.tablet || till.standing === "revoked") { return []; }
  if (state.phase === "revoked") { return [["revoked", say("warn_revoked")]]; }
  const putAway = till.settings.read || {};
  const today = shanghaiDay(new Date());
  return [["skew", skewWarning(state)], ...groundWarnings(till, state), ["storage", storageWarning(state)]]
    .filter(([what, sentence]) => sentence && putAway[what] !== today);
}

function skewWarning(state) {
  if (!state.skewed) { return null; }
  return say("warn_skew", { minutes: Math.round(Math.abs(state.skew_seconds) / 60) });
}

function groundWarnings(till, state) {
  if (!till.ground) { return []; }
  const policy = policyFor(till.ground.policies, till.ground.site.area_code, shanghaiDay(new Date()));
  const isOld = state.roster_at && Date.now() - Date.parse(state.roster_at) > ROSTER_OLD_MS;
  return [
    ["policy", policy ? null : say("warn_no_policy")],
    ["roster", isOld ? say("warn_roster", { since: momentOf(state.roster_at) }) : null],
  ];
}

/** Say what may happen to the tablet's storage; what can be done about it depends on the address. */
export function storageWarning(state) {
  if (!window.isSecureContext) { return say("warn_insecure"); }
  return state.persisted === false ? say("warn_storage") : null;
}

function tellWarnings(till, told) {
  const place = document.getElementById("warnings");
  const words = told.map(([, sentence]) => sentence).join("\n");
  if (place.dataset.told === words) { return; }
  place.dataset.told = words;
  put(place, ...told.map(([what, sentence]) => {
    const made = stamp("warning", { told: sentence });
    show(slot(made, "told").nextElementSibling, what !== "revoked");
    on(made, "read", () => till.set({ read: Object.assign({}, till.settings.read, { [what]: shanghaiDay(new Date()) }) }));
    return made;
  }));
}
