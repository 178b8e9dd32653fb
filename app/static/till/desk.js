/* Home of the one card on the desk: a receipt, a question, a panel or the camera. */

import { put, slot } from "./stamp.js";

/** Bring the place for cards to life. A card is {root, isAsking?, begin?, refresh?, leave?}. */
export function desk(root) {
  const place = slot(root, "now");
  let card = null;

  function leave() {
    if (card && card.leave) { card.leave(); }
    card = null;
  }

  /* What asks is seen whole, also when its words came late and made it longer. */
  async function reveal(asking, begun) {
    place.scrollIntoView({ block: "nearest" });
    await begun;
    if (card === asking) { place.scrollIntoView({ block: "nearest" }); }
  }

  return {
    /** Put a card on the desk; the one before it goes. */
    put(next) {
      leave();
      card = next;
      put(place, next.root);
      const begun = next.begin ? next.begin() : null;
      if (next.isAsking) { reveal(next, begun); }
    },
    /** Let nothing lie on the desk. */
    clear() {
      leave();
      put(place);
    },
    /** What the store says of it may be new. */
    refresh(store) {
      if (card && card.refresh) { card.refresh(store); }
    },
    isAsking: () => Boolean(card && card.isAsking),
  };
}
