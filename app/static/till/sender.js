/* Home of carrying the queue to the server: in batches, in order, each record until its own receipt.

   One bad record never holds up the others. A batch that is refused is halved down to the one at fault; before that
   one is set aside, an empty message asks whether the server takes anything from us at all, so that a portal or a
   fault of the page is never mistaken for a fault of a record. */

import { asSent, receiptsFor } from "./entries.js";

const BATCH = 50;
/** So many times in a row a server error counts as the server's illness; then we look for a record that causes it. */
const PATIENCE = 3;
const OK = { kind: "ok" };
const NOT_OURS = { kind: "portal", status: 200 };
const MEALS = "/api/v1/tablets/meals";
const CLOSES = "/api/v1/tablets/day-closes";
const COMPLAINTS = "/api/v1/tablets/complaints";

/** → {send(renew), greet()}. `post(path, body)` asks the server and gives wire.js' answers; `envelope(unsent, oldest)`
    gives what goes with every batch of meals; `renew()` says before each batch whether the right to send is ours. */
export function sender(store, { post, envelope, version }) {
  let illness = 0;
  let renewed = async () => true;

  async function message(records, ids) {
    const counts = await store.counts();
    const oldest = await store.oldestUnsentAt(new Set(ids));
    return Object.assign({ records }, await envelope(Math.max(0, counts.unsent - ids.length), oldest));
  }

  const meals = {
    pending: (limit, except) => store.pending(limit, except),
    settle: (receipts) => store.settle(receipts),
    refuse: (id, refusal) => store.refuse(id, refusal),
    post: async (entries) => post(MEALS, await message(entries.map(asSent), entries.map((each) => each.id))),
  };
  const closes = {
    pending: (limit, except) => store.pendingCloses(limit, except),
    settle: (receipts) => store.settleCloses(receipts),
    refuse: (id, refusal) => store.refuseClose(id, refusal),
    post: (entries) => post(CLOSES, { closes: entries.map(asSent) }),
  };

  const complaints = {
    pending: (limit, except) => store.pendingComplaints(limit, except),
    settle: (receipts) => store.settleComplaints(receipts),
    refuse: (id, refusal) => store.refuseComplaint(id, refusal),
    post: (entries) => post(COMPLAINTS, { complaints: entries.map(asSent) }),
  };

  /** Tell the server that we are here, and what we still hold. */
  async function greet() {
    return post(MEALS, await message([], []));
  }

  async function drain(queue) {
    let isAnswered = false;
    // What was sent in this pass without a receipt waits for the next one; it does not stand in the way of the others.
    const unanswered = new Set();
    for (;;) {
      const entries = await queue.pending(BATCH, unanswered);
      if (!entries.length) { return unanswered.size ? NOT_OURS : { kind: "ok", isAnswered }; }
      const outcome = await deliver(queue, entries, unanswered);
      if (outcome.kind !== "ok") { return outcome; }
      isAnswered = true;
    }
  }

  async function deliver(queue, entries, unanswered) {
    if (!(await renewed())) { return { kind: "elsewhere" }; }
    const answer = await queue.post(entries);
    illness = answer.kind === "server" && answer.status === 500 ? illness + 1 : 0;
    if (answer.kind === "ok") { return settled(queue, entries, { answer, unanswered }); }
    if (!(await isAboutRecords(answer))) { return answer; }
    if (entries.length === 1) { return setAside(queue, entries[0], answer); }
    return halved(queue, entries, unanswered);
  }

  /* A server that breaks each time it is given the same batch may be breaking over one record of it. */
  async function isAboutRecords(answer) {
    if (answer.kind !== "server") { return answer.kind === "refused"; }
    return illness >= PATIENCE && (await greet()).kind === "ok";
  }

  async function settled(queue, entries, { answer, unanswered }) {
    const found = receiptsFor(entries.map((entry) => entry.id), answer.data);
    if (!found) { return NOT_OURS; }
    await queue.settle(found.receipts);
    found.missing.forEach((id) => unanswered.add(id));
    return OK;
  }

  async function halved(queue, entries, unanswered) {
    const middle = Math.ceil(entries.length / 2);
    const isIll = illness >= PATIENCE;
    for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
      if (isIll) { illness = PATIENCE; }
      const outcome = await deliver(queue, half, unanswered);
      if (outcome.kind !== "ok") { return outcome; }
    }
    return OK;
  }

  async function setAside(queue, entry, answer) {
    const greeting = await greet();
    if (greeting.kind !== "ok") { return greeting.kind === "refused" ? Object.assign(greeting, { kind: "form" }) : greeting; }
    await queue.refuse(entry.id, {
      status: answer.status, code: answer.code || "", message: answer.message || "", at: new Date().toISOString(), version,
    });
    return OK;
  }

  return {
    greet,
    /** Send everything that waits: the meals, then the day closes that count them, then what people said → an
        outcome; `isAnswered` tells whether the server has answered for anything. */
    async send(renew = async () => true) {
      renewed = renew;
      let isAnswered = false;
      for (const queue of [meals, closes, complaints]) {
        const sent = await drain(queue);
        if (sent.kind !== "ok") { return sent; }
        isAnswered = isAnswered || sent.isAnswered;
      }
      return { kind: "ok", isAnswered };
    },
  };
}
