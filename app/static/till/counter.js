/* Home of the counter: one tap on a face records the usual meal; everything that is unusual asks on the desk. */

import { askAboutCard, askAgain, guestCard } from "./asking.js";
import { basket } from "./basket.js";
import { camera } from "./camera.js";
import { choices } from "./choices.js";
import { desk } from "./desk.js";
import { finder } from "./finder.js";
import { last } from "./last.js";
import { news } from "./news.js";
import { panel } from "./panel.js";
import { codeOf, listenForCards } from "./scan.js";
import { sound } from "./sound.js";
import { acts, fill, on, slot, stamp } from "./stamp.js";
import { taking } from "./taking.js";
import { say } from "./words.js";

const LOOKS_EVERY_MS = 5000;
const QUIET_MS = 10 * 1000;

/** The screen that canteen staff look at all day. */
export function counter(till) {
  const root = stamp("counter");
  const table = desk(root);
  const chosen = choices(till, root, () => { list.refresh(); look.arrange(); });
  const { record, undo } = taking(till, { desk: table, done: recorded });
  const here = { till: till, now: chosen.now, order: chosen.order, put: table.put, clear: clear, open: openPanel, record: record, undo: undo };
  const look = finder(till, root, here, { tap: tapped, more: more, guest: guest, online: findOnline, entered: entered });
  const together = basket(here, slot(root, "basket"));
  const list = last(here, slot(root, "last"));
  const tidings = news(here, slot(root, "news"));
  const inFlight = new Set();

  function clear() {
    table.clear();
    look.focus();
  }

  async function recorded() {
    chosen.used();
    if (look.isSearching()) { await look.clear(); } else { await look.remark(); }
    look.focus();
  }

  /* ---- Taps ---- */

  async function tapped(found) {
    if (together.isOpen()) { await together.add(chosen.order(found.resident, { foundBy: found.by })); return; }
    if (inFlight.has(found.resident.no)) { return; }
    // A second tap while the first is being kept is the same tap.
    inFlight.add(found.resident.no);
    try {
      await recordUsual(chosen.order(found.resident, { foundBy: found.by }));
    } finally {
      inFlight.delete(found.resident.no);
    }
  }

  async function recordUsual(order) {
    await look.lookWhoAte();
    if (order.priceFen === null) { openPanel(order); return; }
    if (!look.hasEaten(order.number)) { await record([order]); return; }
    sound("warning");
    table.put(askAgain(here, order, look.ateAt(order.number)));
  }

  function openPanel(order) {
    const ateAt = look.hasEaten(order.number) ? look.ateAt(order.number) : null;
    table.put(panel(here, order, { ateAt: ateAt, together: together.add }));
  }

  function more(found) { openPanel(chosen.order(found.resident, { foundBy: found.by })); }

  function guest(found, { words }) { table.put(guestCard(here, { note: words })); }

  async function findOnline(found, { words }) {
    fill(root, { about: say("looking_online") });
    const answer = await till.sync.find(words);
    if (answer.ok && (await look.showOnline(answer.residents))) { return; }
    const failure = answer.error === "offline" ? "online_needs_network" : "online_failed";
    fill(root, { about: answer.ok ? say("nobody_online", { words: words }) : say(failure) });
  }

  /* ---- Cards and numbers ---- */

  /* Enter after an exact number or a card → true when that is what it was. */
  function entered(words) {
    const resident = till.people.byNumber(words);
    if (till.people.byCard(codeOf(words))) { scanned(words); return true; }
    if (!resident) { return false; }
    look.clear().then(() => tapped({ resident: resident, by: "typed" }));
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
    if (resident && !(card && card.lost)) { await tapped({ resident: resident, by: "scan" }); return; }
    sound("warning");
    table.put(resident
      ? askAboutCard(here, chosen.order(resident, { foundBy: "scan" }))
      : guestCard(here, { note: code, title: say("unknown_card"), foundBy: "scan" }));
  }

  on(root, "close", () => till.go("close"));
  on(root, "camera", () => table.put(camera(here, scanned)));
  on(root, "together", () => { clear(); together.toggle(); });
  together.onChange((isOpen) => acts(root, "together")[0].setAttribute("aria-pressed", String(isOpen)));
  listenForCards(() => root.isConnected, isCard, scanned);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.isConnected && table.isAsking()) { clear(); }
  });
  follow(till, root, { look: look, list: list, tidings: tidings, table: table });
  rest(root, { chosen: chosen, look: look });

  return {
    root: root,
    async refresh() {
      chosen.draw();
      look.prepare();
      await Promise.all([list.refresh(), tidings.refresh()]);
      await look.arrange();
      look.focus();
    },
    /* Old faces must not stand there when the counter comes back: they move while a finger is on its way. */
    leave() { look.blank(); },
    /* Whoever comes next begins with what is usual; people who were put together stay together. */
    rest() {
      chosen.forget();
      table.clear();
    },
    isBusy: () => together.isOpen() || table.isAsking() || look.isSearching(),
  };
}

/* What changed in the store, here or in another tab, changes on the screen. */
function follow(till, root, { look, list, tidings, table }) {
  till.listen((kind) => {
    if (!root.isConnected) { return; }
    if (kind === "records" || kind === "closes") {
      list.refresh();
      tidings.refresh();
      table.refresh(till.store);
      look.remark();
    }
    if (kind === "roster") { look.arrange(); }
    if (kind === "settings") { look.prepare(); }
  });
}

/* Faces are put in order again when no finger can be on its way to one. */
function rest(root, { chosen, look }) {
  let touchedAt = 0;
  root.addEventListener("pointerdown", () => { touchedAt = Date.now(); }, true);
  window.setInterval(() => {
    if (!root.isConnected) { return; }
    chosen.fallBack();
    const isQuiet = touchedAt > 0 && Date.now() - touchedAt > QUIET_MS;
    if (!isQuiet || look.isSearching() || document.activeElement.closest(".face")) { return; }
    touchedAt = 0;
    look.arrange();
  }, LOOKS_EVERY_MS);
}
