/* Home of the faces: who usually eats here, or who was found, each a big button that records.

   Faces keep their places while somebody is tapping: a list that moved under the finger would record the next person. */

import { usualChannel } from "./meals.js";
import { ageOn } from "./rules.js";
import { acts, fill, put, slot, stamp } from "./stamp.js";
import { say, sayOf, timeOf } from "./words.js";

const BOUNCE_MS = 600;
const BOUNCE_PIXELS = 48;

/** Bring the list of faces to life; `tapped(act, chosen)` hears which button of which face was tapped. */
export function faces(till, place, here, tapped) {
  let eaten = new Map();
  const shown = new Map();
  let isBounce = bounces();

  /* Who ate at this sitting: here with the time, elsewhere without. */
  async function lookWhoAte() {
    const { sitting, day } = here.now();
    const entries = await till.store.of(day, sitting);
    const undone = new Set(entries.map((entry) => entry.body.reverses));
    const ate = new Map();
    till.residents.forEach((each) => {
      if (each.used.some((entry) => entry[0] === day && entry[1] === sitting)) { ate.set(each.no, ""); }
    });
    entries.filter((entry) => entry.resident && !entry.body.reverses && !undone.has(entry.id))
      .forEach((entry) => ate.set(entry.resident, timeOf(entry.body.served_at)));
    eaten = ate;
  }

  function face(found, isNamesake) {
    const resident = found.resident;
    const made = stamp("face", {
      name: resident.name,
      age: say("age", { years: ageOn(resident.birth_on, here.now().day) }),
      where: shortPlace(resident.community),
      tail: resident.tail ? say("tail", { tail: resident.tail }) : resident.no,
    });
    made.dataset.no = resident.no;
    made.classList.toggle("namesake", isNamesake);
    acts(made, "more")[0].setAttribute("aria-label", say("more_for", { name: resident.name }));
    shown.set(resident.no, found);
    mark(made, resident);
    return made;
  }

  function mark(made, resident) {
    made.classList.toggle("eaten", eaten.has(resident.no));
    fill(made, { mark: eaten.has(resident.no) ? ateWords(eaten.get(resident.no)) : wayWords(resident, here.now().sitting) });
  }

  /* Show those who were found: [{resident, by}], and what stands after them. */
  function draw(found, extra) {
    const names = countNames(found);
    shown.clear();
    put(place, ...found.map((each) => face(each, names.get(each.resident.name) > 1)), ...extra);
  }

  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button || isBounce(event, button)) { return; }
    const made = button.closest("[data-no]");
    tapped(button.dataset.act, made ? shown.get(made.dataset.no) : null);
  });

  return {
    lookWhoAte: lookWhoAte,
    has: (number) => eaten.has(number),
    ateAt: (number) => eaten.get(number) || "",
    whoAte: () => new Set(eaten.keys()),
    draw: draw,
    /** Show nobody, and forget the last tap: no finger bounces from one counter to the next. */
    blank() {
      isBounce = bounces();
      draw([], []);
    },
    /** Say on the faces who has eaten meanwhile, without moving any of them. */
    async remark() {
      await lookWhoAte();
      place.querySelectorAll("[data-no]").forEach((made) => mark(made, shown.get(made.dataset.no).resident));
    },
  };
}

/* A finger that bounces on one face, or comes down again where the list has become another one meanwhile.

   A key press on a button comes as a click without a place; it bounces on its own button alone. */
function bounces() {
  let before = { at: -BOUNCE_MS, x: 0, y: 0, button: null };
  return (event, button) => {
    const isNear = Math.abs(event.clientX - before.x) < BOUNCE_PIXELS && Math.abs(event.clientY - before.y) < BOUNCE_PIXELS;
    const isSoon = event.timeStamp - before.at < BOUNCE_MS;
    const isSame = button === before.button || !before.button || !before.button.isConnected;
    before = { at: event.timeStamp, x: event.clientX, y: event.clientY, button: button };
    return isNear && isSoon && isSame;
  };
}

function ateWords(time) {
  return time ? say("ate_at", { time: time }) : say("ate_elsewhere");
}

function wayWords(resident, sitting) {
  const usual = usualChannel(resident, sitting);
  return usual === "dine_in" ? "" : sayOf("channel", usual);
}

function countNames(found) {
  const names = new Map();
  found.forEach(({ resident }) => names.set(resident.name, (names.get(resident.name) || 0) + 1));
  return names;
}

/* "裕南街街道 宝塔山社区" is told by its last word. */
function shortPlace(community) {
  const parts = (community || "").split(" ");
  return parts[parts.length - 1];
}
