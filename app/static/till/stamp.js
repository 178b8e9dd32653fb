/* Home of putting the page's templates on the screen: their markup and words come from the server, once. */

/** Give a fresh copy of a template's one element, its slots filled: stamp("face", {name: "王秀英"}). */
export function stamp(name, filling) {
  const made = document.getElementById(`t-${name}`).content.firstElementChild.cloneNode(true);
  return fill(made, filling || {});
}

/** Write words into the slots of an element; give the element. */
export function fill(element, filling) {
  Object.keys(filling).forEach((name) => { slot(element, name).textContent = filling[name]; });
  return element;
}

/** Give the place in an element that carries this name. */
export function slot(element, name) {
  const wanted = `[data-slot="${name}"]`;
  return element.matches(wanted) ? element : element.querySelector(wanted);
}

/** Give the buttons of an element that do this. */
export function acts(element, name) {
  return Array.from(element.querySelectorAll(`[data-act="${name}"]`));
}

/** Let the button of an element that does this do it. */
export function on(element, name, act) {
  acts(element, name).forEach((button) => button.addEventListener("click", act));
}

/** Let nothing but these children stand in a place. */
export function put(place, ...children) {
  place.textContent = "";
  place.append(...children);
  return place;
}

/** Show an element, or not. */
export function show(element, isShown) {
  element.hidden = !isShown;
}

/** Mark the one button of a row that is chosen; `value` is what its data-value says. */
export function choose(row, value) {
  row.querySelectorAll("[data-value]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.value === value));
  });
}
