/* Home of what the desk says after a tap: the tick, what to collect, the four parts and why, and the way back. */

import { UNDO_MINUTES, kindOf, partsOf, toCollect } from "./meals.js";
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

/** The card of meals that were just kept; `undo` takes them back. What the server corrects is corrected on it. */
export function receipt(undo, entries) {
  const root = stamp("receipt");
  const reasons = write(root, entries);
  on(root, "undo", () => undo(entries, "undo"));
  wake(root.querySelector("[data-act='undo']"));
  const spoken = [say("recorded"), slot(root, "name").textContent, slot(root, "collect").textContent].concat(reasons);
  return {
    root: root,
    isPlain: reasons.length === 0,
    spoken: spoken.join(say("comma")),
    async refresh(store) {
      const now = await Promise.all(entries.map((entry) => store.entry(entry.id)));
      if (now.every(Boolean) && now.some((entry) => entry.corrected)) { write(root, now); }
    },
  };
}

/* Write down what is known of the meals by now; gives what there is to look at. */
function write(root, entries) {
  const decisions = entries.map(partsOf);
  const names = Array.from(new Set(entries.map((entry) => entry.name || say("not_registered"))));
  const reasons = entries.filter((entry) => entry.corrected).map(correctionOf).concat(reasonsIn(entries));
  fill(root, {
    name: entries.length > 1 ? say("several", { names: names.join(say("comma")), count: entries.length }) : names[0],
    kind: Array.from(new Set(entries.map((entry) => kindOf(entry.body)))).join(say("comma")),
    collect: say("collect", { yuan: yuan(toCollect(decisions)) }),
    why: reasons.join(" "),
  });
  root.classList.toggle("full", reasons.length > 0);
  show(slot(root, "why"), reasons.length > 0);
  put(slot(root, "parts"), partsShown(decisions));
  return reasons;
}

/* Whoever came along pays in full, as was said when they were put in; that is no reason to look twice. */
function reasonsIn(entries) {
  return reasonsOf(entries.filter((entry) => !entry.body.companion_of).map(partsOf));
}

/** Say what the server corrected of a meal. */
export function correctionOf(entry) {
  return say("news_amounts", { before: yuan(entry.shown.resident_fen), after: yuan(entry.receipt.resident_fen) });
}

/** The card of meals that were taken back. */
export function undone(entries) {
  const names = Array.from(new Set(entries.map((entry) => entry.name || say("not_registered")))).join(say("comma"));
  const decisions = entries.map((entry) => entry.shown).filter(Boolean);
  const told = say("give_back", { yuan: yuan(toCollect(decisions)) });
  return { root: stamp("undone", { name: say("undone", { names: names }), told: told }), spoken: `${say("undone", { names: names })} ${told}` };
}
