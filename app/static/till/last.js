/* Home of the last meals of a sitting: what each is now, and the way back from each. */

import { partsOf, undoneBy, whoOf } from "./meals.js";
import { mayUndo } from "./receipt.js";
import { acts, fill, on, put, show, slot, stamp } from "./stamp.js";
import { say, sayOf, timeOf, yuan } from "./words.js";

const SHOWN = 8;
const ALL = 500;

/** Bring the list to life in its place on the desk. */
export function last(here, place) {
  const root = stamp("last");
  let limit = SHOWN;
  put(place, root);

  async function refresh() {
    const { day, sitting } = here.now();
    const entries = await here.till.store.of(day, sitting);
    const undone = undoneBy(entries);
    const meals = entries.filter((entry) => !entry.body.reverses).reverse();
    const standing = meals.filter((entry) => !undone.has(entry.id));
    tellCounts(standing);
    await tellClosed(day, sitting, entries);
    put(slot(root, "list"), ...meals.slice(0, limit).map((entry) => row(entry, undone.has(entry.id))));
    show(slot(root, "none"), meals.length === 0);
    acts(root, "all").forEach((button) => show(button, meals.length > limit));
  }

  function tellCounts(standing) {
    const parts = standing.map(partsOf).filter(Boolean);
    fill(root, {
      meals: standing.length,
      subsidised: parts.filter((each) => each.government_fen > 0).length,
      collected: yuan(parts.reduce((total, each) => total + each.resident_fen, 0)),
    });
  }

  /* Whoever records after the close is told so: the money in the drawer is counted once more. */
  async function tellClosed(day, sitting, entries) {
    const closes = await here.till.store.closes();
    const close = closes.map((entry) => entry.close).find((each) => each.served_on === day && each.sitting === sitting);
    const later = close ? entries.filter((entry) => entry.body.served_at > close.closed_at).length : 0;
    show(slot(root, "closed"), Boolean(close));
    if (close) { fill(root, { closed: later ? say("closed_since", { time: timeOf(close.closed_at), count: later }) : say("closed_at", { time: timeOf(close.closed_at) }) }); }
  }

  function row(entry, isUndone) {
    const parts = partsOf(entry);
    const made = stamp("meal", {
      time: timeOf(entry.body.served_at),
      name: whoOf(entry),
      remark: remarkOf(entry),
      paid: isUndone ? say("taken_back") : parts ? yuan(parts.resident_fen) : "",
      state: entry.corrected ? say("corrected_state", { state: sayOf("state", entry.state) }) : sayOf("state", entry.state),
    });
    made.classList.toggle("undone", isUndone);
    slot(made, "state").dataset.state = entry.state;
    const button = acts(made, "undo")[0];
    show(button, !isUndone && !entry.origin);
    const isQuick = mayUndo(entry);
    button.textContent = isQuick ? say("undo") : say("reverse");
    button.setAttribute("aria-label", say(isQuick ? "undo_of" : "reverse_of", { name: whoOf(entry), time: timeOf(entry.body.served_at) }));
    on(made, "undo", () => (mayUndo(entry) ? here.undo([entry], "undo") : here.put(reversal(here, entry))));
    return made;
  }

  on(root, "all", () => { limit = ALL; refresh(); });
  return { refresh: refresh };
}

function remarkOf(entry) {
  const remarks = [];
  if (entry.body.channel !== "dine_in") { remarks.push(sayOf("channel", entry.body.channel)); }
  const parts = partsOf(entry);
  if (parts && parts.government_fen === 0) { remarks.push(say("full_price")); }
  if (entry.body.resident && parts && parts.reason === "not_registered") { remarks.push(say("to_register")); }
  return remarks.join(" · ");
}

/* The card that reverses a meal of earlier: with a reason, because the money went through hands meanwhile. */
function reversal(here, entry) {
  const parts = partsOf(entry);
  const root = stamp("reverse", {
    title: say("reverse_title", { name: whoOf(entry), time: timeOf(entry.body.served_at) }),
    text: parts ? say("reverse_text", { yuan: yuan(parts.resident_fen) }) : "",
  });
  const field = slot(root, "reason");
  slot(root, "reasons").addEventListener("click", (event) => {
    const button = event.target.closest("[data-value]");
    if (button) { field.value = button.dataset.value; fill(root, { error: "" }); }
  });
  slot(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = field.value.trim();
    if (!reason) { fill(root, { error: say("reason_missing") }); field.focus(); return; }
    here.undo([entry], reason);
  });
  on(root, "no", here.clear);
  return { root: root, isAsking: true, begin() { root.querySelector("[data-value]").focus({ preventScroll: true }); } };
}
