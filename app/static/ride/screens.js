/* Home of the screens of a rider's phone: one stop, the list of all, and the few words for what went wrong. */

import { on, put, show, slot, stamp } from "../till/stamp.js";
import { say } from "../till/words.js";
import { isOpen, outcomeOf, stopsOf } from "./runs.js";

const MAPS = ["amap", "baidu", "tencent"];

/** The screen of one stop, or of several in one building: `way` leads there in words, `phoneOf(each)` is whom to call;
    `report(stops, outcome)` is told each tap. */
export function stopScreen(group, { kept, ended, way, phoneOf, report, photograph }) {
  const { run, stop } = group[0];
  const isOver = ended.includes(run.run) && group.some((each) => isOpen(each, kept));
  const root = stamp("stop", {
    run: say("run", run),
    count: say("stop_of", { position: stop.position, count: run.stops.length }),
    at: stop.handover,
    latest: say("latest", stop),
    until: isOver ? "" : untilOf(run),
    over: isOver ? say("over", run) : "",
    late: lateOf(run),
  });
  show(slot(root, "late"), Boolean(lateOf(run)));
  show(slot(root, "over"), isOver);
  put(slot(root, "doors"), ...group.map((each) => door(each, { kept, phoneOf, report, photograph, isAlone: group.length === 1 })));
  put(slot(root, "maps"), ...mapsOf(run).filter((name) => stop.maps[name]).map((name) => link(addressOf(name, { run, stop }), say(name))));
  show(slot(root, "way"), way.length > 0);
  put(slot(root, "turns"), ...way.map(turn));
  const open = group.filter((each) => isOpen(each, kept));
  if (group.length === 1) {
    if (stop.is_going) { put(slot(root, "deeds"), deeds(group, report)); }
  } else if (open.length > 1) {
    const all = stamp("deeds", { done: say("all_here", { count: open.length }) });
    all.querySelector(".otherwise").remove();
    listen(all, open, report);
    put(slot(root, "deeds"), all);
  }
  return root;
}

/* The rider's own map app stands first. */
function mapsOf(run) {
  return MAPS.filter((name) => name === run.map).concat(MAPS.filter((name) => name !== run.map));
}

/* 百度地图 itself begins where the rider is; its page, which WeChat opens, begins at the stop before. */
function addressOf(name, { run, stop }) {
  const ofApp = stop.maps[`${name}_app`];
  const agent = navigator.userAgent;
  if (!ofApp || run.map !== name || /MicroMessenger/i.test(agent)) { return stop.maps[name]; }
  return /Android/i.test(agent) ? ofApp : ofApp.replace("bdapp:", "baidumap:").replace("src=andr.", "src=ios.");
}

function door(each, { kept, phoneOf, report, photograph, isAlone }) {
  const { stop } = each;
  const root = stamp("door", { name: stop.name, address: stop.address, stairs: stop.stairs, note: stop.note });
  ["stairs", "note"].forEach((name) => show(slot(root, name), Boolean(stop[name])));
  const tags = [stop.meals > 1 ? say("boxes", { count: stop.meals }) : "", stop.diet, stop.is_going ? "" : say("not_due")];
  const outcome = outcomeOf(each, kept);
  if (outcome) { tags.push(say(`outcome.${outcome}`)); }
  put(slot(root, "tags"), ...tags.filter(Boolean).map(tag));
  const phone = phoneOf(each);
  if (phone) { slot(root, "acts").append(link(`tel:${phone}`, `☎ ${stop.masked}`)); }
  if (stop.photo && stop.is_going) { root.append(camera(each, photograph)); }
  if (!isAlone && stop.is_going && outcome !== "handed_over") { root.append(deeds([each], report)); }
  return root;
}

function deeds(stops, report) {
  const root = stamp("deeds");
  listen(root, stops, report);
  return root;
}

/* Only where the household agreed. */
function camera(each, photograph) {
  const root = stamp("camera");
  const input = root.querySelector("input");
  input.addEventListener("change", async () => {
    if (input.files.length) { await photograph(each, input.files[0]); }
    input.value = "";
  });
  return root;
}

/* One tap counts once: the buttons are still until the report is kept and the screen is another. */
function listen(root, stops, report) {
  const buttons = Array.from(root.querySelectorAll("[data-outcome]"));
  buttons.forEach((button) => button.addEventListener("click", async () => {
    buttons.forEach((each) => { each.disabled = true; });
    await report(stops, button.dataset.outcome);
    buttons.forEach((each) => { each.disabled = false; });
  }));
}

function turn(words) {
  const made = document.createElement("li");
  made.textContent = words;
  return made;
}

function tag(words) {
  const made = document.createElement("span");
  made.className = "badge";
  made.textContent = words;
  return made;
}

function link(address, words) {
  const made = document.createElement("a");
  made.className = "button";
  made.href = address;
  made.rel = "noreferrer";
  made.textContent = words;
  return made;
}

/** The screen that asks for a few words before it keeps an outcome. */
export function asking(outcome, { run, rule, keep, back }) {
  const root = stamp("asked", { what: say(`outcome.${outcome}`), why: why(outcome, rule), until: untilOf(run) });
  on(root, "keep", () => keep(slot(root, "note").value.trim()));
  on(root, "back", back);
  return root;
}

/* What to do when nobody answers follows the day's rule; a day that an older server gave has none, and the usual holds. */
function why(outcome, rule) {
  if (outcome !== "no_answer") { return say(`why_${outcome}`); }
  const { wait, meal } = Object.assign({ wait: 5, meal: "kitchen" }, rule);
  return say(`why_no_answer_${meal}`, { wait });
}

/** The list of all stops; `choose(key)` opens one. */
export function list(day, { kept, ended, isDone, choose }) {
  const root = stamp("list");
  const rows = [];
  if (day.cover) { rows.push(head(say("cover", day), "")); }
  let run = null;
  const all = stopsOf(day);
  all.forEach((each) => {
    if (each.run !== run) {
      run = each.run;
      const leave = say("leave", { load: run.load_at, depart: run.depart, meals: run.meals });
      const isOver = ended.includes(run.run) && all.some((one) => one.run === run && isOpen(one, kept));
      rows.push(head(say("run", run), leave, lateOf(run), isOver ? say("over", run) : ""));
    }
    rows.push(row(each, { kept, choose }));
  });
  put(slot(root, "rows"), ...rows);
  if (isDone) {
    const thanks = document.createElement("p");
    thanks.className = "lead told";
    thanks.textContent = say("done");
    root.prepend(thanks);
  }
  return root;
}

function head(run, leave, late = "", over = "") {
  const made = stamp("run", { run, leave, late, over });
  show(slot(made, "late"), Boolean(late));
  show(slot(made, "over"), Boolean(over));
  return made;
}

/* A day that an older server gave says no more than the minute, or not even that. */
function untilOf(run) {
  if (!run.until) { return ""; }
  return say(run.cooked ? "until_of" : "until", run);
}

/* A day that an older server gave says nothing of it. */
function lateOf(run) {
  return run.late && run.late.ready ? say("late", run.late) : "";
}

function row(each, { kept, choose }) {
  const outcome = outcomeOf(each, kept);
  const word = outcome ? say(`outcome.${outcome}`) : each.stop.is_going ? each.stop.handover : say("not_due");
  const made = stamp("row", { position: String(each.stop.position), name: each.stop.name, state: word });
  slot(made, "state").classList.toggle("good", outcome === "handed_over");
  slot(made, "state").classList.toggle("bad", Boolean(outcome) && outcome !== "handed_over");
  on(made, "open", () => choose(each.key));
  return made;
}
