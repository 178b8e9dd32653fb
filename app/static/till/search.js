/* Home of finding a person among ten thousand while somebody waits. Pure.

     const people = index(await store.residents());
     people.find("wxy", 12, "lunch")   // → [{resident, by}], best first
     people.byNumber("R-000123")       // → resident or null
     people.byCard("C4K7M29QXTB4")     // → {resident, lost} or null
     people.faces("lunch", "2026-11-23", 12, await store.eaten("2026-11-23", "lunch"))   // → [resident]

   `by` tells what matched: "number" | "card" | "lost_card" | "name" | "pinyin" | "tail" | "id_tail" | "digits".

   Looking through ten thousand takes about a millisecond, which no tree would better enough to be worth its building.
   What would take longer is comparing thousands of names at each key, so each has its rank from the start. */

import { statusOn } from "./rules.js";

const FEWEST_DIGITS = 2;
const TAIL = 4;
const PHONE = 11;
const IDENTITY = 18;

/** Make the roster searchable. */
export function index(residents) {
  const cards = knownCards(residents);
  const numbers = new Map(residents.map((each) => [each.no.toUpperCase(), each]));
  const rows = ranked(residents.map(rowOf));

  function exact(words) {
    const byNumber = numbers.get(words) || numbers.get(`R-${words}`);
    if (byNumber) { return { resident: byNumber, by: "number" }; }
    const card = cards.get(words);
    return card ? { resident: card.resident, by: card.lost ? "lost_card" : "card" } : null;
  }

  return {
    /** Find by whatever somebody types: → [{resident, by}], an exact match first, then those who usually eat here. */
    find(words, limit = 12, sitting = "") {
      const typed = plain(words);
      if (!typed) { return []; }
      const first = exact(typed);
      const others = matching(rows, testFor(typed), sitting)
        .filter(({ resident }) => !first || resident !== first.resident)
        .sort(inOrder)
        .slice(0, limit)
        .map(({ resident, by }) => ({ resident, by }));
      return (first ? [first].concat(others) : others).slice(0, limit);
    },
    /** Give the resident with exactly this number, or null. */
    byNumber(no) {
      return numbers.get(plain(no)) || null;
    },
    /** Give the resident whose card this is or was → {resident, lost}, or null. */
    byCard(code) {
      return cards.get(plain(code)) || null;
    },
    /** Those who usually eat here at this sitting, the most faithful first; who is in `eaten` comes last. */
    faces(sitting, on, limit = 12, eaten = new Set()) {
      return matching(rows, (row) => (times(row.resident, sitting) > 0 ? "usual" : null), sitting)
        .filter(({ resident }) => statusOn(resident, on) !== "deceased")
        .sort((one, other) => (
          Number(eaten.has(one.resident.no)) - Number(eaten.has(other.resident.no)) || inOrder(one, other)
        ))
        .slice(0, limit)
        .map(({ resident }) => resident);
    },
  };
}

/** Give words as they are compared: wide signs narrow, without blanks and hyphens' kin, in capitals. */
export function plain(words) {
  return String(words).normalize("NFKC").replace(/\s+/g, "").replace(/[‐-―−]/g, "-").replace(/ü/g, "v").toUpperCase();
}

function knownCards(residents) {
  const cards = new Map();
  const add = (resident, codes, lost) => codes.forEach((code) => {
    // A code that is lost for one and valid for nobody is still told apart from one that nobody knows.
    if (!lost || !cards.has(plain(code))) { cards.set(plain(code), { resident, lost }); }
  });
  residents.forEach((each) => add(each, each.cards || [], false));
  residents.forEach((each) => add(each, each.lost || [], true));
  return cards;
}

/* Keys are one text with a blank before each, so that a blank and a beginning finds the beginning of any of them. */
function rowOf(resident) {
  return {
    resident,
    rank: 0,
    name: plain(resident.name),
    keys: ` ${(resident.keys || "").replace(/ü/g, "v").toUpperCase()}`,
    tail: resident.tail || "",
    idTail: (resident.id_tail || "").toUpperCase(),
    no: resident.no.toUpperCase(),
  };
}

/* By pinyin where there is one, as a reader expects, then by number, so that a list never dances. */
function ranked(rows) {
  const words = rows.map(({ resident }) => `${resident.keys || resident.name} ${resident.no}`);
  const places = rows.map((row, place) => place);
  places.sort((one, other) => order(words[one], words[other])).forEach((place, rank) => { rows[place].rank = rank; });
  return rows;
}

function matching(rows, test, sitting) {
  const found = [];
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place];
    const by = test(row);
    if (by) { found.push({ resident: row.resident, by, times: times(row.resident, sitting), rank: row.rank }); }
  }
  return found;
}

/* Who usually eats here at this sitting comes first. */
function inOrder(one, other) {
  return other.times - one.times || one.rank - other.rank;
}

/* What is typed tells which of the tests can hold at all. */
function testFor(typed) {
  if (/^\d+X?$/.test(typed)) { return digitsTest(typed); }
  if (/^[A-Z']+$/.test(typed)) {
    const beginning = ` ${typed.replace(/'/g, "")}`;
    return (row) => (row.keys.indexOf(beginning) >= 0 ? "pinyin" : nameBy(row, typed));
  }
  return (row) => nameBy(row, typed) || (row.no.endsWith(typed) ? "digits" : null);
}

function nameBy(row, typed) {
  return row.name.indexOf(typed) >= 0 ? "name" : null;
}

/* The tablet knows the ends of a phone and an identity number alone, so of a whole one it compares the end. */
function digitsTest(typed) {
  const end = typed.slice(-TAIL);
  const isTail = typed.length === TAIL || typed.length === PHONE;
  const isIdTail = typed.length === TAIL || typed.length === IDENTITY;
  return (row) => {
    if (isTail && row.tail === end) { return "tail"; }
    if (isIdTail && row.idTail === end) { return "id_tail"; }
    return typed.length >= FEWEST_DIGITS && row.no.endsWith(typed) ? "digits" : null;
  };
}

function times(resident, sitting) {
  const usual = resident.usual && resident.usual[sitting];
  return usual ? usual[0] : 0;
}

function order(one, other) {
  if (one === other) { return 0; }
  return one < other ? -1 : 1;
}
