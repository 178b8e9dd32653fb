/* Home of finding who stands at the counter: the field, the big keys, and the list that follows from both. */

import { faces } from "./faces.js";
import { acts, fill, on, show, slot, stamp } from "./stamp.js";
import { say } from "./words.js";

const ALL_FACES = 200;
const FOUND = 24;
const SETTLES_MS = 120;
const ROOM_FOR_KEYS = window.matchMedia("(min-width: 700px)");
const ROOM_FOR_FACES = window.matchMedia("(min-width: 1024px)");

/** Bring the left side of the counter to life; `does` = {tap, more, guest, online, entered}. */
export function finder(till, root, here, does) {
  const words = slot(root, "words");
  const people = faces(till, slot(root, "faces"), here, (act, chosen) => does[act](chosen, { words: typed() }));
  const known = { online: [], isWhole: false, timer: 0 };
  const keys = keypad(till, root, words, changed);

  function typed() { return words.value.trim(); }

  function found() {
    const { sitting, day } = here.now();
    if (typed()) { return till.people.find(typed(), FOUND, sitting).map(({ resident, by }) => ({ resident: resident, by: byOf(by) })); }
    return till.people.faces(sitting, day, ALL_FACES, people.whoAte()).map((resident) => ({ resident: resident, by: "face" }));
  }

  /* Draw the list anew; only when nobody can be about to tap on it. */
  async function arrange() {
    await people.lookWhoAte();
    const isSearch = typed() !== "";
    root.classList.toggle("searching", isSearch);
    const all = found().concat(isSearch ? known.online : []);
    const list = isSearch || known.isWhole ? all : all.slice(0, usualFaces());
    acts(root, "others").forEach((button) => show(button, list.length < all.length));
    people.draw(list, [guestFace(typed(), list.length)].concat(isSearch ? [stamp("online-face")] : []));
    fill(root, { about: isSearch && list.length === 0 ? say("nobody_found", { words: typed() }) : "" });
  }

  function changed() {
    known.online = [];
    window.clearTimeout(known.timer);
    known.timer = window.setTimeout(arrange, SETTLES_MS);
  }

  function clear() {
    window.clearTimeout(known.timer);
    words.value = "";
    known.online = [];
    return arrange();
  }

  function focus() {
    keys.rest();
    if (ROOM_FOR_KEYS.matches) { words.focus({ preventScroll: true }); }
  }

  /* Enter takes an exact number or card at its word; anything else leads to the first face, where Enter records. */
  async function enter() {
    window.clearTimeout(known.timer);
    if (typed() && does.entered(typed())) { return; }
    await arrange();
    const first = slot(root, "faces").querySelector("[data-act]");
    if (first) { first.focus(); }
  }

  /* Typing anywhere is searching: a keyboard or a card scanner need not aim at the field. */
  function typedAnywhere(event) {
    const isTyped = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (isTyped && root.isConnected && !event.target.closest("input, textarea, select")) { words.focus({ preventScroll: true }); }
  }

  on(root, "others", () => { known.isWhole = true; arrange(); });
  on(root, "clear", () => { clear(); focus(); });
  words.addEventListener("input", changed);
  slot(root, "form").addEventListener("submit", (event) => { event.preventDefault(); enter(); });
  document.addEventListener("keydown", typedAnywhere);
  return {
    arrange: arrange, clear: clear, focus: focus, prepare: keys.draw,
    blank: people.blank,
    remark: people.remark, lookWhoAte: people.lookWhoAte, hasEaten: people.has, ateAt: people.ateAt,
    isSearching: () => words.value !== "",
    /** Show people whom the server knows → how many of them are new here. */
    async showOnline(residents) {
      known.online = residents.filter((each) => !till.people.byNumber(each.no)).map((each) => ({ resident: each, by: "search" }));
      await arrange();
      return known.online.length;
    },
  };
}

/* The big keys, where the screen has room for them; folded away they come back when the field is touched. The tablet's own
   keyboard would cover half the screen, so it comes only when somebody wants to write. */
function keypad(till, root, words, changed) {
  const pad = slot(root, "keypad");
  let writes = false;

  function draw() {
    show(pad, till.settings.keys);
    acts(root, "fold").forEach((button) => button.setAttribute("aria-expanded", String(till.settings.keys)));
    words.setAttribute("inputmode", ROOM_FOR_KEYS.matches && !writes ? "none" : "search");
  }

  function write() {
    writes = true;
    draw();
    words.blur();
    words.focus();
  }

  function press(key) {
    if (key === "write") { write(); return; }
    if (key === "clear") { words.value = ""; }
    else if (key === "back") { words.value = words.value.slice(0, -1); }
    else { words.value += key; }
    words.focus({ preventScroll: true });
    changed();
  }

  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key) { press(key.dataset.key); }
  });
  words.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && !till.settings.keys) { till.set({ keys: true }); }
  });
  on(root, "fold", () => till.set({ keys: !till.settings.keys }));
  ROOM_FOR_KEYS.addListener(draw);
  draw();
  return {
    draw: draw,
    rest() {
      writes = false;
      draw();
    },
  };
}

/* The search tells what matched; a record only tells how the person was found. */
function byOf(matched) {
  return matched === "card" || matched === "lost_card" || matched === "number" ? "typed" : "search";
}

/* The last meals stand below the faces on a narrow screen, and must not be far away. */
function usualFaces() {
  if (ROOM_FOR_FACES.matches) { return 60; }
  return ROOM_FOR_KEYS.matches ? 24 : 12;
}

function guestFace(typed, count) {
  const made = stamp("guest-face");
  if (isWorthNoting(typed) && count === 0) { fill(made, { where: say("guest_noted", { words: typed }) }); }
  return made;
}

/** Tell whether what was typed could name somebody: a number or a name, but no initials. */
export function isWorthNoting(typed) {
  return /[0-9]{3,}|[\u3400-\u9fff]{2,}/.test(typed);
}
