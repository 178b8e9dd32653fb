/* Home of the last resort: the queue as a file, to be loaded into another tablet.

     const blob = await exportQueue(store, {all: false});   // what is not acknowledged; all: the last 40 days too
     fileName(tablet, date)                                 // → "till-T-3-2026-11-23.json"
     const result = await importQueue(store, text);
     // → {taken, known, refused: [{id, reason}], reason}
     //   reason   null | "json" | "format" | "version" | "members": why nothing of the file was taken
     //   refused  what was not taken of a file that is one: reason "members" (not a record of this form) or
     //            "other_content" (this id is known here with another content; ours stays as it is)

   The file holds numbers, no names; only what somebody said at the tablet, until it has arrived, is in their words. Loading it twice changes nothing: the ids are the same. */

import { shanghaiDay } from "./rules.js";
import { keptSince } from "./writing.js";

const FORM = "till-queue";
const VERSION = "1";
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Give what the server does not hold or does not accept as a file; with `all`, also what it has of the last 40 days. */
export async function exportQueue(store, { all = false } = {}) {
  const at = new Date();
  const tablet = (await store.get("tablet")) || {};
  const entries = await store.kept(all ? keptSince(at) : null);
  const closes = (await store.closes()).filter((entry) => all || entry.state !== "sent");
  const said = (await store.complaints()).filter((entry) => entry.state !== "sent");
  const content = {
    format: `${FORM}/${VERSION}`,
    tablet: tablet.no || "",
    site_code: tablet.site_code || "",
    exported_at: at.toISOString(),
    records: entries.map(({ id, seq, body, shown, state, saved_at, origin, receipt, refusal }) => (
      { id, seq, body, shown, state, saved_at, origin, receipt, refusal }
    )),
    closes: closes.reverse().map(({ id, close, state, saved_at, origin, receipt, refusal }) => (
      { id, close, state, saved_at, origin, receipt, refusal }
    )),
    complaints: said.reverse().map(({ id, complaint, state, saved_at, origin, receipt, refusal }) => (
      { id, complaint, state, saved_at, origin, receipt, refusal }
    )),
  };
  return new Blob([JSON.stringify(content, null, 1)], { type: "application/json" });
}

/** Name the file for its tablet and day. */
export function fileName(tablet, date) {
  return `till-${(tablet && tablet.no) || "new"}-${shanghaiDay(date)}.json`;
}

/** Take in another tablet's queue; what it says was sent is sent again all the same, for a file is no receipt. */
export async function importQueue(store, text) {
  const read = readFile(text);
  if (read.reason) { return { taken: 0, known: 0, refused: [], reason: read.reason }; }
  const own = ((await store.get("tablet")) || {}).no || "";
  const drafts = read.records.map((record) => draftOf(record, originOf(record, read.tablet, own)));
  const { taken, known, differing } = await store.adopt(drafts, { at: new Date().toISOString() });
  const closes = await adoptCloses(store, read, own);
  const said = await adoptComplaints(store, read, own);
  return {
    taken: taken + closes.taken + said.taken,
    known: known + closes.known + said.known,
    refused: read.refused.concat(differing.map((id) => ({ id, reason: "other_content" }))),
    reason: null,
  };
}

/** Read a file's text → {reason} when it is not of this form, else {reason: null, tablet, records, closes, complaints, refused}. */
export function readFile(text) {
  let content;
  try {
    content = JSON.parse(String(text).replace(/^\uFEFF/, ""));
  } catch (error) {
    return { reason: "json" };
  }
  const reason = whyNot(content);
  if (reason) { return { reason }; }
  const [records, closes, complaints] = [content.records, content.closes || [], content.complaints || []];
  const good = records.filter(isRecord);
  const goodCloses = closes.filter(isClose);
  const bad = records.filter((each) => !isRecord(each)).concat(
    closes.filter((each) => !isClose(each)), complaints.filter((each) => !isComplaint(each))
  );
  return {
    reason: null,
    tablet: content.tablet,
    records: good,
    closes: goodCloses,
    complaints: complaints.filter(isComplaint),
    refused: bad.map((each) => ({ id: each && typeof each.id === "string" ? each.id : "", reason: "members" })),
  };
}

function whyNot(content) {
  const format = content && typeof content.format === "string" ? content.format.split("/") : [];
  if (format[0] !== FORM) { return "format"; }
  if (format[1] !== VERSION) { return "version"; }
  const isWhole = typeof content.tablet === "string" && Array.isArray(content.records) &&
    [content.closes, content.complaints].every((each) => each === undefined || Array.isArray(each));
  return isWhole ? null : "members";
}

function isRecord(record) {
  const body = record && record.body;
  return (
    Boolean(body) && typeof body === "object" && ID.test(record.id) && body.id === record.id &&
    ["sitting", "channel", "served_at"].every((name) => typeof body[name] === "string" && body[name]) &&
    Number.isSafeInteger(body.price_fen) && !Number.isNaN(Date.parse(body.served_at))
  );
}

function isClose(record) {
  const close = record && record.close;
  return (
    Boolean(close) && typeof close === "object" && ID.test(record.id) && close.id === record.id &&
    ["served_on", "sitting", "signature"].every((name) => typeof close[name] === "string")
  );
}

function isComplaint(record) {
  const complaint = record && record.complaint;
  return (
    Boolean(complaint) && typeof complaint === "object" && ID.test(record.id) && complaint.id === record.id &&
    ["said_at", "content"].every((name) => typeof complaint[name] === "string")
  );
}

function draftOf(record, origin) {
  return { body: record.body, shown: record.shown || null, origin };
}

/* A tablet that takes its own file back recorded these itself. */
function originOf(record, from, own) {
  const origin = record.origin || from;
  return origin && origin !== own ? origin : null;
}

async function adoptCloses(store, read, own) {
  const before = new Set((await store.closes()).map((entry) => entry.id));
  const fresh = read.closes.filter((each) => !before.has(each.id));
  for (const each of fresh) {
    await store.saveClose(each.close, { origin: originOf(each, read.tablet, own) });
  }
  return { taken: fresh.length, known: read.closes.length - fresh.length };
}

async function adoptComplaints(store, read, own) {
  const before = new Set((await store.complaints()).map((entry) => entry.id));
  const fresh = read.complaints.filter((each) => !before.has(each.id));
  for (const each of fresh) {
    await store.saveComplaint(each.complaint, { origin: originOf(each, read.tablet, own) });
  }
  return { taken: fresh.length, known: read.complaints.length - fresh.length };
}
