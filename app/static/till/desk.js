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

  return {
    /** Put a card on the desk; the one before it goes. */
    put(next) {
      leave();
      card = next;
      put(place, next.root);
      if (next.begin) { next.begin(); }
      if (next.isAsking) { place.scrollIntoView({ block: "nearest" }); }
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
