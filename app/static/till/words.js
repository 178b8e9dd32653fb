/* Home of the till's sentences: the page brings them along in its language, so they are there without a network. */

const SENTENCES = JSON.parse(document.getElementById("words").textContent);
const SHANGHAI_AHEAD_MS = 8 * 60 * 60 * 1000;

/** Give a sentence with its gaps filled: say("collect", {yuan: "12.00"}). */
export function say(key, gaps) {
  const sentence = SENTENCES[key];
  if (sentence === undefined) { throw new Error(`the page brought no words for ${key}`); }
  return sentence.replace(/\{(\w+)\}/g, (gap, name) => String(gaps[name]));
}

/** Give the word for one value of a kind, as the server names it: sayOf("sitting", "lunch"). */
export function sayOf(kind, value) {
  return say(`${kind}.${value}`);
}

/** Tell whether the page has a word for this value; a newer server may name what an older till does not know. */
export function knows(kind, value) {
  return SENTENCES[`${kind}.${value}`] !== undefined;
}

/** Write an amount of fen in yuan: 12.00. */
export function yuan(fen) {
  const sign = fen < 0 ? "-" : "";
  const size = Math.abs(fen);
  return `${sign}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

/** Read an amount in yuan as fen; null when it is none: "12.5" is 1250. */
export function fenOf(written) {
  const parts = /^(\d{1,7})(?:[.](\d{1,2}))?$/.exec(halfWidth(written).replace(/[\s,，]/g, "").replace(/[。]/g, "."));
  return parts ? Number(parts[1]) * 100 + Number((parts[2] || "").padEnd(2, "0")) : null;
}

/** Write the time of day in Shanghai, whatever zone the tablet believes to be in: 11:42. */
export function timeOf(instant) {
  return there(instant).slice(11, 16);
}

/** Write the day and the time in Shanghai: 11-23 11:42. */
export function momentOf(instant) {
  return there(instant).slice(5, 16).replace("T", " ");
}

/** Write what full-width keys typed in half width. */
export function halfWidth(written) {
  return written.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, " ");
}

/** Write an instant as records carry it: 2026-11-23T11:42:07.123+08:00. */
export function written(date) {
  return new Date(date.getTime() + SHANGHAI_AHEAD_MS).toISOString().replace("Z", "+08:00");
}

function there(instant) {
  return new Date(new Date(instant).getTime() + SHANGHAI_AHEAD_MS).toISOString();
}
