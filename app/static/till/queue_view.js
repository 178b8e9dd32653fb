/* Home of the queue in plain words: what waits, since when and why, and what anybody may do about it. */

import { isAllSent, storageWarning } from "./bar.js";
import { exportQueue, fileName, importQueue } from "./file.js";
import { PAYMENTS } from "./meals.js";
import { policyFor, shanghaiDay } from "./rules.js";
import { acts, choose, fill, on, put, show, slot, stamp } from "./stamp.js";
import { knows, momentOf, say, sayOf } from "./words.js";

const LATER_MS = 60 * 1000;
const LANGUAGE = document.documentElement.lang === "en" ? "en" : "zh";

/** The screen of the queue and of the tablet's settings. */
export function queueView(till) {
  const root = stamp("queue");
  let askedAt = 0;

  async function refresh() {
    const counts = await till.store.counts();
    const state = till.sync.state();
    tellCounts(root, counts);
    tellState(root, till, counts, state);
    tellAnswer(state);
    tellSettings(root, till);
    const waiting = await till.store.attention();
    put(slot(root, "list"), ...waiting.map((entry) => line(till, entry)));
    show(slot(root, "none"), waiting.length === 0);
    show(slot(root, "update"), till.shell.ready());
    const isOpen = Boolean(till.tablet) && state.phase !== "revoked";
    acts(root, "send").concat(acts(root, "refresh")).forEach((button) => { button.disabled = !isOpen; });
  }

  function tell(words) {
    askedAt = 0;
    fill(root, { told: words });
  }

  function send() {
    tell(say("sending"));
    askedAt = Date.now();
    till.sync.now();
  }

  /* "Sending …" stands until the server has answered, or until it is known why it does not. */
  function tellAnswer(state) {
    if (!askedAt || state.phase === "sending") { return; }
    if (state.last_error && Date.parse(state.last_error.at) >= askedAt) { tell(whyNot(state.last_error.code)); }
    else if (Date.parse(state.last_contact_at) >= askedAt) { tell(""); }
  }

  async function fetchRoster() {
    tell(say("roster_coming"));
    const answer = await till.sync.refresh();
    tell(answer.ok ? say("roster_here", { count: till.residents.length }) : whyNot(answer.error));
  }

  async function save() {
    const blob = await exportQueue(till.store);
    const name = fileName(till.tablet, new Date());
    const address = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(address), LATER_MS);
    tell(say("exported", { name: name }));
  }

  async function takeIn(file) {
    const result = await importQueue(till.store, await textOf(file));
    slot(root, "file").value = "";
    if (result.reason) { tell(sayOf("import_error", result.reason)); return; }
    tell(say("imported", { taken: result.taken, known: result.known, refused: result.refused.length }));
    till.sync.now();
  }

  on(root, "back", () => back(till));
  on(root, "send", send);
  on(root, "refresh", fetchRoster);
  on(root, "export", save);
  on(root, "update", () => till.shell.takeOver());
  slot(root, "file").addEventListener("change", (event) => { if (event.target.files[0]) { takeIn(event.target.files[0]); } });
  setting(root, "languages", (value) => till.set({ language: value }));
  setting(root, "locks", (value) => till.set({ lock_minutes: Number(value) }).then(refresh));
  setting(root, "payments", (value) => till.set({ payment: value }).then(refresh));
  const stop = till.listen((kind) => { if (kind !== "screen") { refresh(); } });
  return { root: root, refresh: refresh, leave: stop };
}

async function back(till) {
  if (await till.store.get("revoked")) { await till.go("revoked"); return; }
  await till.go(till.tablet ? "counter" : "enrol");
}

function setting(root, name, chosen) {
  slot(root, name).addEventListener("click", (event) => {
    const button = event.target.closest("[data-value]");
    if (button) { chosen(button.dataset.value); }
  });
}

function tellCounts(root, counts) {
  const isAll = isAllSent(counts);
  fill(root, {
    saved: counts.saved,
    sent: counts.sent,
    attention: counts.attention,
    closes: counts.closes_unsent,
    complaints: counts.complaints_unsent,
    oldest: counts.oldest_saved_at ? momentOf(counts.oldest_saved_at) : say("nothing_waits"),
    verdict: isAll ? say("all_sent") : say("not_all_sent", { count: counts.unsent + counts.closes_unsent + counts.complaints_unsent, attention: counts.attention }),
  });
  slot(root, "verdict").dataset.mood = isAll ? "good" : "wait";
}

function tellState(root, till, counts, state) {
  const policy = till.ground ? policyFor(till.ground.policies, till.ground.site.area_code, shanghaiDay(new Date())) : null;
  fill(root, {
    contact: state.last_contact_at ? momentOf(state.last_contact_at) : say("never"),
    network: state.last_error ? whyNot(state.last_error.code) : state.online ? say("online") : say("offline"),
    roster: state.roster_at ? say("roster_of", { count: till.residents.length, time: momentOf(state.roster_at) }) : say("never"),
    policy: policy ? policy.reference : say(till.ground ? "warn_no_policy" : "never"),
    clock: clockWords(state),
    storage: storageWarning(state) || say(state.persisted ? "storage_kept" : "storage_asked"),
    shell: say(till.shell.supported ? "shell_kept" : "shell_missing"),
    tablet: till.tablet ? `${till.tablet.name} (${till.tablet.no})` : say("not_enrolled"),
    version: document.documentElement.dataset.version,
  });
}

function clockWords(state) {
  if (state.skew_seconds === null) { return say("clock_unknown"); }
  return state.skewed ? say("warn_skew", { minutes: Math.round(Math.abs(state.skew_seconds) / 60) }) : say("clock_fits");
}

function whyNot(error) {
  return knows("sync_error", error) ? sayOf("sync_error", error) : sayOf("sync_error", "server");
}

function tellSettings(root, till) {
  choose(slot(root, "languages"), LANGUAGE);
  choose(slot(root, "locks"), String(till.settings.lock_minutes));
  choose(slot(root, "payments"), PAYMENTS.includes(till.settings.payment) ? till.settings.payment : PAYMENTS[0]);
}

function line(till, entry) {
  const told = entry.refusal ? entry.refusal.message : (entry.receipt || {}).message;
  const made = stamp("waiting", {
    what: say("waiting_what", { name: entry.name || entry.body.resident || say("not_registered"), sitting: sayOf("sitting", entry.sitting) }),
    when: momentOf(entry.body.served_at),
    told: told || say(entry.refusal ? "refused_unsaid" : "attention_unsaid"),
  });
  acts(made, "again").forEach((button) => show(button, Boolean(entry.refusal)));
  on(made, "again", async () => {
    await till.store.requeue([entry.id]);
    till.sync.now();
  });
  return made;
}

/* Older tablets have no Blob.text(). */
function textOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsText(file);
  });
}
