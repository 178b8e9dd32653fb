/* Home of what counts for the next tap: the sitting and the way, by the clock and by habit unless somebody chose.

   What was chosen is forgotten after a while, and with the person: the clock knows better than a tired one. */

import { CHANNELS, SITTINGS, priceOn, usualChannel } from "./meals.js";
import { shanghaiDay, sittingAt } from "./rules.js";
import { choose, fill, on, show, slot } from "./stamp.js";
import { say, sayOf } from "./words.js";

const FALLS_BACK_MS = 3 * 60 * 1000;

/** Bring the strip's chips to life; `changed` is called after each choice. */
export function choices(till, root, changed) {
  const chosen = { sitting: null, channel: null, at: 0 };

  function now() {
    const at = new Date();
    return { day: shanghaiDay(at), sitting: chosen.sitting || sittingAt(at), usualSitting: sittingAt(at) };
  }

  function draw() {
    const { sitting, usualSitting } = now();
    const isOther = sitting !== usualSitting;
    choose(slot(root, "sittings"), sitting);
    choose(slot(root, "channels"), chosen.channel || "usual");
    show(slot(root, "time"), isOther);
    if (isOther) { fill(root, { time: say("out_of_time", { usual: sayOf("sitting", usualSitting), chosen: sayOf("sitting", sitting) }) }); }
  }

  function pick(changes) {
    Object.assign(chosen, changes, { at: Date.now() });
    draw();
    changed();
  }

  function chips(row, values, take) {
    slot(root, row).addEventListener("click", (event) => {
      const button = event.target.closest("[data-value]");
      if (button) { take(values.includes(button.dataset.value) ? button.dataset.value : null); }
    });
  }

  chips("sittings", SITTINGS, (sitting) => pick({ sitting: sitting === now().usualSitting ? null : sitting }));
  chips("channels", CHANNELS, (channel) => pick({ channel: channel }));
  on(root, "now", () => pick({ sitting: null }));
  return {
    now: now,
    draw: draw,
    /** Give the usual order of a resident (null: not registered), as the chips stand. */
    order(resident, changes) {
      const { sitting, day } = now();
      return Object.assign({
        resident: resident,
        number: resident ? resident.no : "",
        name: resident ? resident.name : "",
        priceFen: till.ground ? priceOn(till.ground, sitting, day) : null,
        sitting: sitting,
        channel: chosen.channel || usualChannel(resident, sitting),
        payment: till.settings.payment,
        companionOf: null,
        foundBy: null,
      }, changes);
    },
    /** Somebody is recording by what was chosen, so it holds on. */
    used() { chosen.at = Date.now(); },
    /** Forget what was chosen long ago. */
    fallBack() {
      const isOld = Math.abs(Date.now() - chosen.at) > FALLS_BACK_MS;
      if (isOld && (chosen.sitting || chosen.channel)) { pick({ sitting: null, channel: null }); } else { draw(); }
    },
    /** Forget what was chosen: somebody else comes. */
    forget() {
      chosen.sitting = null;
      chosen.channel = null;
    },
  };
}
