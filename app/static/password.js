/* Home of how good a new password is, told while it is typed, by the rules that the server gives: `auth.rules.passwords`
   refuses exactly what is called short or plain here. Nothing typed leaves the page before it is sent. ES2019 at most.

     verdict("…", "zhang", rules)   // "", "short", "plain", "good" or "strong"; rules: /account/password-rules.json */

const LONG = 16;
const MANY_DIFFERENT = 8;
const VALUES = { "": 0, short: 1, plain: 1, good: 3, strong: 4 };

/** Say what the rules make of a password; beyond what they ask, length alone makes it stronger. */
export function verdict(password, username, rules) {
  const letters = Array.from(password);
  if (letters.length === 0) { return ""; }
  if (letters.length < rules.least) { return "short"; }
  if (isPlain(password.toLowerCase(), username.toLowerCase(), rules)) { return "plain"; }
  return letters.length >= LONG && new Set(letters).size >= MANY_DIFFERENT ? "strong" : "good";
}

function isPlain(password, username, rules) {
  const core = stripped(password, rules.decoration);
  return new Set(password).size < rules.different
    || (password + password).indexOf(password, 1) < password.length // One piece again and again.
    || (username !== "" && password.includes(username))
    || rules.tried_first.includes(password) || rules.tried_first.includes(core);
}

function stripped(password, decoration) {
  let [start, end] = [0, password.length];
  while (start < end && decoration.includes(password[start])) { start += 1; }
  while (end > start && decoration.includes(password[end - 1])) { end -= 1; }
  return password.slice(start, end);
}

/* ---- On the page ---- */

function begin(shown) {
  const input = document.getElementById(shown.dataset.of);
  const named = shown.dataset.username === "" ? input.form.elements.username : null;
  let rules = null;
  const tell = () => {
    if (rules === null) { return; }
    const found = verdict(input.value, named ? named.value : shown.dataset.username, rules);
    shown.hidden = found === "";
    shown.className = `strength ${found}`;
    shown.querySelector("meter").value = VALUES[found];
    const said = found === "" ? "" : shown.dataset[found];
    // A reader is told what has changed, and not every letter.
    if (shown.querySelector("p").textContent !== said) { shown.querySelector("p").textContent = said; }
  };
  const fetched = async () => {
    const answer = await fetch(shown.dataset.rules, { credentials: "same-origin" });
    if (answer.ok) { rules = await answer.json(); }
    tell();
  };
  input.addEventListener("input", tell);
  if (named) { named.addEventListener("input", tell); }
  // Without the rules nothing is said here, and the server says it.
  fetched().catch(() => {});
}

if (typeof document !== "undefined") { document.querySelectorAll(".strength").forEach(begin); }
