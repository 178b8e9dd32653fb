/* Home of the panel: everything about one meal that may be other than usual, with what it costs whom, at once. */

import { DEAREST_MEAL_FEN, decideAll, kindOf, toCollect } from "./meals.js";
import { partsShown, reasonsOf } from "./receipt.js";
import { ageOn } from "./rules.js";
import { choose, fill, on, put, show, slot, stamp } from "./stamp.js";
import { fenOf, say, sayOf, yuan } from "./words.js";

const MOST = { meals: 5, companions: 9 };
const FEWEST = { meals: 1, companions: 0 };

/** The card of one order; `ateAt` is null, or when the person ate already ("" = elsewhere). */
export function panel(here, first, { ateAt = null, together }) {
  const root = stamp("panel");
  const wanted = { channel: first.channel, payment: first.payment, priceFen: first.priceFen, meals: 1, companions: 0 };
  const price = slot(root, "price");
  let latest = 0;

  /* The meals of the person, then those of whoever came along, who pay in full. */
  function orders() {
    const own = Object.assign({}, first, { channel: wanted.channel, payment: wanted.payment, priceFen: wanted.priceFen });
    const companion = Object.assign({}, own, { resident: null, number: "", companionOf: first.number || null, foundBy: null });
    return Array(wanted.meals).fill(own).concat(Array(wanted.companions).fill(companion));
  }

  function isPriced() {
    return wanted.priceFen !== null && wanted.priceFen <= DEAREST_MEAL_FEN;
  }

  async function reckon() {
    choose(slot(root, "channels"), wanted.channel);
    choose(slot(root, "payments"), wanted.payment);
    fill(root, { "meals-count": wanted.meals, "companions-count": wanted.companions });
    root.querySelector("button.record").disabled = !isPriced();
    latest += 1;
    const turn = latest;
    if (!isPriced()) { priceless(); return; }
    const decisions = await decideAll(here.till, orders(), here.now().day);
    if (turn === latest) { tell(decisions); }
  }

  function priceless() {
    put(slot(root, "parts"));
    fill(root, { collect: "", "price-error": price.value ? say("price_wrong", { most: yuan(DEAREST_MEAL_FEN) }) : say("price_missing") });
    show(slot(root, "why"), false);
  }

  function tell(decisions) {
    const count = wanted.meals + wanted.companions;
    const reasons = reasonsOf(decisions.slice(0, wanted.meals));
    put(slot(root, "parts"), partsShown(decisions));
    show(slot(root, "why"), reasons.length > 0);
    fill(root, {
      why: reasons.join(" "),
      "price-error": "",
      yes: say("record_kind", { kind: kindOf({ sitting: first.sitting, channel: wanted.channel }), count: count }),
      collect: say("collect", { yuan: yuan(toCollect(decisions)) }),
    });
  }

  function step(name, by) {
    wanted[name] = Math.min(MOST[name], Math.max(FEWEST[name], wanted[name] + by));
    reckon();
  }

  function describe() {
    const resident = first.resident;
    fill(root, {
      name: first.name || say("not_registered"),
      age: resident ? say("age", { years: ageOn(resident.birth_on, here.now().day) }) : "",
      where: resident ? [resident.community, resident.tail ? say("tail", { tail: resident.tail }) : "", resident.no].filter(Boolean).join(" · ") : first.number,
    });
    show(slot(root, "eaten"), ateAt !== null);
    if (ateAt !== null) {
      const sitting = sayOf("sitting", first.sitting);
      fill(root, { eaten: ateAt ? say("again_text", { sitting: sitting, time: ateAt }) : say("again_elsewhere", { sitting: sitting }) });
    }
    price.value = wanted.priceFen === null ? "" : yuan(wanted.priceFen);
  }

  ["meals", "companions"].forEach((name) => {
    slot(root, name).addEventListener("click", (event) => {
      const button = event.target.closest("[data-step]");
      if (button) { step(name, Number(button.dataset.step)); }
    });
  });
  [["channels", "channel"], ["payments", "payment"]].forEach(([row, name]) => {
    slot(root, row).addEventListener("click", (event) => {
      const button = event.target.closest("[data-value]");
      if (button) { wanted[name] = button.dataset.value; reckon(); }
    });
  });
  price.addEventListener("input", () => { wanted.priceFen = fenOf(price.value); reckon(); });
  slot(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (isPriced()) { here.record(orders()); }
  });
  on(root, "together", async () => {
    if (!isPriced() || !together) { return; }
    for (const order of orders()) { await together(order); }
    here.clear();
  });
  root.querySelectorAll("[data-act='together']").forEach((button) => show(button, Boolean(together)));
  on(root, "no", here.clear);
  describe();
  return { root: root, isAsking: true, begin() { return reckon(); } };
}
