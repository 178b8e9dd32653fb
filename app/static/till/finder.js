/* Home of finding who stands at the counter: faces of the day first, then whoever is searched for.

   Faces keep their places while somebody is tapping: a list that moved under the finger would record the next person. */

import { ageOn } from "./rules.js";
import { acts, fill, on, put, show, slot, stamp } from "./stamp.js";
import { say, sayOf, timeOf } from "./words.js";
import { usualChannel } from "./meals.js";

const ALL_FACES = 200;
const FOUND = 24;
const SETTLES_MS = 120;
const BOUNCE_MS = 600;
const BOUNCE_PIXELS = 48;
const ROOM_FOR_KEYS = window.matchMedia("(min-width: 700px)");
const ROOM_FOR_FACES = window.matchMedia("(min-width: 1024px)");

/** Bring the left side of the counter to life; `does` = {tap, more, guest, online, entered}. */
export function finder(till, root, here, does) {
  const words = slot(root, "words");
  const places = { faces: slot(root, "faces"), about: slot(root, "about"), keypad: slot(root, "keypad") };
  const known = { eaten: new Map(), shown: new Map(), online: [], writes: false, isWhole: false };
  let timer = 0;
  let lastTap = { at: -BOUNCE_MS, x: 0, y: 0, place: null };

  function prepare() {
    const isRoom = ROOM_FOR_KEYS.matches;
    const hasKeys = isRoom && till.settings.keys;
    show(places.keypad, hasKeys);
    acts(root, "fold").forEach((button) => {
      show(button, isRoom);
      button.setAttribute("aria-expanded", String(hasKeys));
    });
    // The tablet's own keyboard would cover half the screen; it comes when somebody wants to write.
    words.setAttribute("inputmode", hasKeys && !known.writes ? "none" : "search");
  }

  function focus() {
    known.writes = false;
    prepare();
    if (ROOM_FOR_KEYS.matches) { words.focus({ preventScroll: true }); }
  }

  /* Who ate at this sitting: here with the time, elsewhere without. */
  async function lookWhoAte() {
    const { sitting, day } = here.now();
    const entries = await till.store.of(day, sitting);
    const undone = new Set(entries.map((entry) => entry.body.reverses));
    known.eaten = new Map();
    till.residents.forEach((each) => {
      if (each.used.some((entry) => entry[0] === day && entry[1] === sitting)) { known.eaten.set(each.no, ""); }
    });
    entries.filter((entry) => entry.resident && !entry.body.reverses && !undone.has(entry.id))
      .forEach((entry) => { known.eaten.set(entry.resident, timeOf(entry.body.served_at)); });
  }

  function found() {
    const typed = words.value.trim();
    const { sitting, day } = here.now();
    if (typed) { return till.people.find(typed, FOUND, sitting).map(({ resident, by }) => ({ resident: resident, by: byOf(by) })); }
    return till.people.faces(sitting, day, ALL_FACES, new Set(known.eaten.keys())).map((resident) => ({ resident: resident, by: "face" }));
  }

  /* Draw the list anew; only when nobody can be about to tap on it. */
  async function arrange() {
    await lookWhoAte();
    const typed = words.value.trim();
    const all = found().concat(typed ? known.online : []);
    const list = typed || known.isWhole ? all : all.slice(0, usualFaces());
    acts(root, "others").forEach((button) => show(button, list.length < all.length));
    const names = countNames(list);
    known.shown = new Map();
    const faces = list.map(({ resident, by, isLost }) => face({ resident: resident, by: by, isLost: isLost }, names));
    const extra = [guestFace(typed, list.length)].concat(typed ? [onlineFace()] : []);
    put(places.faces, ...faces, ...extra);
    fill(root, { about: aboutList(typed, list.length) });
  }

  function face({ resident, by, isLost }, names) {
    const isNamesake = names.get(resident.name) > 1;
    const made = stamp("face", {
      name: resident.name,
      age: say("age", { years: ageOn(resident.birth_on, here.now().day) }),
      where: shortPlace(resident.community),
      tail: resident.tail ? say("tail", { tail: resident.tail }) : resident.no,
    });
    made.dataset.no = resident.no;
    made.classList.toggle("namesake", isNamesake);
    acts(made, "more")[0].setAttribute("aria-label", say("more_for", { name: resident.name }));
    known.shown.set(resident.no, { resident: resident, by: by, isLost: Boolean(isLost) });
    mark(made, resident);
    return made;
  }

  function mark(made, resident) {
    const ate = known.eaten.get(resident.no);
    const usual = usualChannel(resident, here.now().sitting);
    made.classList.toggle("eaten", ate !== undefined);
    const told = ate === undefined ? (usual === "dine_in" ? "" : sayOf("channel", usual)) : ate ? say("ate_at", { time: ate }) : say("ate_elsewhere");
    fill(made, { mark: told });
  }

  /* Say on the faces who has eaten meanwhile, without moving any of them. */
  async function remark() {
    await lookWhoAte();
    places.faces.querySelectorAll("[data-no]").forEach((made) => mark(made, known.shown.get(made.dataset.no).resident));
  }

  /* A finger that bounces on one face, or comes down again where the list has become another one meanwhile. */
  function isBounce(event, act) {
    const isNear = Math.abs(event.clientX - lastTap.x) < BOUNCE_PIXELS && Math.abs(event.clientY - lastTap.y) < BOUNCE_PIXELS;
    const isSoon = event.timeStamp - lastTap.at < BOUNCE_MS;
    const isSame = act === lastTap.place || !lastTap.place || !lastTap.place.isConnected;
    lastTap = { at: event.timeStamp, x: event.clientX, y: event.clientY, place: act };
    return isNear && isSoon && isSame;
  }

  function tapped(event) {
    const act = event.target.closest("[data-act]");
    if (!act || isBounce(event, act)) { return; }
    const made = act.closest("[data-no]");
    const chosen = made ? known.shown.get(made.dataset.no) : null;
    does[act.dataset.act](chosen, { words: words.value.trim(), event: event });
  }

  function press(key) {
    if (key === "write") {
      known.writes = true;
      prepare();
      words.blur();
      words.focus();
      return;
    }
    if (key === "clear") { words.value = ""; }
    else if (key === "back") { words.value = words.value.slice(0, -1); }
    else { words.value += key; }
    words.focus({ preventScroll: true });
    changed();
  }

  function changed() {
    known.online = [];
    window.clearTimeout(timer);
    timer = window.setTimeout(arrange, SETTLES_MS);
  }

  /* Enter takes an exact number or card at its word; anything else leads to the first face, where Enter records. */
  async function enter() {
    window.clearTimeout(timer);
    const typed = words.value.trim();
    if (typed && does.entered(typed)) { return; }
    await arrange();
    const first = places.faces.querySelector("[data-act]");
    if (first) { first.focus(); }
  }

  async function clear() {
    window.clearTimeout(timer);
    words.value = "";
    known.online = [];
    await arrange();
  }

  /* Typing anywhere is searching: a keyboard or a card scanner need not aim at the field. */
  function typedAnywhere(event) {
    const isTyped = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (isTyped && root.isConnected && !event.target.closest("input, textarea, select")) { words.focus({ preventScroll: true }); }
  }

  places.faces.addEventListener("click", tapped);
  places.keypad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key) { press(key.dataset.key); }
  });
  on(root, "others", () => { known.isWhole = true; arrange(); });
  on(root, "clear", () => { clear(); focus(); });
  on(root, "fold", () => till.set({ keys: !till.settings.keys }).then(prepare));
  words.addEventListener("input", changed);
  slot(root, "form").addEventListener("submit", (event) => { event.preventDefault(); enter(); });
  document.addEventListener("keydown", typedAnywhere);
  ROOM_FOR_KEYS.addListener(prepare);
  prepare();
  return {
    arrange: arrange, remark: remark, clear: clear, focus: focus, prepare: prepare,
    isSearching: () => words.value !== "",
    hasEaten: (number) => known.eaten.has(number),
    ateAt: (number) => known.eaten.get(number) || "",
    lookWhoAte: lookWhoAte,
    async showOnline(residents) {
      known.online = residents.map((resident) => ({ resident: resident, by: "search" }))
        .filter(({ resident }) => !till.people.byNumber(resident.no));
      await arrange();
      return known.online.length;
    },
  };
}

