/* Home of the till as a whole: it opens the store, lets the queue be sent, and says which screen stands. ES2019.

   `till` is what every screen works with:
     store, sync, shell      the engine (store.js, sync.js, update.js)
     ground, tablet, residents, people   what the roster brought: site, prices, policies; the tablet's own name; its people
     person                  who is at the counter: {user_no, name, key}; user_no "" when nobody was confirmed
     settings                {language, lock_minutes, payment, keys}
     go(name), lock(), unlock(person), set(changes), listen(fn) */

import { bar } from "./bar.js";
import { closing } from "./close.js";
import { counter } from "./counter.js";
import { enrolling, enrolled, revoked } from "./enrol.js";
import { guard } from "./guard.js";
import { locked } from "./lock.js";
import { queueView } from "./queue_view.js";
import { index } from "./search.js";
import { put } from "./stamp.js";
import { open } from "./store.js";
import { start } from "./sync.js";
import { keep } from "./update.js";
import { voicing } from "./voice.js";
import { say } from "./words.js";

const NOBODY = { user_no: "", name: "", key: null };
const USUAL_SETTINGS = { language: null, lock_minutes: 5, payment: "cash", keys: true };
const PAGES = { zh: "/till/", en: "/till/en/" };
const OPEN = new Set(["counter", "close", "queue"]);
const OPEN_TO_ALL = new Set(["revoked", "enrol", "enrolled", "queue"]);
const SCREENS = {
  enrol: enrolling, enrolled: enrolled, revoked: revoked, lock: locked, counter: counter, close: closing, queue: queueView,
  voice: voicing,
};
const PAGE_LANGUAGE = document.documentElement.lang === "en" ? "en" : "zh";

async function begin() {
  const store = await open();
  const till = await made(store);
  if (leaveForLanguage(till)) { return; }
  till.shell = keep(() => till.tell("shell"), store);
  till.sync = start(store, { version: document.documentElement.dataset.version, onState: () => till.tell("state") });
  store.on((change) => heard(till, change));
  bar(till);
  guard(till);
  await till.go(await firstScreen(till));
}

async function made(store) {
  const listeners = new Set();
  const till = {
    store: store, sync: null, shell: null, ground: null, tablet: null, residents: [], people: index([]), person: NOBODY,
    settings: Object.assign({}, USUAL_SETTINGS, await store.get("screen")),
    isLocked: true, screen: null, standing: "", kept: {},
    listen(fn) { listeners.add(fn); return () => listeners.delete(fn); },
    tell(kind) { Array.from(listeners).forEach((fn) => fn(kind)); },
    go: (name, asked) => go(till, name, asked),
    lock: () => lock(till),
    unlock: (person) => unlock(till, person),
    set: (changes) => set(till, changes),
  };
  await learn(till);
  return till;
}

/* What the roster brought may be new. */
async function learn(till) {
  till.ground = (await till.store.get("ground")) || null;
  till.tablet = (await till.store.get("tablet")) || null;
  const residents = await till.store.residents();
  // Ten thousand people are indexed again only when others have come.
  if (residents !== till.residents) {
    till.residents = residents;
    till.people = index(residents);
  }
}

async function heard(till, change) {
  if (change.kind === "roster" || change.kind === "meta") { await learn(till); }
  till.tell(change.kind);
  if (change.kind === "meta") { await notice(till); }
}

/* The credential came or went, here or in another tab. A page that begins anew has nobody's name in its memory. */
async function notice(till) {
  const isRevoked = Boolean(await till.store.get("revoked"));
  if (isRevoked && (OPEN_TO_ALL.has(till.standing) ? till.kept.counter : true)) { window.location.reload(); }
  if (!isRevoked && till.standing === "revoked") { await till.go(await firstScreen(till)); }
}

async function firstScreen(till) {
  if (await till.store.get("revoked")) { return "revoked"; }
  return (await till.store.get("token")) ? "lock" : "enrol";
}

/* A screen gives {root, refresh, leave?, isBusy?}; the counter is kept, so that a basket outlasts a look elsewhere. */
async function go(till, name, asked) {
  if (till.screen && till.screen.leave) { till.screen.leave(); }
  till.isLocked = !OPEN.has(name);
  if (till.isLocked) { ["said", "alarm"].forEach((place) => { document.getElementById(place).textContent = ""; }); }
  till.standing = name;
  if (name === "counter") { till.kept.counter = till.kept.counter || counter(till); }
  till.screen = name === "counter" ? till.kept.counter : SCREENS[name](till, asked);
  document.body.dataset.screen = name;
  put(document.getElementById("screen"), till.screen.root);
  window.scrollTo(0, 0);
  till.tell("screen");
  await till.screen.refresh();
}

/* Where no counter was opened there is nothing to lock: a tablet without a credential rests where it begins. */
async function lock(till) {
  till.person = NOBODY;
  if (!till.kept.counter) { await till.go(await firstScreen(till)); return; }
  till.kept.counter.rest();
  await till.go("lock");
}

function unlock(till, person) {
  till.person = person || NOBODY;
  return till.go("counter");
}

async function set(till, changes) {
  Object.assign(till.settings, changes);
  await till.store.set("screen", till.settings);
  till.tell("settings");
  leaveForLanguage(till);
}

/* Each language is a page of its own, and the browser keeps both: the switch works without a network. */
function leaveForLanguage(till) {
  const wanted = till.settings.language;
  if (!wanted || wanted === PAGE_LANGUAGE) { return false; }
  window.location.replace(PAGES[wanted] + window.location.hash);
  return true;
}

begin().catch((error) => {
  const told = document.createElement("p");
  told.className = "notice refused";
  told.textContent = say(error.name === "Blocked" ? "storage_blocked" : "storage_missing");
  put(document.getElementById("screen"), told);
  throw error;
});
