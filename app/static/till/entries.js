/* Home of one entry of the queue: how it begins, and what a receipt or a refusal makes of it. Pure.

   `held` is 1 while the server does not hold the record, and absent otherwise; `news` is 1 while nobody has read
   that the server decided otherwise than the tablet showed. Both are absent rather than 0, because an index leaves
   out what is absent. */

import { shanghaiDay } from "./rules.js";

const PARTS = ["government_fen", "operator_fen", "charity_fen", "resident_fen", "reason"];
const STATES = { accepted: "sent", quarantined: "attention", conflict: "attention" };

/** Begin an entry for a record that has just been made, or that came with another tablet's file (`origin`). */
export function entryOf(body, { seq, at, shown = null, name = "", origin = null }) {
  return {
    id: body.id,
    seq,
    body,
    // Taking a meal back costs nobody anything, so there is nothing to compare.
    shown: body.reverses ? null : shown,
    name,
    origin,
    state: "saved",
    held: 1,
    saved_at: at,
    served_on: shanghaiDay(new Date(body.served_at)),
    sitting: body.sitting,
    resident: body.resident || "",
    receipt: null,
    digest: null,
    refusal: null,
    corrected: false,
  };
}

/** Begin an entry for a day close. */
export function closeEntryOf(close, { seq, at, origin = null }) {
  return {
    id: close.id, seq, close, origin, state: "saved", held: 1, saved_at: at, receipt: null, digest: null, refusal: null,
  };
}

/** Begin an entry for a complaint; what it says goes as soon as the server has it. */
export function complaintEntryOf(complaint, { seq, at, origin = null }) {
  return {
    id: complaint.id, seq, complaint, origin, state: "saved", held: 1, saved_at: at, receipt: null, digest: null, refusal: null,
  };
}

/** Give the record as it is sent; the same each time, because the server answers for these very members.

    A day close stays as it was signed, whoever carries it. */
export function asSent(entry) {
  if (entry.close || entry.complaint) { return entry.close || entry.complaint; }
  return entry.origin ? Object.assign({}, entry.body, { tablet: entry.origin }) : entry.body;
}

/** Give the entry after the server has answered for it; the digest of the first answer stays beside the last.

    `isUndoneHere` tells that this tablet has recorded the undoing of it: that it counts no more is no news then. */
export function answered(entry, receipt, { isUndoneHere = false } = {}) {
  const state = stateAfter(receipt);
  const isExpected = isUndoneHere && receipt.reason === "reversed";
  const next = Object.assign({}, entry, {
    state,
    receipt,
    digest: entry.digest || receipt.digest,
    refusal: null,
    corrected: receipt.status === "accepted" && !isExpected && differs(receipt, entry.shown),
  });
  delete next.held;
  if (entry.complaint && receipt.status === "accepted") {
    // Nobody's words or phone stay on a tablet that others use; that something was said may.
    next.complaint = { id: entry.id, said_at: entry.complaint.said_at, confidential: entry.complaint.confidential };
  }
  if (!isExpected && isNews(entry, receipt, state)) { next.news = 1; }
  return next;
}

/** Give the entry after the server would not take it at all: it stays, waits for a person, and says why. */
export function refusedBy(entry, refusal) {
  return Object.assign({}, entry, { state: "attention", refusal, held: 1, news: 1 });
}

/** Give a refused entry as one that will be sent again. */
export function queuedAgain(entry) {
  return Object.assign({}, entry, { state: "saved", refusal: null, held: 1 });
}

/** Give the entry without the name, which is all that it tells about a person beyond the number. */
export function withoutName(entry) {
  return Object.assign({}, entry, { name: "" });
}

/** Tell whether a receipt is one: an id, a known status, a digest. */
export function isReceipt(receipt) {
  return (
    receipt !== null && typeof receipt === "object" &&
    typeof receipt.id === "string" &&
    Object.prototype.hasOwnProperty.call(STATES, receipt.status) &&
    typeof receipt.digest === "string" && receipt.digest !== ""
  );
}

/** Pick from an answer the receipts of what was sent → {receipts, missing}; null when it is no answer of ours.

    What is not a receipt, is for something that was not sent, or contradicts another receipt for the same record,
    counts as missing: its record stays where it is and is sent again. */
export function receiptsFor(ids, answer) {
  if (!answer || !Array.isArray(answer.receipts)) { return null; }
  const asked = new Set(ids);
  const found = new Map();
  const doubtful = new Set();
  answer.receipts.filter((each) => isReceipt(each) && asked.has(each.id)).forEach((each) => {
    const other = found.get(each.id);
    if (other && (other.status !== each.status || other.digest !== each.digest)) { doubtful.add(each.id); }
    found.set(each.id, each);
  });
  doubtful.forEach((id) => found.delete(id));
  return { receipts: Array.from(found.values()), missing: ids.filter((id) => !found.has(id)) };
}

/* What somebody has settled needs nobody's attention any more, even if it was not taken. */
function stateAfter(receipt) {
  return receipt.settled === true ? "sent" : STATES[receipt.status];
}

/* Only what both say can differ. */
function differs(receipt, shown) {
  return Boolean(shown) && PARTS.some((part) => part in shown && part in receipt && shown[part] !== receipt[part]);
}

/* What a person was shown before is the last receipt, or what the tablet reckoned itself. */
function isNews(entry, receipt, state) {
  if (!entry.receipt) { return state === "attention" || differs(receipt, entry.shown); }
  const isMoved = entry.receipt.status !== receipt.status || entry.state !== state;
  return isMoved || (state === "sent" && differs(receipt, entry.receipt));
}
