/* Home of the page on a rider's phone: the link, the day, the queue, and which screen is shown. */

import { call } from "../till/wire.js";
import { say } from "../till/words.js";
import { put, show } from "../till/stamp.js";
import { small } from "./photo.js";
import { groups, next, stopsOf } from "./runs.js";
import { asking, list, stopScreen } from "./screens.js";
import { greet, send } from "./sender.js";
import { open } from "./store.js";

const DAY = "/api/v1/rides/day";
const WAYS = "/api/v1/rides/ways";
const PHONES = "/api/v1/rides/phones";
const EVERY_MS = 20000;
const WEEK_MS = 7 * 24 * 3600 * 1000;
/* What is kept of people and their doors. */
const PERSONAL = ["day", "ways", "phones"];
const TOKEN = /^#([A-Za-z0-9_-]{22}[0-9a-f]{32})$/;
const screen = document.getElementById("screen");
const state = { store: null, token: "", day: null, ways: null, phones: null, kept: {}, shown: "", chosen: null, ended: [], trouble: "loading" };

async function begin() {
  registerWorker();
  try {
    state.store = await open();
  } catch (error) {
    tell("no_storage");
    return;
  }
  if (navigator.storage && navigator.storage.persist) { navigator.storage.persist().catch(() => undefined); }
  await takeLink();
  document.getElementById("to-list").addEventListener("click", () => { state.shown = "list"; draw(); });
  self.addEventListener("online", refresh);
  self.addEventListener("offline", status);
  self.addEventListener("hashchange", async () => { await takeLink(); await refresh(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { refresh(); } });
  self.setInterval(refresh, EVERY_MS);
  await store(() => state.store.prune(Date.now() - WEEK_MS));
  await store(() => state.store.prunePhotos(Date.now() - WEEK_MS));
  draw();
  await refresh();
}

/* The link leaves the address bar once it is kept: a shared screen or a copied address shows nobody anything. */
async function takeLink() {
  const match = TOKEN.exec(self.location.hash);
  state.token = (await state.store.get("token")) || "";
  if (match && match[1] !== state.token) {
    await Promise.all(PERSONAL.map((name) => state.store.forget(name)));
    await state.store.set("token", match[1]);
    state.token = match[1];
  }
  if (match) { self.history.replaceState(null, "", self.location.pathname); }
  state.day = await state.store.get("day");
  state.ways = await state.store.get("ways");
  state.phones = await state.store.get("phones");
  state.kept = await state.store.outcomes();
  state.trouble = state.token ? "loading" : "no_link";
  await letGo();
}

/* The day goes when its link is over, with or without network. */
async function letGo() {
  if (state.day && isPast(state.day.open_until)) { await forget("expired"); }
}

/* The phone's clock may be wrong: what counts is how long it has run since the day came, with the server's hour in it.
   A day that an older server gave says nothing of some instants. */
function isPast(instant) {
  const { server_time, got_at } = state.day;
  return Boolean(instant && got_at) && Date.parse(server_time) + Date.now() - got_at >= Date.parse(instant);
}

/* A meal's end comes while the phone lies there, and without network too. */
function watchEnds() {
  const ended = state.day ? state.day.runs.filter((run) => isPast(run.until_at)).map((run) => run.run) : [];
  if (ended.join() === state.ended.join()) { return; }
  state.ended = ended;
  redraw();
}

function registerWorker() {
  if (!navigator.serviceWorker) { return; }
  navigator.serviceWorker.register("/ride/worker.js", { scope: "/ride/", updateViaCache: "none" }).catch(() => undefined);
}

async function store(work) {
  try { return await work(); } catch (error) { return undefined; }
}

/* ---- The server ---- */

let isBusy = false;
let isAskedAgain = false;
let restsUntil = 0;

/* What is tapped while the server is being asked goes off right afterwards: a phone may be put away before the next round. */
async function refresh() {
  if (performance.now() < restsUntil) { return; }
  if (isBusy) { isAskedAgain = true; return; }
  isBusy = true;
  try {
    do {
      isAskedAgain = false;
      await letGo();
      const sent = await send(state.store);
      if (sent.kind === "busy") { rest(sent.retry_seconds); } else if (state.token) { await load(); }
    } while (isAskedAgain && performance.now() >= restsUntil);
  } finally {
    isBusy = false;
    watchEnds();
    await status();
  }
}

/* A server that is asked too often says when to come again; what waits stays kept meanwhile. */
function rest(seconds) {
  const wait = Math.min(Math.max(seconds, 2), 300) * 1000;
  restsUntil = performance.now() + wait;
  self.setTimeout(refresh, wait + 50);
}

async function load() {
  const answer = await call(DAY, { token: state.token });
  if (answer.kind === "busy") { rest(answer.retry_seconds); }
  if (answer.kind === "revoked" || answer.kind === "unknown") { await forget(answer.kind); return; }
  if (answer.kind !== "ok" || !Array.isArray(answer.data.runs)) {
    if (state.trouble === "loading") { state.trouble = "no_network_yet"; draw(); }
    return;
  }
  if (answer.data.expired) { await forget("expired"); return; }
  const isSame = JSON.stringify(withoutTime(state.day)) === JSON.stringify(withoutTime(answer.data));
  state.day = Object.assign(answer.data, { got_at: Date.now() });
  state.trouble = "";
  if (!isSame) {
    await state.store.set("day", answer.data);
    redraw();
  }
  await loadPhones();
  await loadWays();
  await greet(state.store, state.token);
}

/* Whole numbers come apart, since the trail keeps whose were sent; they are asked for again when a door is new. */
async function loadPhones() {
  const doors = stopsOf(state.day).map((each) => `${each.key} ${each.stop.masked}`);
  const of = [state.day.day].concat(doors).join(" ");
  if (state.phones && state.phones.of === of) { return; }
  const answer = await call(PHONES, { token: state.token, body: {} });
  if (answer.kind !== "ok" || !answer.data.phones) { return; }
  state.phones = { of, phones: answer.data.phones };
  await state.store.set("phones", state.phones);
  redraw();
}

function phoneOf(each) {
  return (state.phones && state.phones.phones[each.key]) || "";
}

/* Somebody who is just writing a word is not interrupted. */
function redraw() {
  if (state.shown !== "asking") { draw(); }
}

/* A plan that is released anew has other runs. Without a way nothing else is missing. */
async function loadWays() {
  const of = [state.day.day].concat(state.day.runs.map((run) => run.run)).join(" ");
  if (state.ways && state.ways.of === of) { return; }
  const answer = await call(WAYS, { token: state.token });
  if (answer.kind !== "ok" || !answer.data.ways) { return; }
  state.ways = { of, ways: answer.data.ways };
  await state.store.set("ways", state.ways);
  redraw();
}

function wayTo(each) {
  return (state.ways && state.ways.ways[each.key]) || [];
}

function withoutTime(day) {
  return Object.assign({}, day, { server_time: "", got_at: 0 });
}

/* What is known of people goes with the link; the queue stays. */
async function forget(why) {
  state.day = null;
  state.ways = null;
  state.phones = null;
  state.trouble = why;
  await Promise.all(PERSONAL.map((name) => state.store.forget(name)));
  draw();
}

/* ---- What is shown ---- */

function draw() {
  show(document.getElementById("to-list"), Boolean(state.day && state.day.runs.length) && state.shown !== "list");
  if (!state.day) { tell(state.trouble || "loading"); return; }
  if (!state.day.runs.length) { tell("no_runs"); return; }
  const all = groups(stopsOf(state.day));
  const group = state.chosen ? all.find((each) => each.some((one) => one.key === state.chosen)) : next(all, state.kept);
  if (state.shown === "list" || !group) {
    put(screen, list(state.day, { kept: state.kept, ended: state.ended, isDone: !next(all, state.kept), choose }));
    return;
  }
  put(screen, stopScreen(group, { kept: state.kept, ended: state.ended, way: wayTo(group[0]), phoneOf, report: reported, photograph }));
  screen.scrollIntoView();
}

function choose(key) {
  state.chosen = key;
  state.shown = "";
  draw();
}

function tell(word) {
  const line = document.createElement("p");
  line.className = "lead told";
  line.textContent = say(word);
  put(screen, line);
}

/* What became of some stops: kept first, shown then, sent last. A hand-over is one tap; the others are asked about. */
async function reported(stops, outcome) {
  if (outcome === "handed_over") { await keep(stops, outcome, ""); return; }
  state.shown = "asking";
  put(screen, asking(outcome, {
    run: stops[0].run,
    rule: state.day.no_answer,
    keep: (note) => keep(stops, outcome, note),
    back: () => { state.shown = ""; draw(); },
  }));
}

async function keep(stops, outcome, note) {
  try {
    await state.store.keep(state.token, stops.map(({ run, stop }) => ({ run: run.run, position: stop.position, outcome, note })));
  } catch (error) {
    announce(say("not_kept"));
    return;
  }
  state.kept = await state.store.outcomes();
  state.chosen = null;
  state.shown = "";
  announce(say("kept", { what: `${stops.map(({ stop }) => stop.name).join(" ")} ${say(`outcome.${outcome}`)}` }));
  draw();
  await status();
  refresh();
}

async function photograph({ run, stop }, file) {
  try {
    await state.store.keepPhoto(state.token, { run: run.run, position: stop.position, image: await small(file) });
  } catch (error) {
    announce(say("no_photo"));
    return;
  }
  announce(say("photo_kept"));
  await status();
  refresh();
}

function announce(words) {
  const said = document.getElementById("said");
  said.textContent = words;
  show(said, true);
  self.clearTimeout(announce.timer);
  announce.timer = self.setTimeout(() => show(said, false), 6000);
}

/* Counted from the queue itself, never from what happened last. */
async function status() {
  const line = document.getElementById("sending");
  const counts = await state.store.counts();
  const parts = [];
  if (!navigator.onLine) { parts.push(say("offline")); }
  if (counts.saved) { parts.push(say("waiting", { count: counts.saved })); }
  if (counts.photos) { parts.push(say("photos_waiting", { count: counts.photos })); }
  if (counts.apart) { parts.push(say("apart", { count: counts.apart })); }
  if (!counts.saved && !counts.apart && !counts.photos) { parts.push(say("all_sent")); }
  line.textContent = parts.join(" · ");
  line.dataset.state = counts.apart ? "apart" : counts.saved || counts.photos || !navigator.onLine ? "waiting" : "sent";
  show(line, true);
}

begin();
