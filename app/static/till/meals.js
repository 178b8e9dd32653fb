/* Home of a meal before it is kept: what it costs whom by what the tablet knows, and the record that is made of it.

   An order is one meal that somebody stands at the counter for:
     {resident, number, name, priceFen, sitting, channel, payment, companionOf, foundBy}
   `resident` is a roster entry, or null for somebody who is not registered; `number` is what is sent as the resident,
   which may be typed and unknown, or empty. */

import { decide, shanghaiDay } from "./rules.js";
import { say, sayOf, written } from "./words.js";

/** What no single meal costs: a higher price is a slip of the finger, and the server would not take it. */
export const DEAREST_MEAL_FEN = 20000;

/** How long a meal may be taken back with one tap. */
export const UNDO_MINUTES = 10;

/** The kinds in the order of the screen. */
export const SITTINGS = ["breakfast", "lunch", "dinner"];
export const CHANNELS = ["dine_in", "take_away", "delivered"];
export const PAYMENTS = ["cash", "phone", "card", "account"];

/** Give the site's price of a sitting on a day in fen; null when none is set. */
export function priceOn(ground, sitting, on) {
  return ground.prices
    .filter((price) => price.sitting === sitting && price.from_on <= on)
    .reduce((newest, price) => (newest && newest.from_on > price.from_on ? newest : price), { price_fen: null })
    .price_fen;
}

/** Give how a resident usually eats at a sitting. */
export function usualChannel(resident, sitting) {
  const usual = resident && resident.usual ? resident.usual[sitting] : undefined;
  return usual ? usual[1] : "dine_in";
}

/** Decide orders in their order; each counts for those after it → a decision per order. */
export async function decideAll(till, orders, on) {
  const used = new Map();
  const decisions = [];
  for (const order of orders) {
    const number = order.resident ? order.resident.no : "";
    if (number && !used.has(number)) { used.set(number, order.resident.used.concat(await till.store.usedBy(number))); }
    const entries = used.get(number) || [];
    const decision = decide(
      { priceFen: order.priceFen, sitting: order.sitting, on: on, resident: order.resident },
      Object.assign({}, till.ground, { used: entries })
    );
    entries.push([on, order.sitting, decision.government_fen]);
    decisions.push(decision);
  }
  return decisions;
}

/** Add up what residents pay. */
export function toCollect(decisions) {
  return decisions.reduce((total, decision) => total + decision.resident_fen, 0);
}

/** Keep orders as meals, all or none → the entries; when it resolves they are on the tablet for good. */
export async function keep(till, orders) {
  const at = new Date();
  const on = shanghaiDay(at);
  const decisions = await decideAll(till, orders, on);
  // Meals of one tap are a millisecond apart, so that everybody judges them in the order of the screen.
  const bodies = orders.map((order, place) => bodyOf(order, new Date(at.getTime() + place), till.person));
  const extras = orders.map((order, place) => ({ shown: decisions[place], name: order.name }));
  return till.store.save(bodies, extras);
}

/** Keep the undoing of a meal. */
export async function keepReversal(till, entry, reason) {
  const at = written(new Date());
  const body = Object.assign({}, entry.body, { served_at: at, by: till.person.user_no, reverses: entry.id, reason: reason });
  delete body.id;
  delete body.seq;
  delete body.tablet;
  const [kept] = await till.store.save([body], [{ shown: null, name: entry.name }]);
  return kept;
}

function bodyOf(order, at, person) {
  return {
    resident: order.number || null,
    sitting: order.sitting,
    channel: order.channel,
    price_fen: order.priceFen,
    served_at: written(at),
    by: person.user_no,
    reverses: null,
    reason: null,
    payment: order.payment,
    companion_of: order.companionOf || null,
    found_by: order.foundBy || null,
  };
}

/** Give what a meal costs whom, as far as it is known: the server's last word, or what was shown at the tap. */
export function partsOf(entry) {
  const told = entry.receipt && entry.receipt.status === "accepted" && typeof entry.receipt.resident_fen === "number";
  return told ? entry.receipt : entry.shown;
}

/** Give the name to show for a kept meal. */
export function whoOf(entry) {
  if (entry.body.companion_of) { return say("companion"); }
  return entry.name || entry.body.resident || say("not_registered");
}

/** Give the ids of the meals that one of these records undoes. */
export function undoneBy(entries) {
  return new Set(entries.filter((entry) => entry.body.reverses).map((entry) => entry.body.reverses));
}

/** Say a meal's sitting and way: "lunch · take-away". */
export function kindOf(order) {
  return `${sayOf("sitting", order.sitting)} · ${sayOf("channel", order.channel)}`;
}
