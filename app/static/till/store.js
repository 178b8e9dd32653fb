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

const unfinished = () => Promise.reject(new Error("not yet"));

/** Open the tablet's one database and ask the browser to keep it. */
export async function open() {
  return {
    /** true | false | null (not known yet): whether the browser has promised not to evict. */
    persisted: null,
    /** Meta by key: "token", "tablet" {no, name, site_code}, "ground" {site, prices, people, policies, calendar},
        "roster_at", "revoked", … → value or undefined. */
    get: unfinished,
    set: unfinished,
    /** The roster's entries (one array, read once; a new array after a roster has come). */
    residents: unfinished,
    /** Keep the bodies of one tap, all or none. `extras` is parallel to `bodies`: [{shown, name}].
        A body is a record of interfaces.md section 7 without `seq`; `id` is made here unless given. */
    save: unfinished,
    /** Entries of a day and sitting, in order of seq (reversals too: body.reverses). */
    of: unfinished,
    /** The newest n entries, newest first. */
    recent: unfinished,
    /** Up to `limit` entries that the server has not answered for, in order of seq. */
    pending: unfinished,
    /** → {saved, sent, attention, refused, unsent, oldest_saved_at, closes_unsent}. `unsent` = saved + refused: what
        the server does not hold. "All sent" is unsent === 0 && closes_unsent === 0, and nothing else. */
    counts: unfinished,
    /** Entries in state "attention", in order of seq. */
    attention: unfinished,
    /** Entries with news, newest first; read(ids) marks them as read. */
    news: unfinished,
    read: unfinished,
    /** Send refused records again (ids, or all when left out). */
    requeue: unfinished,
    /** Apply receipts in one transaction. */
    settle: unfinished,
    /** This tablet's own subsidised meals of a resident: [[served_on, sitting, government_fen], …]. */
    usedBy: unfinished,
    /** A Set of the resident numbers with an own, unreversed meal at this sitting. */
    eaten: unfinished,
    /** Keep a signed day close (it carries its own `id`); the same states as records. closes() → entries, newest first:
        {id, close, state, saved_at, receipt, refusal}. */
    saveClose: unfinished,
    closes: unfinished,
    /** Call fn({kind: "records"|"closes"|"roster"|"meta"|"outdated"}) after a change in any tab → unsubscribe. */
    on: () => () => undefined,
    /** Remove everything about persons; what the server does not hold stays. */
    wipePersonal: unfinished,
  };
}
