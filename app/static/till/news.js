/* Home of news from the server: what it decided otherwise than the tablet showed, until somebody has read it. */

import { undoneBy } from "./meals.js";
import { acts, fill, on, put, show, slot, stamp } from "./stamp.js";
import { correctionOf } from "./receipt.js";
import { sound } from "./sound.js";
import { knows, say, sayOf, timeOf } from "./words.js";

const SHOWN = 2;

/** Bring the news to life in their place on the desk. */
export function news(here, place) {
  const root = stamp("news");
  const heard = new Set();

  async function refresh() {
    const { tidings, known } = await sorted(here.till.store);
    if (known.length) { await here.till.store.read(known.map((entry) => entry.id)); }
    const isNew = tidings.some((entry) => !heard.has(keyOf(entry)));
    tidings.forEach((entry) => heard.add(keyOf(entry)));
    put(place, ...(tidings.length ? [root] : []));
    if (!tidings.length) { return; }
    fill(root, { title: say("news_title", { count: tidings.length }) });
    put(slot(root, "list"), ...tidings.slice(0, SHOWN).map(line));
    acts(root, "all").forEach((button) => show(button, tidings.length > SHOWN));
    root.dataset.ids = JSON.stringify(tidings.map((entry) => entry.id));
    if (isNew) {
      sound("warning");
      document.getElementById("alarm").textContent = [titleOf(tidings[0]), textOf(tidings[0])].join(say("comma"));
    }
  }

  function line(entry) {
    const made = stamp("one-news", { title: titleOf(entry), text: textOf(entry) });
    acts(made, "read")[0].setAttribute("aria-label", say("read_of", { name: nameOf(entry) }));
    on(made, "read", () => here.till.store.read([entry.id]));
    return made;
  }

  on(root, "all", () => here.till.store.read(JSON.parse(root.dataset.ids)));
  return { refresh: refresh };
}

/* What the tablet did or said itself is no news: its own reversal, and somebody it showed as to be registered. */
async function sorted(store) {
  const all = await store.news();
  const known = [];
  for (const entry of all) {
    if (isToRegister(entry) || (await isOwnReversal(store, entry))) { known.push(entry); }
  }
  return { tidings: all.filter((entry) => !known.includes(entry)), known: known };
}

function isToRegister(entry) {
  return Boolean(entry.receipt) && entry.receipt.status === "quarantined" && Boolean(entry.shown) && entry.shown.reason === "not_registered";
}

async function isOwnReversal(store, entry) {
  if (!entry.receipt || entry.receipt.reason !== "reversed") { return false; }
  return undoneBy(await store.of(entry.served_on, entry.sitting)).has(entry.id);
}

function keyOf(entry) {
  const told = entry.receipt || entry.refusal || {};
  return [entry.id, told.status, told.reason, told.resident_fen].join(" ");
}

function nameOf(entry) {
  return entry.name || entry.body.resident || say("not_registered");
}

function titleOf(entry) {
  const kind = entry.state === "attention" ? "news_attention" : "news_corrected";
  return say(kind, { name: nameOf(entry), time: timeOf(entry.body.served_at) });
}

/* The amounts, and why in the server's own words; the reason's name says it where the server said nothing. */
function textOf(entry) {
  const told = entry.receipt || entry.refusal;
  const sentences = [];
  if (entry.state === "sent" && entry.shown && told.resident_fen !== entry.shown.resident_fen) {
    sentences.push(correctionOf(entry));
  }
  if (told.message) { sentences.push(told.message); }
  else if (told.reason && knows("reason", told.reason)) { sentences.push(sayOf("reason", told.reason)); }
  return sentences.join(" ");
}
