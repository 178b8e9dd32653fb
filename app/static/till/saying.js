/* Home of what people say at the tablet: kept like a record, sent like one, and forgotten here once it has arrived. */

import { asked, startingWith, trouble } from "./database.js";
import { complaintEntryOf } from "./entries.js";

/** The part of the store that holds complaints; `added` and `someOf` are the queue's own. */
export function saying(db, write, news, { added, someOf }) {
  const read = (work) => db.run(["complaints"], "readonly", ({ complaints }) => work(complaints));
  return {
    /** Keep a complaint → its entry, once it is durable. It brings its own `id`; the same one is kept once. */
    async saveComplaint(complaint, { origin = null } = {}) {
      if (!complaint.id) { throw trouble("Form"); }
      const at = new Date().toISOString();
      const [entry] = await write(["complaints", "counters"], (stores) => added(stores.complaints, stores.counters, {
        counter: "complaint_seq", drafts: [(seq) => complaintEntryOf(complaint, { seq, at, origin })],
      }));
      news.tell({ kind: "complaints", isToSend: true });
      return entry;
    },
    /** All complaints, newest first; of one that was sent there is nothing left but when it was said. */
    async complaints() {
      return (await read((complaints) => asked(complaints.index("seq").getAll()))).reverse();
    },
    /** Up to `limit` complaints that wait to be sent. */
    pendingComplaints(limit = 50, except = new Set()) {
      return read((complaints) => someOf(complaints.index("state"), { range: startingWith("saved") }, limit, except));
    },
  };
}
