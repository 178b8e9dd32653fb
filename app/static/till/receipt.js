/* Home of what the desk says after a tap: the tick, what to collect, the four parts and why, and the way back. */

import { UNDO_MINUTES, kindOf, toCollect } from "./meals.js";
import { fill, on, put, show, slot, stamp } from "./stamp.js";
import { say, sayOf, yuan } from "./words.js";

const WAKES_MS = 350;
const MINUTE_MS = 60 * 1000;
const PARTS = ["resident_fen", "government_fen", "operator_fen", "charity_fen"];

/** Show the four parts of decisions, added up. */
export function partsShown(decisions) {
  const made = stamp("parts");
  PARTS.forEach((part) => {
    const total = decisions.reduce((sum, decision) => sum + decision[part], 0);
    fill(made, { [part]: yuan(total) });
    slot(made, part).parentElement.classList.toggle("none", total === 0);
  });
  return made;
}

/** Give each reason that is not plain, once: "The subsidy for this sitting has been used already." */
export function reasonsOf(decisions) {
  const reasons = new Set(decisions.map((decision) => decision.reason).filter((reason) => reason !== "ok"));
  return Array.from(reasons).map((reason) => sayOf("reason", reason));
}

/** Let a button that appears under a tapping finger be touched only by the next tap. */
export function wake(button) {
  button.disabled = true;
  window.setTimeout(() => { button.disabled = false; }, WAKES_MS);
}

/** Tell whether a meal may still be taken back with one tap. */
export function mayUndo(entry) {
  return Math.abs(Date.now() - Date.parse(entry.body.served_at)) < UNDO_MINUTES * MINUTE_MS;
}

/** The card of meals that were just kept; `undo` takes them back. */
export function receipt(undo, entries) {
  const decisions = entries.map((entry) => entry.shown);
  const names = Array.from(new Set(entries.map((entry) => entry.name || say("not_registered"))));
  // Whoever came along pays in full, as was said when they were put in; that is no reason to look twice.
  const reasons = reasonsOf(entries.filter((entry) => !entry.body.companion_of).map((entry) => entry.shown));
  const collect = say("collect", { yuan: yuan(toCollect(decisions)) });
  const name = entries.length > 1 ? say("several", { names: names.join(say("comma")), count: entries.length }) : names[0];
  const root = stamp("receipt", { name: name, kind: kindOf(entries[0].body), collect: collect, why: reasons.join(" ") });
  root.classList.toggle("full", reasons.length > 0);
  show(slot(root, "why"), reasons.length > 0);
  put(slot(root, "parts"), partsShown(decisions));
  on(root, "undo", () => undo(entries, "undo"));
  wake(root.querySelector("[data-act='undo']"));
  return { root: root, isPlain: reasons.length === 0, spoken: [say("recorded"), name, collect].concat(reasons).join(say("comma")) };
}

/** The card of meals that were taken back. */
export function undone(entries) {
  const names = Array.from(new Set(entries.map((entry) => entry.name || say("not_registered")))).join(say("comma"));
  const decisions = entries.map((entry) => entry.shown).filter(Boolean);
  const told = say("give_back", { yuan: yuan(toCollect(decisions)) });
  return { root: stamp("undone", { name: say("undone", { names: names }), told: told }), spoken: `${say("undone", { names: names })} ${told}` };
}
