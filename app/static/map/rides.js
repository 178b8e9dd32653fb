/* Draws rides on a map: the circle, each run along the roads, each stop with its number. */
import { mark, opened, written } from "./ground.js";

const L = window.L;
const KINDS = 8;
const NEAR_METRES = 5000;

/* Doors of one building stand on one spot, and share its mark. */
function places(stops) {
  const found = new Map();
  stops.forEach((stop) => {
    const at = stop.at.join(" ");
    found.set(at, (found.get(at) || []).concat(stop));
  });
  return Array.from(found.values());
}

function draw(box, plan) {
  box.hidden = false;
  box.parentNode.classList.add("mapped");
  const map = opened(box);
  const seen = [];
  const colours = getComputedStyle(box);
  if (plan.circle.length) {
    L.polygon(plan.circle, { className: "circle", weight: 2, dashArray: "6 6", interactive: false }).addTo(map);
  }
  plan.runs.forEach((run) => {
    const kind = (run.number - 1) % KINDS + 1;
    const colour = colours.getPropertyValue(`--run-${kind}`).trim();
    const straight = [plan.kitchen, ...run.stops, plan.kitchen].filter(Boolean).map((each) => each.at);
    const line = run.legs.length ? run.legs : [straight];
    L.polyline(line, { color: colour, weight: 5, opacity: 0.8, interactive: false }).addTo(map);
    places(run.stops).forEach((stops) => {
      seen.push(stops[0].at);
      const called = stops.map((stop) => box.dataset.stop.replace("{run}", run.number)
        .replace("{position}", stop.position).replace("{name}", stop.name).replace("{time}", stop.time));
      const numbers = stops.map((stop) => stop.position).join("·");
      mark(stops[0].at, numbers, `run-${kind}`, called.join("; ")).bindPopup(called.map(written).join("<br>")).addTo(map);
    });
  });
  /* A door that lies far away would make all others one dot: who moves the map finds it. */
  const isNear = (at) => !plan.kitchen || L.latLng(at).distanceTo(plan.kitchen.at) <= NEAR_METRES;
  plan.left_out.forEach((door) => {
    if (isNear(door.at)) { seen.push(door.at); }
    const called = box.dataset.left.replace("{name}", door.name);
    mark(door.at, "!", "left-out", called).bindPopup(written(called)).addTo(map);
  });
  if (plan.kitchen) {
    seen.push(plan.kitchen.at);
    mark(plan.kitchen.at, "■", "kitchen-pin", plan.kitchen.name).bindPopup(written(plan.kitchen.name)).addTo(map);
  }
  if (seen.length) { map.fitBounds(L.latLngBounds(seen).pad(0.15), { maxZoom: 17, animate: false }); }
}

document.querySelectorAll("[data-rides]").forEach((box) => {
  fetch(box.dataset.rides, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then((answer) => { if (answer.ok) { return answer.json().then((plan) => draw(box, plan)); } return null; })
    .catch(() => null);
});
