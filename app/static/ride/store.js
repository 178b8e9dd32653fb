/* Home of what a rider's phone keeps: the link, the day as it was last seen, and the queue of reports.

   The queue follows the till's rules: a report is durable before anything is ticked, carries its own id, and leaves
   the queue only by its own receipt. What the server keeps apart stays visible here. The link of another day may be
   opened meanwhile: each report carries the link that it was made by. */

import { asked, database, startingWith } from "../till/database.js";
import { uuid7 } from "../till/rules.js";
import { written } from "../till/words.js";

const SHAPE = { name: "meal-circle-ride", steps: [
  (db) => {
    const reports = db.createObjectStore("reports", { keyPath: "id" });
    reports.createIndex("state", ["state", "at"]);
    reports.createIndex("stop", ["body.run", "body.position"]);
    db.createObjectStore("meta");
  },
  (db) => { db.createObjectStore("photos", { keyPath: "id" }); },
] };

/** Open the store. Raises what database.js raises when the browser stores nothing. */
export async function open() {
  const db = await database(() => undefined, SHAPE);
  const read = (names, work) => db.run(names, "readonly", work);
  const write = (names, work) => db.run(names, "readwrite", work);
  return {
    /** Give what was kept under a name, or null. */
    async get(name) { return (await read(["meta"], ({ meta }) => asked(meta.get(name)))) || null; },
    set: (name, value) => write(["meta"], async ({ meta }) => { meta.put(value, name); }),
    forget: (name) => write(["meta"], async ({ meta }) => { meta.delete(name); }),
    /** Keep what became of some stops, all or none, once they are durable. */
    keep: (token, bodies) => write(["reports"], async ({ reports }) => {
      bodies.forEach((body) => {
        const now = new Date();
        const id = uuid7(now, self.crypto.getRandomValues(new Uint8Array(10)));
        reports.put({ id, token, at: now.getTime(), state: "saved", body: Object.assign({ id, happened_at: written(now) }, body) });
      });
    }),
    /** Up to so many reports that the server has not answered, the oldest first. */
    pending: (limit) => read(["reports"], ({ reports }) => asked(reports.index("state").getAll(startingWith("saved"), limit))),
    /** Count the queue itself → {saved, apart, photos}. */
    counts: () => read(["reports", "photos"], async ({ reports, photos }) => {
      const state = reports.index("state");
      return {
        saved: await asked(state.count(startingWith("saved"))),
        apart: await asked(state.count(startingWith("apart"))),
        photos: await asked(photos.count()),
      };
    }),
    /** Keep a photo of a stop until the server has answered it; it travels apart from the reports. */
    keepPhoto: (token, body) => write(["photos"], async ({ photos }) => {
      const now = new Date();
      const id = uuid7(now, self.crypto.getRandomValues(new Uint8Array(10)));
      photos.put({ id, token, at: now.getTime(), body: Object.assign({ id, taken_at: written(now) }, body) });
    }),
    /** The photos that wait, by their numbers. */
    photoIds: () => read(["photos"], async ({ photos }) => asked(photos.getAllKeys())),
    photo: (id) => read(["photos"], async ({ photos }) => asked(photos.get(id))),
    forgetPhoto: (id) => write(["photos"], async ({ photos }) => { photos.delete(id); }),
    /** Give what this phone reported of its stops, as {"run:position": outcome}: a hand-over, or else the last word. */
    outcomes: () => read(["reports"], async ({ reports }) => {
      const found = {};
      (await asked(reports.getAll())).sort((one, other) => one.at - other.at).forEach(({ body }) => {
        const key = `${body.run}:${body.position}`;
        if (found[key] !== "handed_over") { found[key] = body.outcome; }
      });
      return found;
    }),
    /** Apply receipts; what is not accepted is kept apart with its reason. */
    settle: (receipts) => write(["reports"], async ({ reports }) => {
      for (const receipt of receipts) {
        const entry = await asked(reports.get(receipt.id));
        if (!entry) { continue; }
        const state = receipt.status === "accepted" ? "sent" : "apart";
        reports.put(Object.assign({}, entry, { state, message: receipt.message || "" }));
      }
    }),
    /** Let go of reports that the server has had for a week. */
    prune: (before) => write(["reports"], async ({ reports }) => {
      const old = await asked(reports.index("state").getAll(IDBKeyRange.bound(["sent"], ["sent", before])));
      old.forEach((entry) => reports.delete(entry.id));
    }),
    /** Let go of photos that could not be sent for a week: no link takes them any more. */
    prunePhotos: (before) => write(["photos"], async ({ photos }) => {
      (await asked(photos.getAll())).filter((each) => each.at < before).forEach((each) => photos.delete(each.id));
    }),
  };
}
