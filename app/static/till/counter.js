/* Home of the counter: one tap on a face records the usual meal; everything that is unusual asks on the desk. */

import { basket } from "./basket.js";
import { camera } from "./camera.js";
import { askAgain, askAboutCard, guestCard } from "./asking.js";
import { finder } from "./finder.js";
import { last } from "./last.js";
import { CHANNELS, SITTINGS, keep, keepReversal, priceOn, usualChannel } from "./meals.js";
import { news } from "./news.js";
import { panel } from "./panel.js";
import { receipt, undone } from "./receipt.js";
import { sittingAt, shanghaiDay } from "./rules.js";
import { codeOf, listenForCards } from "./scan.js";
import { sound } from "./sound.js";
import { acts, choose, fill, on, put, show, slot, stamp } from "./stamp.js";
import { say, sayOf } from "./words.js";

const FALLS_BACK_MS = 3 * 60 * 1000;
const LOOKS_EVERY_MS = 5000;
const QUIET_MS = 10 * 1000;

/** The screen that canteen staff look at all day. */
export function counter(till) {
  const root = stamp("counter");
  const chosen = { sitting: null, channel: null, at: 0 };
  const inFlight = new Set();
  const standing = { card: null };
  const here = { till: till, now: now, order: order, put: putCard, clear: clearCard, open: openPanel, record: record, undo: undo };
  const look = finder(till, root, here, { tap: tapped, more: more, guest: guest, online: findOnline, entered: entered });
  const together = basket(here, slot(root, "basket"));
  const list = last(here, slot(root, "last"));
  const tidings = news(here, slot(root, "news"));
  let touchedAt = 0;

  /* ---- What counts for the next tap ---- */

  function now() {
    const at = new Date();
    return { at: at, day: shanghaiDay(at), sitting: chosen.sitting || sittingAt(at), usualSitting: sittingAt(at) };
  }

  function order(resident, changes) {
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
  }

  function showChoices() {
    const { sitting, usualSitting } = now();
    choose(slot(root, "sittings"), sitting);
    choose(slot(root, "channels"), chosen.channel || "usual");
    const isOther = sitting !== usualSitting;
    show(slot(root, "time"), isOther);
    fill(root, { time: isOther ? say("out_of_time", { usual: sayOf("sitting", usualSitting), chosen: sayOf("sitting", sitting) }) : "" });
  }

  /* A sitting or a way that was chosen is forgotten after a while: the clock knows better than a tired person. */
  function fallBack() {
    if ((chosen.sitting || chosen.channel) && Math.abs(Date.now() - chosen.at) > FALLS_BACK_MS) { pick({ sitting: null, channel: null }); }
    showChoices();
  }

  function pick(changes) {
    Object.assign(chosen, changes, { at: Date.now() });
    showChoices();
    list.refresh();
    return look.arrange();
  }

  /* ---- What lies on the desk ---- */

  function leaveCard() {
    if (standing.card && standing.card.leave) { standing.card.leave(); }
    standing.card = null;
  }

  function putCard(card) {
    leaveCard();
    standing.card = card;
    put(slot(root, "now"), card.root);
    root.classList.toggle("busy", Boolean(card.isAsking));
    if (card.begin) { card.begin(); }
    if (card.isAsking) { slot(root, "now").scrollIntoView({ block: "nearest" }); }
  }

  function clearCard() {
    leaveCard();
    put(slot(root, "now"));
    root.classList.remove("busy");
    look.focus();
  }

  /* ---- Taps ---- */

  async function tapped(found) {
    if (together.isOpen()) { await together.add(order(found.resident, { foundBy: found.by })); return; }
    await recordOnce(found.resident, found.by);
  }

  /* A second tap while the first is being kept is the same tap; after it, one more is asked for. */
  async function recordOnce(resident, foundBy) {
    if (inFlight.has(resident.no)) { return; }
    inFlight.add(resident.no);
    try {
      const wanted = order(resident, { foundBy: foundBy });
      await look.lookWhoAte();
      if (wanted.priceFen === null) { openPanel(wanted); }
      else if (look.hasEaten(resident.no)) { sound("warning"); putCard(askAgain(here, wanted, look.ateAt(resident.no))); }
      else { await record([wanted]); }
    } finally {
      inFlight.delete(resident.no);
    }
  }

  function openPanel(wanted) {
    const ateAt = look.hasEaten(wanted.number) ? look.ateAt(wanted.number) : null;
    putCard(panel(here, wanted, { ateAt: ateAt, together: together.add }));
  }

  function more(found) { openPanel(order(found.resident, { foundBy: found.by })); }

  function guest(found, { words }) { putCard(guestCard(here, { note: words })); }

  async function findOnline(found, { words }) {
    fill(root, { about: say("looking_online") });
    const answer = await till.sync.find(words);
    const count = answer.ok ? await look.showOnline(answer.residents) : 0;
    if (count) { return; }
    const told = answer.ok ? say("nobody_online", { words: words }) : say(answer.error === "offline" ? "online_needs_network" : "online_failed");
    fill(root, { about: told });
  }

  /* Enter after an exact number or a card → true when that is what it was. */
  function entered(words) {
    const card = till.people.byCard(codeOf(words));
    const resident = till.people.byNumber(words);
    if (!card && !resident) { return false; }
    if (card) { scanned(words); } else { look.clear().then(() => tapped({ resident: resident, by: "typed" })); }
    return true;
  }

  /* Names have no digits; a card's code may have none either, but then it is known. */
  function isCard(read) {
    return /[0-9]/.test(read) || Boolean(till.people.byCard(codeOf(read)));
  }

  async function scanned(read) {
    const code = codeOf(read);
    await look.clear();
    const card = till.people.byCard(code);
    const resident = card ? card.resident : till.people.byNumber(read);
    if (!resident) {
      sound("warning");
      putCard(guestCard(here, { note: code, title: say("unknown_card"), foundBy: "scan" }));
    } else if (card && card.lost) {
      sound("warning");
      putCard(askAboutCard(here, order(resident, { foundBy: "scan" })));
    } else {
      await tapped({ resident: resident, by: "scan" });
    }
  }

  /* ---- Keeping ---- */

  /* The tick comes after the meals are on the tablet for good, never before. */
  async function record(orders) {
    let entries;
    try {
      entries = await keep(till, orders);
    } catch (error) {
      failed(error);
      return false;
    }
    chosen.at = Date.now();
    const card = receipt(here, entries);
    putCard(card);
    sound(card.isPlain ? "good" : "look");
    tell("said", card.spoken);
    await recorded();
    return true;
  }

  async function undo(entries, reason) {
    try {
      for (const entry of entries) { await keepReversal(till, entry, reason); }
    } catch (error) {
      failed(error);
      return;
    }
    const card = undone(entries);
    putCard(card);
    sound("warning");
    tell("said", card.spoken);
    await recorded();
  }

  async function recorded() {
    if (look.isSearching()) { await look.clear(); } else { await look.remark(); }
    look.focus();
  }

  function failed(error) {
    sound("warning");
    const told = say(error.name === "Full" ? "not_kept_full" : "not_kept");
    const notice = document.createElement("p");
    notice.className = "notice refused";
    notice.textContent = told;
    putCard({ root: notice });
    tell("alarm", told);
  }

  function tell(place, words) { document.getElementById(place).textContent = words; }

  /* ---- Bringing it to life ---- */

  slot(root, "sittings").addEventListener("click", (event) => picked(event, SITTINGS, "sitting"));
  slot(root, "channels").addEventListener("click", (event) => picked(event, CHANNELS.concat("usual"), "channel"));
  function picked(event, values, name) {
    const button = event.target.closest("[data-value]");
    if (!button || !values.includes(button.dataset.value)) { return; }
    const value = button.dataset.value;
    const isUsual = value === "usual" || (name === "sitting" && value === now().usualSitting);
    pick({ [name]: isUsual ? null : value });
  }
  on(root, "now", () => pick({ sitting: null }));
  on(root, "close", () => till.go("close"));
  on(root, "camera", () => putCard(camera(here, scanned)));
  on(root, "together", () => { clearCard(); together.toggle(); });
  together.onChange((isOpen) => acts(root, "together")[0].setAttribute("aria-pressed", String(isOpen)));
  root.addEventListener("pointerdown", () => { touchedAt = Date.now(); }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.isConnected && standing.card && standing.card.isAsking) { clearCard(); }
  });
  listenForCards(() => root.isConnected, isCard, scanned);
  till.listen((kind) => {
    if (!root.isConnected) { return; }
    if (kind === "records" || kind === "closes") { list.refresh(); tidings.refresh(); look.remark(); }
    if (kind === "roster") { look.arrange(); }
    if (kind === "settings") { look.prepare(); }
  });
  window.setInterval(() => {
    if (!root.isConnected) { return; }
    fallBack();
    const isQuiet = Date.now() - touchedAt > QUIET_MS;
    if (isQuiet && touchedAt && !look.isSearching() && !root.contains(document.activeElement.closest(".face"))) { touchedAt = 0; look.arrange(); }
  }, LOOKS_EVERY_MS);

  return {
    root: root,
    async refresh() {
      showChoices();
      look.prepare();
      await look.arrange();
      await Promise.all([list.refresh(), tidings.refresh()]);
      look.focus();
    },
    /* Whoever comes next begins with what is usual; people who were put together stay together. */
    rest() {
      chosen.sitting = null;
      chosen.channel = null;
      leaveCard();
      put(slot(root, "now"));
      root.classList.remove("busy");
    },
    isBusy: () => together.isOpen() || Boolean(standing.card && standing.card.isAsking) || look.isSearching(),
  };
}
