/* Home of the queue: each record once, in the order of the taps, and off it only by its own receipt. */

import { asked, startingWith, trouble, walk } from "./database.js";
import { answered, closeEntryOf, entryOf, isReceipt, queuedAgain, refusedBy } from "./entries.js";
import { uuid7 } from "./rules.js";
import { saying } from "./saying.js";
import { keptSince, prune } from "./writing.js";

const bySeq = (one, other) => one.seq - other.seq;

/** The part of the store that holds records, day closes and complaints. */
export function queue(db, write, news) {
  return Object.assign(tapping(write, news), reading(db), answering(db, write, news), closing(db, write, news), saying(db, write, news, { added, someOf }), {
    /** Remove acknowledged entries that nothing asks for any more; gives how many. */
    prune: (at) => prune(db, at),
  });
}

/* ---- What a tap keeps ---- */

function tapping(write, news) {
  return {
    /** Keep the bodies of one tap, all or none → their entries, once they are durable.

        `extras` is parallel to `bodies`: [{shown, name}]. A body is a record of interfaces.md section 7 without `seq`;
        a body that brings its own `id` is kept once, however often it is saved. */
    async save(bodies, extras = []) {
      const at = new Date();
      const entries = await write(["records", "counters"], (stores) => {
        const drafts = bodies.map((body, position) => draftOf(body, extras[position] || {}, at));
        return added(stores.records, stores.counters, { counter: "seq", drafts });
      });
      news.tell({ kind: "records", isToSend: true });
      return entries;
    },
    /** Keep what came with another tablet's file → how many were new, and which ids are known with another content. */
    async adopt(drafts, { at }) {
      const before = [];
      const entries = await write(["records", "counters"], async (stores) => {
        before.length = 0;
        const made = drafts.map((draft) => (seq) => entryOf(
          draft.body, { seq, at, shown: draft.shown, origin: draft.origin }
        ));
        const result = await added(stores.records, stores.counters, { counter: "seq", drafts: made, before });
        await notBehind(stores.counters, drafts);
        return result;
      });
      news.tell({ kind: "records", isToSend: true });
      return split(entries, before);
    },
  };
}

function draftOf(body, extra, at) {
  const id = body.id || uuid7(at, self.crypto.getRandomValues(new Uint8Array(10)));
  return (seq) => entryOf(Object.assign({}, body, { id, seq }), {
    seq, at: at.toISOString(), shown: extra.shown || null, name: extra.name || "",
  });
}

/* Number and add what the drafts make, inside one transaction; what is known already is given as it stands. */
async function added(entries, counters, { counter, drafts, before = [] }) {
  let seq = (await asked(counters.get(counter))) || 0;
  const result = [];
  for (const draft of drafts) {
    const entry = draft(seq + 1);
    const known = await asked(entries.get(entry.id));
    if (known) {
      before.push({ known, entry });
    } else {
      seq += 1;
      entries.add(entry);
    }
    result.push(known || entry);
  }
  counters.put(seq, counter);
  return result;
}

/* A tablet that lost everything and took its own file back goes on counting where it was. */
async function notBehind(counters, drafts) {
  const own = drafts.filter((draft) => !draft.origin).map((draft) => draft.body.seq || 0);
  const seq = await asked(counters.get("seq"));
  counters.put(Math.max(seq, ...own), "seq");
}

function split(entries, before) {
  const differing = before.filter(({ known, entry }) => contentOf(known.body) !== contentOf(entry.body));
  return { taken: entries.length - before.length, known: before.length - differing.length, differing: differing.map(({ known }) => known.id) };
}

function contentOf(body) {
  return JSON.stringify(Object.keys(body).sort().map((key) => [key, body[key]]));
}

/* ---- What there is ---- */

