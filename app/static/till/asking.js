/* Home of the questions of the counter: each costs one more tap, and none of them refuses anybody. */

import { decideAll, toCollect } from "./meals.js";
import { reasonsOf, wake } from "./receipt.js";
import { isWorthNoting } from "./finder.js";
import { fill, on, slot, stamp } from "./stamp.js";
import { halfWidth, say, sayOf, yuan } from "./words.js";

function question(here, order, filling) {
  const root = stamp("ask", filling);
  const yes = root.querySelector("[data-act='yes']");
  on(root, "yes", () => here.record([order]));
  on(root, "no", here.clear);
  on(root, "more", () => here.open(order));
  const card = {
    root: root,
    isAsking: true,
    async begin() {
      wake(yes);
      const decisions = await decideAll(here.till, [order], here.now().day);
      fill(root, { collect: say("collect", { yuan: yuan(toCollect(decisions)) }), text: [filling.text].concat(reasonsOf(decisions)).join(" ") });
    },
  };
  return card;
}

/** Ask whether a person who has eaten at this sitting eats once more. */
export function askAgain(here, order, ateAt) {
  const sitting = sayOf("sitting", order.sitting);
  return question(here, order, {
    title: say("again_title", { name: order.name }),
    text: ateAt ? say("again_text", { sitting: sitting, time: ateAt }) : say("again_elsewhere", { sitting: sitting }),
    yes: say("again_yes"),
  });
}

/** Ask about a card that was reported lost. */
export function askAboutCard(here, order) {
  const card = question(here, order, {
    title: say("lost_title"),
    text: say("lost_text", { name: order.name }),
    yes: say("lost_yes", { name: order.name }),
  });
  card.root.classList.add("alarm");
  return card;
}

/** The card of somebody who is not registered, or of a number that nobody knows yet. */
export function guestCard(here, { note = "", title = "", foundBy = "typed" }) {
  const root = stamp("guest", title ? { title: title } : {});
  const field = slot(root, "note");
  field.value = foundBy === "scan" || isWorthNoting(note) ? note : "";

  /* What was typed may be known after all; what is not is sent as it was typed, for somebody to look into. */
  function order() {
    const noted = halfWidth(field.value).trim();
    if (!noted) { return here.order(null, {}); }
    const card = here.till.people.byCard(noted);
    const resident = card ? card.resident : here.till.people.byNumber(noted);
    return resident ? here.order(resident, { foundBy: foundBy }) : here.order(null, { number: noted, name: noted, foundBy: foundBy });
  }

  async function tell() {
    const wanted = order();
    if (wanted.priceFen === null) { fill(root, { yes: say("price_missing"), collect: "" }); return; }
    const decisions = await decideAll(here.till, [wanted], here.now().day);
    fill(root, {
      yes: wanted.resident ? say("record_name", { name: wanted.name }) : wanted.number ? say("guest_registers", { note: wanted.number }) : say("guest_full"),
      collect: say("collect", { yuan: yuan(toCollect(decisions)) }),
    });
  }

  field.addEventListener("input", tell);
  slot(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = order();
    if (wanted.priceFen === null) { here.open(wanted); } else { here.record([wanted]); }
  });
  on(root, "more", () => here.open(order()));
  on(root, "no", here.clear);
  return {
    root: root,
    isAsking: true,
    begin() {
      wake(root.querySelector("button.record"));
      return tell();
    },
  };
}
