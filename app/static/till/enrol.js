/* Home of the tablet's coming and going: enrolled with a one-time code, and switched off. */

import { fill, on, show, slot, stamp } from "./stamp.js";
import { enrol } from "./sync.js";
import { halfWidth, knows, say, sayOf } from "./words.js";

const CODE_LENGTH = 8;

/** Read a code as it was typed, spoken or scanned: "k7m2 9qxt" is K7M29QXT. */
export function readCode(typed) {
  return halfWidth(typed).toUpperCase().replace(/[^0-9A-Z]/g, "");
}

/* The code of a link stands behind the #, so that it is in no log; used once, it is taken out of the address. */
function codeInAddress() {
  const found = /^#enrol=(.+)$/.exec(window.location.hash);
  if (!found) { return ""; }
  window.history.replaceState(null, "", window.location.pathname);
  try { return readCode(decodeURIComponent(found[1])); } catch (error) { return ""; }
}

/** The screen that enrols the tablet. */
export function enrolling(till) {
  const root = stamp("enrol");
  const code = slot(root, "code");
  show(slot(root, "insecure"), !window.isSecureContext);
  on(root, "queue", () => till.go("queue"));
  slot(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(till, root, readCode(code.value));
  });
  // The link may be opened while the page stands already.
  window.addEventListener("hashchange", fromAddress);

  async function fromAddress() {
    const given = codeInAddress();
    if (!given) { return; }
    code.value = given;
    await attempt(till, root, given);
  }

  return {
    root: root,
    async refresh() {
      const counts = await till.store.counts();
      show(slot(root, "queue"), counts.unsent > 0);
      fill(root, { queue: say("enrol_queue", { count: counts.unsent }) });
      code.focus();
      await fromAddress();
    },
    leave() { window.removeEventListener("hashchange", fromAddress); },
  };
}

async function attempt(till, root, code) {
  const go = slot(root, "go");
  if (code.length !== CODE_LENGTH) { fill(root, { error: say("enrol_short") }); return; }
  fill(root, { error: "" });
  go.disabled = true;
  const answer = await enrol(till.store, code, document.documentElement.dataset.version);
  go.disabled = false;
  if (answer.ok) { await till.go("enrolled", answer.tablet); return; }
  fill(root, { error: reasonOf(answer) });
  slot(root, "code").select();
}

/* In the page's own words: the server does not know which language the page is in. */
function reasonOf(answer) {
  return knows("enrol_error", answer.error) ? sayOf("enrol_error", answer.error) : sayOf("enrol_error", "server");
}

/** The screen that says what the tablet is now, until the list of people is there. */
export function enrolled(till, tablet) {
  const root = stamp("enrolled");
  on(root, "go", () => till.go("lock"));
  till.sync.now();
  const stop = till.listen(refresh);

  async function refresh() {
    const known = till.tablet || tablet;
    fill(root, {
      site: till.ground ? `${till.ground.site.name} (${till.ground.site.code})` : known.site_code,
      tablet: `${known.name} (${known.no})`,
      roster: till.ground ? say("roster_here", { count: till.residents.length }) : say("roster_coming"),
    });
    root.querySelector("[data-act='go']").disabled = !till.ground;
  }
  return { root: root, refresh: refresh, leave: stop };
}

/** The screen of a tablet that was switched off. */
export function revoked(till) {
  const root = stamp("revoked");
  on(root, "enrol", () => till.go("enrol"));
  on(root, "queue", () => till.go("queue"));
  return {
    root: root,
    async refresh() {
      const counts = await till.store.counts();
      fill(root, {
        why: say("warn_revoked"),
        left: counts.unsent ? say("revoked_left", { count: counts.unsent }) : say("revoked_none_left"),
      });
    },
  };
}
