/* Home of what somebody says at the tablet: a short form, kept at once and sent when there is a network.

   The tablet is locked while it stands here: whoever says something sees nobody's name, and no till. */

import { uuid7 } from "./rules.js";
import { sound } from "./sound.js";
import { fill, on, put, show, slot, stamp } from "./stamp.js";
import { halfWidth, momentOf, say, sayOf, written } from "./words.js";

const SHORTEST = 4;
const SHOWN = 5;
const LEFT_ALONE_MS = 3 * 60 * 1000;

/** The screen on which somebody says what is not right, or what they wish for. */
export function voicing(till) {
  const root = stamp("voice");
  const words = slot(root, "content");
  const phone = slot(root, "phone");
  let patience = 0;

  async function refresh() {
    const entries = await till.store.complaints();
    put(slot(root, "list"), ...entries.slice(0, SHOWN).map(line));
    show(slot(root, "none"), entries.length === 0);
  }

  function clear() {
    words.value = "";
    phone.value = "";
    ["urgent", "confidential", "agrees"].forEach((name) => { slot(root, name).checked = false; });
    fill(root, { error: "" });
  }

  /* Nobody's half-written words wait for the next one. */
  function touched() {
    window.clearTimeout(patience);
    patience = window.setTimeout(() => { clear(); till.lock(); }, LEFT_ALONE_MS);
  }

  function refused(sentence, field) {
    sound("warning");
    fill(root, { error: sentence });
    field.focus();
  }

  async function keep() {
    const content = words.value.trim();
    const number = halfWidth(phone.value).trim();
    if (content.length < SHORTEST) { refused(say("voice_needs_words"), words); return; }
    if (number && !slot(root, "agrees").checked) { refused(say("voice_needs_consent"), slot(root, "agrees")); return; }
    const at = new Date();
    try {
      await till.store.saveComplaint({
        id: uuid7(at, crypto.getRandomValues(new Uint8Array(10))),
        said_at: written(at),
        by: "",
        content: content,
        phone: number,
        urgent: slot(root, "urgent").checked,
        confidential: slot(root, "confidential").checked,
      });
    } catch (error) {
      refused(say(error.name === "Full" ? "not_kept_full" : "not_kept"), words);
      return;
    }
    clear();
    sound("good");
    document.getElementById("said").textContent = say("voice_kept");
    fill(root, { kept: say("voice_kept") });
    show(slot(root, "kept"), true);
    await refresh();
  }

  slot(root, "form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const go = slot(root, "go");
    if (go.disabled) { return; }
    go.disabled = true;
    fill(root, { error: "" });
    show(slot(root, "kept"), false);
    try { await keep(); } finally { go.disabled = false; }
  });
  root.addEventListener("input", touched);
  on(root, "back", () => { clear(); till.lock(); });
  const stop = till.listen((kind) => { if (kind === "complaints") { refresh(); } });
  touched();
  return {
    root: root,
    refresh: refresh,
    leave() { window.clearTimeout(patience); stop(); },
    isBusy: () => Boolean(words.value),
  };
}

function line(entry) {
  const told = (entry.refusal && entry.refusal.message) || (entry.receipt && entry.receipt.message) || "";
  const made = stamp("voiced", {
    when: momentOf(entry.complaint.said_at),
    state: sayOf("state", entry.state),
    // Whoever works here must not follow up what was said about them.
    told: entry.complaint.confidential && entry.state === "sent" ? "" : told,
  });
  slot(made, "state").dataset.state = entry.state;
  return made;
}
