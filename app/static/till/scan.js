/* Home of cards that a USB scanner reads: it types the code faster than any person, and Enter at the end. */

const FASTEST_PERSON_MS = 80;
const SHORTEST_CODE = 6;

/** Listen for codes; `isCode` tells a code from a name that somebody types fast. Gives a function that ends it. */
export function listenForCards(isListening, isCode, found) {
  let typed = "";
  let lastAt = 0;

  function heard(event) {
    if (!isListening() || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.timeStamp - lastAt > FASTEST_PERSON_MS) { typed = ""; }
    lastAt = event.timeStamp;
    if (event.key !== "Enter") { typed += characterOf(event); return; }
    const code = wholeOf(typed, event.target);
    typed = "";
    if (code.length < SHORTEST_CODE || !isCode(code)) { return; }
    event.preventDefault();
    event.stopPropagation();
    found(code);
  }
  document.addEventListener("keydown", heard, true);
  return () => document.removeEventListener("keydown", heard, true);
}

/* A busy tablet may hear a scanner's beginning late; what stands in the field has it whole. */
function wholeOf(typed, target) {
  const written = target.tagName === "INPUT" ? target.value : "";
  return typed && written.toUpperCase().endsWith(typed.toUpperCase()) ? written : typed;
}

/* An input method may hide what was typed; the key itself still tells. */
function characterOf(event) {
  if (event.key.length === 1) { return event.key; }
  const code = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  if (code) { return code[1]; }
  return event.code === "Minus" || event.code === "NumpadSubtract" ? "-" : "";
}

/** Give the code that a card carries, whether it stands alone or at the end of an address. */
export function codeOf(read) {
  const parts = read.trim().split(/[/#?=]/);
  return parts[parts.length - 1].replace(/[\s-]/g, "").toUpperCase();
}
