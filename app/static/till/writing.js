/* Home of writing when the storage is nearly full: old acknowledged entries make room, once, and then it is said. */

import { asked, trouble, walk } from "./database.js";
import { shanghaiDay } from "./rules.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Acknowledged entries stay this long: the caps of a month look back over it. */
export const KEPT_DAYS = 40;

/** Give the first business day that is still kept. */
export function keptSince(at) {
  return shanghaiDay(new Date(at.getTime() - KEPT_DAYS * DAY_MS));
}

/** → write(names, work): a durable transaction that makes room and tries once more when the storage is full.

    Raises: Full when that was not enough; nothing of the work is kept then. */
export function writer(db) {
  return async (names, work, options) => {
    try {
      return await db.run(names, "readwrite", work, options);
    } catch (error) {
      if (!isFull(error)) { throw error; }
    }
    try {
      await prune(db, new Date());
      return await db.run(names, "readwrite", work, options);
    } catch (error) {
      throw isFull(error) ? trouble("Full", error) : error;
    }
  };
}

/** Remove what the server has accepted and what no cap asks for any more; gives the number of meals removed. */
export function prune(db, at) {
  const first = keptSince(at);
  return db.run(["records", "closes", "complaints"], "readwrite", async ({ records, closes, complaints }) => {
    let removed = 0;
    await walk(records.index("served"), { range: IDBKeyRange.upperBound([first], true) }, (entry, cursor) => {
      if (entry.state !== "sent") { return; }
      removed += 1;
      cursor.delete();
    });
    const old = (await asked(closes.getAll())).filter((entry) => entry.state === "sent" && entry.close.served_on < first);
    old.forEach((entry) => closes.delete(entry.id));
    const said = (await asked(complaints.getAll())).filter((entry) => entry.state === "sent" && shanghaiDay(new Date(entry.saved_at)) < first);
    said.forEach((entry) => complaints.delete(entry.id));
    return removed;
  });
}

function isFull(error) {
  return error.name === "QuotaExceededError";
}
