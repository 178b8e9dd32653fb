/* Home of what the tablet keeps: the queue of meals and day closes, the roster, and a few settings, in IndexedDB.

   Nothing here talks to the network (sync.js does) and nothing here says a sentence: errors carry a `name` and a
   person reads what the page makes of it.

     const store = await open();            // throws {name: "NoStorage"} or {name: "Blocked"}
     const [entry] = await store.save([body], [{shown, name}]);   // resolved = durable: now, and only now, the tick

   An entry: {id, seq, body, shown, name, state, saved_at, served_on, sitting, resident, receipt, refusal,
              corrected, news, origin}
     state     "saved" (on this tablet alone) | "sent" (the server has answered for it) | "attention"
     receipt   the server's last word on it, as in interfaces.md section 7, or null
     refusal   null, or {status, message, at} when the server would not take the record at all (state "attention")
     corrected the receipt's parts or reason differ from `shown`; both are kept
     news      1 while nobody has read that it was corrected or needs attention (see `news()`, `read(ids)`)
     origin    null, or the number of the tablet that recorded it, when it came from that tablet's file

   Errors of the writing verbs: {name: "Full"} (the storage is full; nothing of the tap was kept), or the name that
   IndexedDB gave (AbortError, …). No tick without a resolved promise. */

import { database } from "./database.js";
import { queue } from "./queue.js";
import { roster } from "./roster.js";
import { settings } from "./settings.js";
import { telling } from "./telling.js";
import { writer } from "./writing.js";

/** Open the tablet's one database and ask the browser to keep it. */
export async function open() {
  const news = telling();
  const db = await database(() => news.tell({ kind: "outdated" }));
  const write = writer(db);
  const store = Object.assign(
    {
      /** true | false | null (not known yet): whether the browser has promised not to evict. */
      persisted: null,
      /** Call fn({kind: "records"|"closes"|"complaints"|"roster"|"meta"|"state"|"outdated"}) after a change in any tab → unsubscribe.
          `isToSend` with records, closes and complaints: something waits that did not wait before.
          "outdated": another tab runs a newer page, which has changed the shape of the database; this one goes on
          as it is, and update.js takes over at the next quiet moment. */
      on: news.on,
      /** Tell every tab. */
      tell: news.tell,
    },
    settings(db, write, news),
    queue(db, write, news),
    roster(db, write, news)
  );
  askToPersist(store, news);
  return store;
}

/* The answer may wait for a person, so nothing waits for the answer. */
function askToPersist(store, news) {
  const storage = navigator.storage;
  if (!storage || !storage.persist) { store.persisted = false; return; }
  storage.persist().catch(() => false).then((kept) => {
    store.persisted = kept;
    news.tellHere({ kind: "meta", key: "persisted" });
  });
}
