/* Home of what follows a tap: the meal is kept, then come the tick, the sound and the words, and in no other order. */

import { keep, keepReversal } from "./meals.js";
import { receipt, undone } from "./receipt.js";
import { sound } from "./sound.js";
import { say } from "./words.js";

/** → {record, undo}; `done` is called after each that was kept. */
export function taking(till, { desk, done }) {
  /* The tick comes after the meals are on the tablet for good, never before. */
  async function record(orders) {
    let entries;
    try {
      entries = await keep(till, orders);
    } catch (error) {
      failed(desk, error);
      return false;
    }
    const card = receipt(undo, entries);
    tell(desk, card, card.isPlain ? "good" : "look");
    await done();
    return true;
  }

  async function undo(entries, reason) {
    try {
      for (const entry of entries) { await keepReversal(till, entry, reason); }
    } catch (error) {
      failed(desk, error);
      return;
    }
    tell(desk, undone(entries), "warning");
    await done();
  }

  return { record: record, undo: undo };
}

function tell(desk, card, tone) {
  desk.put(card);
  sound(tone);
  document.getElementById("said").textContent = card.spoken;
}

function failed(desk, error) {
  const words = say(error.name === "Full" ? "not_kept_full" : "not_kept");
  const notice = document.createElement("p");
  notice.className = "notice refused";
  notice.textContent = words;
  desk.put({ root: notice });
  sound("warning");
  document.getElementById("alarm").textContent = words;
}
