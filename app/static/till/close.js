/* Home of the end of a sitting: what was recorded on this tablet, the cash that was counted, and who signs for it. */

import { CHANNELS, PAYMENTS, partsOf, undoneBy } from "./meals.js";
import { check, sign } from "./pin.js";
import { shanghaiDay, sittingAt, uuid7 } from "./rules.js";
import { sound } from "./sound.js";
import { choose, fill, on, put, show, slot, stamp } from "./stamp.js";
import { fenOf, halfWidth, momentOf, say, sayOf, written, yuan } from "./words.js";

/** Add up what this tablet recorded of a sitting. */
export function figuresOf(entries) {
  const undone = undoneBy(entries);
  const meals = entries.filter((entry) => !entry.body.reverses && !entry.origin);
  const standing = meals.filter((entry) => !undone.has(entry.id));
  const figures = {
    meals: countBy(standing, CHANNELS, (entry) => entry.body.channel),
    reversed: meals.length - standing.length,
    unregistered: standing.filter(isUnregistered).length,
    subsidised: standing.filter((entry) => (partsOf(entry) || {}).government_fen > 0).length,
    fen: {},
    correctedFen: 0,
  };
  PAYMENTS.forEach((payment) => {
    figures.fen[payment] = standing
      .filter((entry) => (entry.body.payment || "cash") === payment)
      .reduce((total, entry) => total + collectedFor(entry), 0);
  });
  standing.filter((entry) => entry.corrected).forEach((entry) => {
    figures.correctedFen += partsOf(entry).resident_fen - collectedFor(entry);
  });
  return figures;
}

/* The money in the drawer is what the tablet said at the tap, whatever was decided afterwards. */
function collectedFor(entry) {
  return entry.shown ? entry.shown.resident_fen : entry.body.price_fen;
}

function isUnregistered(entry) {
  return (partsOf(entry) || {}).reason === "not_registered";
}

function countBy(entries, kinds, kindOf) {
  const counts = {};
  kinds.forEach((kind) => { counts[kind] = entries.filter((entry) => kindOf(entry) === kind).length; });
  return counts;
}

/** The screen that closes a sitting. */
export function closing(till) {
  const root = stamp("close");
  const chosen = { sitting: sittingAt(new Date()), figures: null };

  async function refresh() {
    const day = shanghaiDay(new Date());
    const entries = await till.store.of(day, chosen.sitting);
    chosen.figures = figuresOf(entries);
    choose(slot(root, "sittings"), chosen.sitting);
    tellFigures(root, chosen.figures);
    const closes = await till.store.closes();
    tellBefore(slot(root, "before"), closes, entries, { day: day, sitting: chosen.sitting });
    put(slot(root, "closes"), ...closes.map(line));
    show(slot(root, "none"), closes.length === 0);
    tellDifference();
  }

  function tellDifference() {
    const counted = fenOf(slot(root, "counted").value);
    const difference = counted === null ? 0 : counted - chosen.figures.fen.cash;
    show(slot(root, "reason-field"), difference !== 0);
    fill(root, { difference: counted === null ? "" : differenceWords(difference) });
    slot(root, "difference").classList.toggle("differs", difference !== 0);
  }

  function offerPeople() {
    const people = signers(till);
    put(slot(root, "person"), ...people.map((person) => new Option(person.name, person.user_no, false, person.user_no === till.person.user_no)));
    if (!people.length) { fill(root, { error: say("close_needs_pin") }); }
  }

  async function signAndKeep() {
    const refusal = (text) => { sound("warning"); fill(root, { error: text }); };
    const counted = fenOf(slot(root, "counted").value);
    const expected = chosen.figures.fen.cash;
    const reason = slot(root, "reason").value.trim();
    if (counted === null) { refusal(say("close_needs_count")); slot(root, "counted").focus(); return; }
    if (counted !== expected && !reason) { refusal(say("close_needs_reason")); slot(root, "reason").focus(); return; }
    const answer = await signer(refusal);
    if (!answer) { return; }
    const close = closeOf(chosen, { by: answer.person.user_no, counted: counted, reason: counted === expected ? "" : reason });
    close.signature = await sign(answer.key, close);
    await kept(close, refusal);
  }

  /* → {person, key}, or null when nobody may sign with what was typed. */
  async function signer(refusal) {
    const person = signers(till).find((each) => each.user_no === slot(root, "person").value);
    if (!person) { refusal(say("close_needs_pin")); return null; }
    // Outside a secure context the browser holds its cryptography back.
    if (!window.crypto.subtle) { refusal(`${say("pin_needs_https")} ${say("ask_for_https")}`); return null; }
    const answer = await check(halfWidth(slot(root, "pin").value), person, till.store);
    slot(root, "pin").value = "";
    if (answer.ok) { return { person: person, key: answer.key }; }
    refusal(answer.wait_seconds ? say("pin_wrong_wait", { seconds: answer.wait_seconds }) : say("pin_wrong"));
    slot(root, "pin").focus();
    return null;
  }

  async function kept(close, refusal) {
    try {
      await till.store.saveClose(close);
    } catch (error) {
      refusal(say(error.name === "Full" ? "not_kept_full" : "not_kept"));
      return;
    }
    sound("good");
    document.getElementById("said").textContent = say("close_done");
    ["counted", "reason", "pin"].forEach((name) => { slot(root, name).value = ""; });
    fill(root, { error: "" });
    await refresh();
    slot(root, "closes").firstElementChild.scrollIntoView({ block: "center" });
  }

  slot(root, "sittings").addEventListener("click", (event) => {
    const button = event.target.closest("[data-value]");
    if (button) { chosen.sitting = button.dataset.value; refresh(); }
  });
  slot(root, "counted").addEventListener("input", tellDifference);
  slot(root, "form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const go = slot(root, "go");
    if (go.disabled) { return; }
    go.disabled = true;
    fill(root, { error: "" });
    try { await signAndKeep(); } finally { go.disabled = false; }
  });
  on(root, "back", () => till.go("counter"));
  offerPeople();
  const stop = till.listen((kind) => { if (kind === "records" || kind === "closes") { refresh(); } });
  return { root: root, refresh: refresh, leave: stop, isBusy: () => Boolean(slot(root, "counted").value) };
}

