/* Home of when to try: soon after a tap, at once when the network is back, and ever more rarely while nobody answers. */

const SOON_MS = 30;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_ASKED_WAIT_MS = 300000;
/** A tap while nobody answers tries again, but not more often than this. */
const TAP_RETRY_MS = 5000;
const ELSEWHERE_MS = 5000;
const UNREACHED = new Set(["offline", "timeout", "portal"]);
/** Outcomes that trying again does not change: somebody must enrol the tablet first. */
const FINAL = new Set(["revoked", "unenrolled"]);

/** Let `work({isForced})` happen when it should; it gives an outcome {kind, …} and is never run twice at a time.

    → {soon(), now(), stop()}; `periodMs` is the time between two runs when all is well. */
export function pulse(work, periodMs) {
  const beat = { timer: 0, isRunning: false, isWanted: false, isForced: false, isStopped: false };
  const past = { failures: 0, kind: "ok", triedAt: -Infinity };

  function plan(delayMs) {
    clearTimeout(beat.timer);
    beat.timer = 0;
    if (!beat.isStopped && Number.isFinite(delayMs)) { beat.timer = setTimeout(run, delayMs); }
  }

  async function run() {
    if (beat.isRunning || beat.isStopped) { beat.isWanted = true; return; }
    plan(Infinity);
    beat.isRunning = true;
    let outcome = null;
    do {
      outcome = await attempt();
    } while (!beat.isStopped && (beat.isForced || (beat.isWanted && outcome.kind === "ok")));
    beat.isRunning = false;
    plan(delayAfter(outcome, past.failures, periodMs));
  }

  async function attempt() {
    const isForced = beat.isForced;
    beat.isWanted = false;
    beat.isForced = false;
    past.triedAt = performance.now();
    const outcome = await work({ isForced });
    past.kind = outcome.kind;
    past.failures = outcome.kind === "ok" || outcome.kind === "elsewhere" ? 0 : past.failures + 1;
    return outcome;
  }

  function soon() {
    if (beat.isRunning) { beat.isWanted = true; return; }
    // An ill server is left its rest; a network that was away may be back without having said so.
    const mayBeBack = UNREACHED.has(past.kind) && performance.now() - past.triedAt >= TAP_RETRY_MS;
    if (past.failures === 0 || mayBeBack) { plan(SOON_MS); }
  }

  return {
    soon,
    now() {
      beat.isForced = true;
      run();
    },
    stop() {
      beat.isStopped = true;
      plan(Infinity);
    },
  };
}

/** Give the milliseconds until the next run; `chance` (0 to 1) keeps many tablets from coming back all at once. */
export function delayAfter(outcome, failures, periodMs, chance = Math.random()) {
  if (FINAL.has(outcome.kind)) { return Infinity; }
  if (outcome.kind === "elsewhere") { return ELSEWHERE_MS; }
  if (outcome.kind === "ok") { return periodMs * (0.9 + chance / 10); }
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * Math.pow(2, Math.min(failures, 10) - 1));
  const asked = Math.min(LONGEST_ASKED_WAIT_MS, (outcome.retry_seconds || 0) * 1000);
  return Math.max(FIRST_WAIT_MS, wait * (0.5 + chance / 2), asked * (1 + chance / 4));
}
