/* Home of several people who pay together: put in one by one, recorded all at once, and nobody twice by a slip. */

import { decideAll, kindOf, toCollect } from "./meals.js";
import { reasonsOf } from "./receipt.js";
import { acts, fill, on, put, show, slot, stamp } from "./stamp.js";
import { say, yuan } from "./words.js";

/** Bring the basket to life in its place on the desk. */
export function basket(here, place) {
  let orders = [];
  let isOpen = false;
  let changed = () => undefined;
  const root = stamp("basket");

  async function draw() {
    put(place, ...(isOpen ? [root] : []));
    changed(isOpen);
    if (!isOpen) { return; }
    const decisions = await decideAll(here.till, orders, here.now().day);
    put(slot(root, "orders"), ...orders.map((order, position) => line(order, decisions[position])));
    show(slot(root, "hint"), orders.length < 2);
    acts(root, "record").forEach((button) => show(button, orders.length > 0));
    fill(root, { count: say("record_count", { count: orders.length }), sum: say("collect", { yuan: yuan(toCollect(decisions)) }) });
  }

  function line(order, decision) {
    const name = order.companionOf ? say("companion") : order.name || say("not_registered");
    const made = stamp("order", { name: name, kind: [kindOf(order)].concat(reasonsOf([decision])).join(" · "), collect: yuan(decision.resident_fen) });
    acts(made, "drop")[0].setAttribute("aria-label", say("take_out", { name: name }));
    on(made, "drop", () => { orders = orders.filter((each) => each !== order); draw(); });
    return made;
  }

  function end() {
    orders = [];
    isOpen = false;
    return draw();
  }

  on(root, "record", async () => {
    const button = acts(root, "record")[0];
    button.disabled = true;
    const isKept = await here.record(orders);
    button.disabled = false;
    if (isKept) { await end(); }
  });
  on(root, "end", end);
  return {
    isOpen: () => isOpen,
    onChange(fn) { changed = fn; },
    toggle() {
      if (isOpen) { return end(); }
      isOpen = true;
      return draw();
    },
    async add(order) {
      isOpen = true;
      // Two of the same order are two lines: each can be taken out by itself.
      orders = orders.concat(Object.assign({}, order));
      await draw();
    },
  };
}
