/* Home of the staff's PIN, checked without the network.

     const answer = await check(pin, person, store);   // person: an entry of ground.people
     // → {ok: true, key, wait_seconds: 0}              key signs day closes; hold it in memory alone
     // → {ok: false, key: null, wait_seconds: 10}      wrong, or asked before the wait was over
     const signature = await sign(answer.key, close);   // hex; a member "signature" of `close` is left out
     await waitSeconds(person, store)                   // what is left of the wait, 0 when one may try

   A person without a PIN (person.pin null) is never ok. Without a secure context the browser has no cryptography:
   check() and sign() then throw {name: "NoCrypto"}. */

import { trouble } from "./database.js";

const FREE_ATTEMPTS = 3;
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 300;
const KEY_BYTES = 32;

/** Tell whether this is the person's PIN; from the third wrong one on, each makes the next wait twice as long. */
export async function check(pin, person, store) {
  const wait = await waitSeconds(person, store);
  if (!person.pin || wait > 0) { return { ok: false, key: null, wait_seconds: wait }; }
  // Counted before it is known to be wrong, so that loading the page anew in between gains nothing.
  const wrong = await store.change(keyOf(person), oneMore);
  const secret = await derived(pin, person.pin);
  if (!isSame(await checkOf(secret), person.pin.check)) { return { ok: false, key: null, wait_seconds: secondsLeft(wrong) }; }
  await store.set(keyOf(person), undefined);
  return { ok: true, key: await signingKey(secret), wait_seconds: 0 };
}

/** Give the seconds until the next attempt. */
export async function waitSeconds(person, store) {
  return secondsLeft(await store.get(keyOf(person)));
}

/** Sign an object, in its canonical form, with the key that a right PIN gave. */
export async function sign(key, object) {
  return hex(await crypto().sign("HMAC", key, bytes(canonical(object))));
}

/** Give the form that is signed: names in order, nothing between, without the signature itself. */
export function canonical(object) {
  const members = Object.assign({}, object);
  delete members.signature;
  return written(members);
}

function written(value) {
  if (Array.isArray(value)) { return `[${value.map(written).join(",")}]`; }
  if (value === null || typeof value !== "object") { return JSON.stringify(value); }
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${written(value[name])}`).join(",")}}`;
}

/* ---- The wait ---- */

function keyOf(person) {
  return `pin ${person.user_no}`;
}

function oneMore(before) {
  const count = (before ? before.count : 0) + 1;
  const seconds = count < FREE_ATTEMPTS
    ? 0
    : Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * Math.pow(2, count - FREE_ATTEMPTS));
  return { count, seconds, until: Date.now() + seconds * 1000 };
}

/* A clock that was moved back never makes the wait longer than it was. */
function secondsLeft(wrong) {
  if (!wrong) { return 0; }
  return Math.max(0, Math.min(wrong.seconds, Math.ceil((wrong.until - Date.now()) / 1000)));
}

/* ---- The cryptography ---- */

function crypto() {
  if (!self.crypto || !self.crypto.subtle) { throw trouble("NoCrypto"); }
  return self.crypto.subtle;
}

async function derived(pin, { salt, iterations }) {
  const given = await crypto().importKey("raw", bytes(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(salt), iterations };
  return new Uint8Array(await crypto().deriveBits(how, given, KEY_BYTES * 8));
}

async function checkOf(secret) {
  const label = bytes("check");
  const both = new Uint8Array(label.length + secret.length);
  both.set(label);
  both.set(secret, label.length);
  return hex(await crypto().digest("SHA-256", both));
}

function signingKey(secret) {
  return crypto().importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function isSame(one, other) {
  return typeof other === "string" && one === other.toLowerCase();
}

function bytes(words) {
  return new TextEncoder().encode(words);
}

function fromBase64(words) {
  return Uint8Array.from(self.atob(words), (sign) => sign.charCodeAt(0));
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer)).map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
