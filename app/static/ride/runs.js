/* Home of what a rider does next: stops in their order, those of one building together. Pure. */

/** Give all stops of a day in the order they are ridden, each with its run. */
export function stopsOf(day) {
  const found = [];
  day.runs.forEach((run) => run.stops.forEach((stop) => found.push({ run, stop, key: `${run.run}:${stop.position}` })));
  return found;
}

/** Give what became of a stop: what this phone kept, or what the server knew; "" while nobody has said. */
export function outcomeOf(each, kept) {
  return kept[each.key] || each.stop.outcome || "";
}

/** Tell whether a stop still waits for somebody at its door. */
export function isOpen(each, kept) {
  return each.stop.is_going && !outcomeOf(each, kept);
}

/** Put stops that follow each other in one run and one building together. */
export function groups(stops) {
  const found = [];
  stops.forEach((each) => {
    const last = found[found.length - 1];
    const isSame = last && last[0].run.run === each.run.run && last[0].stop.building === each.stop.building;
    if (isSame) { last.push(each); } else { found.push([each]); }
  });
  return found;
}

/** Give the first group in which something is still to be done, or null. */
export function next(all, kept) {
  return all.find((group) => group.some((each) => isOpen(each, kept))) || null;
}
