/* Home of the tablet's few settings: its credential, its ground, what it last heard, and who carries for all tabs. */

import { asked } from "./database.js";
import { withoutName } from "./entries.js";

/* What is not about persons, and what the tablet needs to show and export what it still holds. */
const KEPT_WHEN_WIPED = new Set(["token", "tablet", "revoked", "contact", "screen"]);
const ROSTER_KEYS = ["ground", "cursor", "etag", "roster_at"];

/** The part of the store that holds settings. */
export function settings(db, write, news) {
  return {
    /** Give a setting, or undefined: "token", "tablet" {no, name, site_code}, "ground" {site, prices, people, policies,
        calendar}, "cursor", "etag", "roster_at", "revoked", "contact", … */
    get(key) {
      return db.run(["meta"], "readonly", ({ meta }) => asked(meta.get(key)));
    },
    /** Keep a setting; undefined removes it. */
    async set(key, value) {
      await write(["meta"], ({ meta }) => { keep(meta, key, value); });
      news.tell({ kind: "meta", key });
    },
    /** Keep a setting that nobody waits for: it may be lost with the power, and no tab is told. */
    note(key, value) {
      return write(["meta"], ({ meta }) => { keep(meta, key, value); }, { durability: "relaxed" });
    },
    /** Keep several settings, all or none. */
    async setAll(values) {
      await write(["meta"], ({ meta }) => {
        Object.keys(values).forEach((key) => keep(meta, key, values[key]));
      });
      Object.keys(values).forEach((key) => news.tell({ kind: "meta", key }));
    },
    /** Change a setting from what it is, in one transaction; gives what it became. */
    change(key, next) {
      return write(["meta"], async ({ meta }) => {
        const value = next(await asked(meta.get(key)));
        keep(meta, key, value);
        return value;
      });
    },
    /** Take or renew the sole right to `name` until an instant (milliseconds); false while another tab has it.

        A lease that would last longer than any is given was written by a clock that has been moved back since. */
    lease(name, { owner, now, until }) {
      return write(["counters"], async ({ counters }) => {
        const held = await asked(counters.get(`lease ${name}`));
        const isOthers = held && held.owner !== owner && now < held.until && held.until - now <= until - now;
        if (!isOthers) { counters.put({ owner, until }, `lease ${name}`); }
        return !isOthers;
      });
    },
    /** Give the right back. */
    release(name, owner) {
      return write(["counters"], async ({ counters }) => {
        const held = await asked(counters.get(`lease ${name}`));
        if (held && held.owner === owner) { counters.delete(`lease ${name}`); }
      });
    },
    /** Forget the roster and what belongs to it; the queue stays as it is. */
    async wipeRoster() {
      await write(["meta", "residents"], ({ meta, residents }) => {
        residents.clear();
        ROSTER_KEYS.forEach((key) => meta.delete(key));
      });
      news.tell({ kind: "roster" });
    },
    /** Remove everything about persons: roster, staff, PINs, names, and the meals that the server holds.

        What the server does not hold stays, by number alone, to be exported. */
    async wipePersonal() {
      await write(["meta", "residents", "records", "closes"], wiped);
      news.tell({ kind: "roster" });
      news.tell({ kind: "records" });
      news.tell({ kind: "meta" });
    },
  };
}

function keep(meta, key, value) {
  if (value === undefined) { meta.delete(key); } else { meta.put(value, key); }
}

async function wiped({ meta, residents, records, closes }) {
  residents.clear();
  const keys = await asked(meta.getAllKeys());
  keys.filter((key) => !KEPT_WHEN_WIPED.has(key)).forEach((key) => meta.delete(key));
  await emptied(records);
  await emptied(closes);
}

async function emptied(entries) {
  const all = await asked(entries.getAll());
  all.forEach((entry) => {
    if (entry.held) { entries.put(withoutName(entry)); } else { entries.delete(entry.id); }
  });
}