function reading(db) {
  const read = (work) => db.run(["records"], "readonly", ({ records }) => work(records));
  const inState = (state) => read((records) => asked(records.index("state").getAll(startingWith(state))));
  return {
    /** Entries of a day and sitting, in the order of the taps (reversals too: body.reverses). */
    async of(servedOn, sitting) {
      const entries = await read((records) => asked(records.index("served").getAll([servedOn, sitting])));
      return entries.sort(bySeq);
    },
    /** The newest entries, newest first. */
    recent(count) {
      return read((records) => someOf(records.index("seq"), { direction: "prev" }, count));
    },
    /** One entry, or undefined. */
    entry(id) {
      return read((records) => asked(records.get(id)));
    },
    /** Up to `limit` entries that wait to be sent, in the order of the taps, leaving out the ids in `except`. */
    pending(limit = 50, except = new Set()) {
      return read((records) => someOf(records.index("state"), { range: startingWith("saved") }, limit, except));
    },
    /** Entries that wait for a person. */
    attention() {
      return inState("attention");
    },
    /** Entries that the server decided otherwise than was shown, newest first, until `read(ids)`. */
    async news() {
      const entries = await read((records) => asked(records.index("news").getAll(startingWith(1))));
      return entries.reverse();
    },
    /** Counted from the queue itself each time → {saved, sent, attention, refused, unsent, oldest_saved_at,
        closes_unsent, complaints_unsent}.

        `unsent` is what the server does not hold: saved + refused. Everything is sent when unsent, closes_unsent
        and complaints_unsent are 0, and only then. */
    counts() {
      return db.run(["records", "closes", "complaints"], "readonly", counted);
    },
    /** When the oldest entry was saved that the server does not hold, leaving out the ids in `except`; null: none. */
    async oldestUnsentAt(except = new Set()) {
      const [oldest] = await read((records) => someOf(records.index("held"), {}, 1, except));
      return oldest ? oldest.saved_at : null;
    },
    /** Everything that the server does not hold or does not accept; `since` (a day) adds all entries from then on. */
    kept(since = null) {
      return read(async (records) => {
        const all = await asked(records.index("seq").getAll());
        return all.filter((entry) => entry.state !== "sent" || (since !== null && entry.served_on >= since));
      });
    },
    /** This tablet's own subsidised meals of a resident in the last weeks: [[served_on, sitting, government_fen], …]. */
    async usedBy(residentNo) {
      const entries = await read((records) => asked(records.index("resident").getAll(residentNo)));
      const since = keptSince(new Date());
      return unreversed(entries)
        .filter((entry) => entry.served_on >= since)
        .map((entry) => [entry.served_on, entry.sitting, governmentFen(entry)])
        .filter((used) => used[2] > 0);
    },
    /** The numbers of those who have had an own, unreversed meal here at this sitting, as a Set. */
    async eaten(servedOn, sitting) {
      return new Set(unreversed(await this.of(servedOn, sitting)).map((entry) => entry.resident).filter(Boolean));
    },
  };
}

/* Walk an index until enough entries are found. */
async function someOf(index, where, limit, except = new Set()) {
  const found = [];
  if (limit < 1) { return found; }
  await walk(index, where, (entry) => {
    if (!except.has(entry.id)) { found.push(entry); }
    return found.length < limit;
  });
  return found;
}

async function counted({ records, closes, complaints }) {
  const state = records.index("state");
  const numbers = [
    ...["saved", "sent", "attention"].map((name) => asked(state.count(startingWith(name)))),
    asked(records.index("held").count()),
    asked(closes.index("held").count()),
    asked(complaints.index("held").count()),
  ];
  const [oldest] = await someOf(state, { range: startingWith("saved") }, 1);
  const [saved, sent, attention, unsent, closesUnsent, complaintsUnsent] = await Promise.all(numbers);
  return {
    saved, sent, attention, refused: unsent - saved, unsent,
    oldest_saved_at: oldest ? oldest.saved_at : null, closes_unsent: closesUnsent, complaints_unsent: complaintsUnsent,
  };
}

function unreversed(entries) {
  const taken = new Set(entries.map((entry) => entry.body.reverses).filter(Boolean));
  return entries.filter((entry) => !entry.body.reverses && !taken.has(entry.id));
}

/* The server's word where there is one, the tablet's own reckoning until then. */
function governmentFen(entry) {
  const said = entry.receipt || entry.shown || {};
  return said.government_fen || 0;
}

/* ---- What the server says ---- */

