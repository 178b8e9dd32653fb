/* Home of rest: the till locks itself when nobody touches it, and a new version takes over when nobody needs it. */

const LOOKS_EVERY_MS = 5000;
const QUIET_MS = 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** Begin to watch for touches. */
export function guard(till) {
  let touchedAt = Date.now();
  const touched = () => {
    touchedAt = Date.now();
    till.shell.notNow();
  };
  ["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, touched, true));
  const look = () => {
    // A clock that was moved, either way, is no proof that somebody is there.
    const resting = Math.abs(Date.now() - touchedAt);
    if (!till.isLocked && resting >= till.settings.lock_minutes * MINUTE_MS) { till.lock(); }
    if (resting >= QUIET_MS && till.shell.ready() && !isBusy(till)) { till.shell.takeOver(); }
  };
  window.setInterval(look, LOOKS_EVERY_MS);
  document.addEventListener("visibilitychange", look);
}

function isBusy(till) {
  return Boolean(till.screen && till.screen.isBusy && till.screen.isBusy()) || Boolean(till.kept.counter && till.kept.counter.isBusy());
}