/* The last meals stand below the faces on a narrow screen, and must not be far away. */
function usualFaces() {
  if (ROOM_FOR_FACES.matches) { return 60; }
  return ROOM_FOR_KEYS.matches ? 24 : 12;
}

/* The search tells what matched; a record only tells how the person was found. */
function byOf(matched) {
  return matched === "card" || matched === "lost_card" || matched === "number" ? "typed" : "search";
}

function guestFace(typed, count) {
  const made = stamp("guest-face");
  if (isWorthNoting(typed) && count === 0) { fill(made, { where: say("guest_noted", { words: typed }) }); }
  return made;
}

function onlineFace() {
  return stamp("online-face");
}

/** Tell whether what was typed could name somebody: a number or a name, but no initials. */
export function isWorthNoting(typed) {
  return /[0-9]{3,}|[\u3400-\u9fff]{2,}/.test(typed);
}

function aboutList(typed, count) {
  if (typed && count === 0) { return say("nobody_found", { words: typed }); }
  return "";
}

function countNames(list) {
  const names = new Map();
  list.forEach(({ resident }) => names.set(resident.name, (names.get(resident.name) || 0) + 1));
  return names;
}

/* "裕南街街道 宝塔山社区" is told by its last word. */
function shortPlace(community) {
  const parts = (community || "").split(" ");
  return parts[parts.length - 1];
}
