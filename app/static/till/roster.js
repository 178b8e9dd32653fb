/* Home of the roster on the tablet: whom the till knows, and by what rules, replaced or merged as a whole or not at all. */

import { asked } from "./database.js";

const FORMAT = "till-roster/1";
const GROUND = ["site", "prices", "people", "policies", "calendar"];

/** Tell whether an answer is a roster; anything else leaves the old one in place. */
export function isRoster(answer) {
  return (
    Boolean(answer) && answer.format === FORMAT && typeof answer.cursor === "string" &&
    Array.isArray(answer.residents) && answer.residents.every((each) => each && typeof each.no === "string") &&
    GROUND.every((name) => answer[name] !== null && typeof answer[name] === "object")
  );
}

/** The part of the store that holds the roster. */
export function roster(db, write, news) {
  let all = null;
  news.on((change) => {
    if (change.kind === "roster" && change.residents !== false) { all = null; }
  });

  return {
    /** The roster's entries: one array, read once, and a new one after a roster has come. */
    residents() {
      if (!all) {
        all = db.run(["residents"], "readonly", ({ residents }) => asked(residents.getAll()));
        all.catch(() => { all = null; });
      }
      return all;
    },
    /** Take in a roster, in one transaction: whole when it is complete, else only what it names. */
    async applyRoster(answer, { etag, at }) {
      await write(["residents", "meta"], ({ residents, meta }) => {
        if (answer.complete) { residents.clear(); }
        (answer.removed || []).forEach((no) => residents.delete(no));
        answer.residents.forEach((resident) => residents.put(resident));
        const ground = {};
        GROUND.forEach((name) => { ground[name] = answer[name]; });
        meta.put(ground, "ground");
        if (answer.tablet) { meta.put(answer.tablet, "tablet"); }
        meta.put(answer.cursor, "cursor");
        meta.put(etag || "", "etag");
        meta.put(at, "roster_at");
        // It can be had again, so it need not wait for the disk.
      }, { durability: "relaxed" });
      const isTouched = answer.complete || answer.residents.length > 0 || (answer.removed || []).length > 0;
      // `residents` false: the same people as before, so nobody needs to make them searchable again.
      news.tell({ kind: "roster", residents: isTouched });
    },
  };
}
