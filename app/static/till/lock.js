/* Home of the lock: who is at the counter, and the PIN that confirms it; a forgotten one stops nobody from eating. */

import { check, waitSeconds } from "./pin.js";
import { fill, on, put, show, slot, stamp } from "./stamp.js";
import { halfWidth, say } from "./words.js";

const SHORTEST = 4;
const LONGEST = 6;
const SECOND_MS = 1000;

/** The screen of a locked tablet. */
export function locked(till) {
  const root = document.createElement("div");
  let step = null;

  function stand(next) {
    if (step && step.leave) { step.leave(); }
    step = next;
    put(root, next.root);
    if (next.begin) { next.begin(); }
  }
  const ways = {
    names: () => stand(names(till, ways)),
    pin: (person) => stand(person.pin && canCheck() ? pinPad(till, person, ways) : withoutPin(till, person, ways)),
  };
  // Buttons that are the same stay: whoever is just pressing one must not find it taken away.
  const stop = till.listen((kind) => {
    if (kind === "roster" && step && step.shows && step.shows !== listed(till)) { ways.names(); }
  });
  ways.names();
  return {
    root: root,
    async refresh() { return undefined; },
    leave() {
      stop();
      if (step && step.leave) { step.leave(); }
    },
  };
}

/* Outside a secure context the browser holds its cryptography back. */
function canCheck() {
  return Boolean(window.crypto && window.crypto.subtle);
}

function peopleOf(till) {
  return till.ground ? till.ground.people : [];
}

/* What the list of people shows of them. */
function listed(till) {
  return JSON.stringify(peopleOf(till).map((person) => [person.user_no, person.name, Boolean(person.pin)]));
}

function names(till, ways) {
  const root = stamp("lock");
  const people = peopleOf(till);
  put(slot(root, "people"), ...people.map((person) => {
    const made = stamp("person", { name: person.name, hint: person.pin ? "" : say("no_pin_yet") });
    // The PIN may be another one than when the list was made.
    const now = () => peopleOf(till).find((each) => each.user_no === person.user_no) || person;
    made.firstElementChild.addEventListener("click", () => ways.pin(now()));
    return made;
  }));
  show(slot(root, "none"), people.length === 0);
  on(root, "nobody", () => till.unlock(null));
  on(root, "voice", () => till.go("voice"));
  return { root: root, shows: listed(till) };
}

function withoutPin(till, person, ways) {
  const root = stamp("no-pin", {
    name: person.name,
    why: say(person.pin ? "pin_needs_https" : "pin_missing"),
    how: say(person.pin ? "ask_for_https" : "pin_choose"),
  });
  on(root, "nobody", () => till.unlock(null));
  on(root, "others", ways.names);
  return { root: root };
}

function pinPad(till, person, ways) {
  const root = stamp("pin", { name: person.name });
  const typed = { pin: "", isChecking: false, wait: 0, timer: 0 };

  function shown() {
    fill(root, { dots: "●".repeat(typed.pin.length) + "○".repeat(Math.max(0, SHORTEST - typed.pin.length)) });
    slot(root, "dots").setAttribute("aria-label", say("pin_digits", { count: typed.pin.length }));
    root.querySelectorAll("[data-key]").forEach((key) => { key.disabled = typed.wait > 0; });
    root.querySelector("[data-key='done']").disabled = typed.wait > 0 || typed.pin.length < SHORTEST;
  }

  /* The wait is counted down, so that nobody thinks the tablet is broken. */
  function waitFor(seconds) {
    window.clearInterval(typed.timer);
    typed.wait = seconds;
    if (seconds > 0) { typed.timer = window.setInterval(() => waited(Math.max(0, typed.wait - 1)), SECOND_MS); }
    shown();
  }
  function waited(left) {
    typed.wait = left;
    fill(root, { error: left > 0 ? say("pin_wait", { seconds: left }) : say("pin_again") });
    if (left === 0) { window.clearInterval(typed.timer); }
    shown();
  }

  async function attempt() {
    if (typed.isChecking || typed.wait > 0 || typed.pin.length < SHORTEST) { return; }
    typed.isChecking = true;
    fill(root, { error: "" });
    const answer = await check(typed.pin, person, till.store);
    typed.isChecking = false;
    typed.pin = "";
    if (answer.ok) {
      await till.unlock({ user_no: person.user_no, name: person.name, key: answer.key });
      return;
    }
    fill(root, { error: answer.wait_seconds > 0 ? say("pin_wrong_wait", { seconds: answer.wait_seconds }) : say("pin_wrong") });
    waitFor(answer.wait_seconds);
  }

  function press(key) {
    if (typed.wait > 0 || typed.isChecking) { return; }
    if (key === "done") { attempt(); return; }
    typed.pin = key === "back" ? typed.pin.slice(0, -1) : (typed.pin + key).slice(0, LONGEST);
    fill(root, { error: "" });
    shown();
    if (typed.pin.length === LONGEST) { attempt(); }
  }

  const keyed = (event) => {
    const key = halfWidth(event.key);
    if (/^[0-9]$/.test(key)) { press(key); }
    if (event.key === "Backspace") { press("back"); }
    if (event.key === "Enter" && !event.target.closest("button")) { press("done"); }
    if (event.key === "Escape") { ways.names(); }
  };
  slot(root, "pad").addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key) { press(key.dataset.key); }
  });
  on(root, "others", ways.names);
  on(root, "nobody", () => till.unlock(null));
  document.addEventListener("keydown", keyed);
  return {
    root: root,
    async begin() {
      shown();
      const seconds = await waitSeconds(person, till.store);
      if (seconds > 0) { waitFor(seconds); waited(seconds); }
    },
    leave() {
      document.removeEventListener("keydown", keyed);
      window.clearInterval(typed.timer);
    },
  };
}