function answering(db, write, news) {
  async function settled(name, receipts) {
    const ids = await write([name], (stores) => eachKnown(stores[name], receipts, answered));
    if (ids.length) { news.tell({ kind: name }); }
    return ids;
  }

  return {
    /** Apply receipts, all in one transaction; gives the ids they were for. What is no receipt changes nothing. */
    settle: (receipts) => settled("records", receipts),
    settleCloses: (receipts) => settled("closes", receipts),
    settleComplaints: (receipts) => settled("complaints", receipts),
    /** Apply later decisions to what was acknowledged before; they acknowledge nothing themselves. */
    async correct(corrections) {
      // What is about another content under the same number is another tablet's affair.
      const isHis = (entry, receipt) => !entry.held && (!entry.digest || entry.digest === receipt.digest);
      const apply = (entry, receipt, how) => (isHis(entry, receipt) ? answered(entry, receipt, how) : entry);
      const ids = await write(["records"], ({ records }) => eachKnown(records, corrections, apply));
      if (ids.length) { news.tell({ kind: "records" }); }
    },
    /** Set an entry aside that the server would not take, with its word: {status, message, at, version}. */
    refuse: (id, refusal) => refused("records", id, refusal),
    refuseClose: (id, refusal) => refused("closes", id, refusal),
    refuseComplaint: (id, refusal) => refused("complaints", id, refusal),
    /** Send refused entries again: those with these ids, or all that `chosen(refusal, entry)` picks, or all. */
    async requeue(chosen = () => true) {
      const choose = Array.isArray(chosen) ? (refusal, entry) => chosen.includes(entry.id) : chosen;
      const number = await write(["records", "closes", "complaints"], async ({ records, closes, complaints }) => (
        (await requeued(records, choose)) + (await requeued(closes, choose)) + (await requeued(complaints, choose))
      ));
      if (number) { news.tell({ kind: "records", isToSend: true }); }
      return number;
    },
    /** Mark news as read. */
    async read(ids) {
      await write(["records"], async ({ records }) => {
        for (const id of ids) {
          const entry = await asked(records.get(id));
          if (!entry) { continue; }
          delete entry.news;
          records.put(entry);
        }
      });
      news.tell({ kind: "records" });
    },
    /** What was recorded under another number before this tablet was enrolled anew keeps that number. */
    async signWith(formerNo) {
      await write(["records", "closes"], async ({ records, closes }) => {
        for (const entries of [records, closes]) {
          await walk(entries.index("held"), {}, (entry, cursor) => {
            if (!entry.origin) { cursor.update(Object.assign({}, entry, { origin: formerNo })); }
          });
        }
      });
    },
  };

  async function refused(name, id, refusal) {
    await write([name], async (stores) => {
      const entry = await asked(stores[name].get(id));
      if (entry && entry.held) { stores[name].put(refusedBy(entry, refusal)); }
    });
    news.tell({ kind: name });
  }
}

async function eachKnown(entries, receipts, apply) {
  const ids = [];
  for (const receipt of receipts.filter(isReceipt)) {
    const entry = await asked(entries.get(receipt.id));
    if (!entry) { continue; }
    const isUndoneHere = entry.body !== undefined && (await asked(entries.index("reverses").count(entry.id))) > 0;
    const next = apply(entry, receipt, { isUndoneHere });
    if (next !== entry) {
      entries.put(next);
      ids.push(receipt.id);
    }
  }
  return ids;
}

async function requeued(entries, choose) {
  const held = await asked(entries.index("held").getAll());
  const chosen = held.filter((entry) => entry.refusal && choose(entry.refusal, entry));
  chosen.forEach((entry) => entries.put(queuedAgain(entry)));
  return chosen.length;
}

/* ---- Day closes ---- */

function closing(db, write, news) {
  const read = (work) => db.run(["closes"], "readonly", ({ closes }) => work(closes));
  return {
    /** Keep a signed day close → its entry, once it is durable. It brings its own `id`, which its signature covers. */
    async saveClose(close, { origin = null } = {}) {
      if (!close.id) { throw trouble("Form"); }
      const at = new Date().toISOString();
      const [entry] = await write(["closes", "counters"], (stores) => added(stores.closes, stores.counters, {
        counter: "close_seq", drafts: [(seq) => closeEntryOf(close, { seq, at, origin })],
      }));
      news.tell({ kind: "closes", isToSend: true });
      return entry;
    },
    /** All day closes, newest first. */
    async closes() {
      return (await read((closes) => asked(closes.index("seq").getAll()))).reverse();
    },
    /** Up to `limit` day closes that wait to be sent. */
    pendingCloses(limit = 50, except = new Set()) {
      return read((closes) => someOf(closes.index("state"), { range: startingWith("saved") }, limit, except));
    },
  };
}