function signers(till) {
  return till.ground ? till.ground.people.filter((person) => person.pin) : [];
}

function closeOf(chosen, { by, counted, reason }) {
  const at = new Date();
  return {
    id: uuid7(at, crypto.getRandomValues(new Uint8Array(10))),
    served_on: shanghaiDay(at),
    sitting: chosen.sitting,
    closed_at: written(at),
    by: by,
    meals: chosen.figures.meals,
    reversed: chosen.figures.reversed,
    unregistered: chosen.figures.unregistered,
    subsidised: chosen.figures.subsidised,
    cash_expected_fen: chosen.figures.fen.cash,
    cash_counted_fen: counted,
    reason: reason,
  };
}

function tellFigures(root, figures) {
  fill(root, figures.meals);
  PAYMENTS.forEach((payment) => fill(root, { [payment]: yuan(figures.fen[payment]) }));
  fill(root, {
    subsidised: figures.subsidised,
    unregistered: figures.unregistered,
    reversed: figures.reversed,
    expected: yuan(figures.fen.cash),
    corrected: figures.correctedFen ? say("close_corrected", { yuan: yuan(figures.correctedFen) }) : "",
  });
  show(slot(root, "corrected"), figures.correctedFen !== 0);
}

/* A sitting may be closed again when meals came after; the newer close counts. */
function tellBefore(place, closes, entries, { day, sitting }) {
  const newest = closes.map((entry) => entry.close).find((close) => close.served_on === day && close.sitting === sitting);
  if (!newest) { put(place); return; }
  const later = entries.filter((entry) => entry.body.served_at > newest.closed_at).length;
  const told = document.createElement("p");
  told.className = later ? "notice warning" : "notice done";
  told.textContent = later ? say("close_again", { time: momentOf(newest.closed_at), count: later }) : say("close_stands", { time: momentOf(newest.closed_at) });
  put(place, told);
}

function differenceWords(difference) {
  if (difference === 0) { return say("cash_fits"); }
  return difference > 0 ? say("cash_over", { yuan: yuan(difference) }) : say("cash_short", { yuan: yuan(-difference) });
}

function line(entry) {
  const close = entry.close;
  const count = CHANNELS.reduce((total, channel) => total + close.meals[channel], 0);
  const told = (entry.refusal && entry.refusal.message) || (entry.receipt && entry.receipt.message) || "";
  const made = stamp("closed", {
    what: say("closed_what", { day: close.served_on.slice(5), sitting: sayOf("sitting", close.sitting) }),
    figures: say("closed_figures", { time: momentOf(close.closed_at), count: count }),
    cash: say("closed_cash", { expected: yuan(close.cash_expected_fen), counted: yuan(close.cash_counted_fen) }),
    state: sayOf("state", entry.state),
    told: [close.reason, told].filter(Boolean).join(" · "),
  });
  slot(made, "state").dataset.state = entry.state;
  return made;
}
