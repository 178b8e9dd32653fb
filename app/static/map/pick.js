/* Puts a pin on a map and its numbers into the fields, and the other way round. */
import { fromGcj } from "./datum.js";
import { mark, opened, written } from "./ground.js";

const L = window.L;
const box = document.getElementById("pick");
const fields = document.getElementById("place-form").elements;
const EXACT = 6;

function entered() {
  const lat = Number.parseFloat(fields.lat.value);
  const lon = Number.parseFloat(fields.lon.value);
  if (!Number.isFinite(lat) || !Number.isFinite(lon) || Math.abs(lat) > 85) { return null; }
  return fields.datum.value === "gcj02" ? fromGcj(lat, lon) : [lat, lon];
}

box.hidden = false;
document.getElementById("pick-hint").hidden = false;
const map = opened(box);
map.createPane("above-names").style.zIndex = 660;
const parts = (box.dataset.box || "").split(",").map(Number);
const district = parts.length === 4 ? L.latLngBounds([parts[0], parts[1]], [parts[2], parts[3]]) : null;
const border = box.dataset.outline ? L.polygon(JSON.parse(box.dataset.outline), { className: "border", fill: false, weight: 2, interactive: false }).addTo(map) : null;
const middle = box.dataset.lat ? [Number(box.dataset.lat), Number(box.dataset.lon)] : null;
let pin = null;

function write(at) {
  fields.lat.value = at.lat.toFixed(EXACT);
  fields.lon.value = at.lng.toFixed(EXACT);
  fields.datum.value = "wgs84";
}

function put(at) {
  if (pin) { pin.setLatLng(at); return; }
  pin = mark(at, "●", "chosen-pin", box.dataset.pin);
  Object.assign(pin.options, { draggable: true, pane: "above-names" });
  pin.addTo(map);
  pin.on("dragend", () => write(pin.getLatLng()));
}

function show() {
  const at = entered();
  if (at) { put(at); if (!map.getBounds().contains(at)) { map.panTo(at); } }
}

/* The canteens help to find one's way: each is named where there is room. */
JSON.parse(box.dataset.sites || "[]").forEach(([name, lat, lon]) => {
  mark([lat, lon], "■", "kitchen-pin", name).bindTooltip(written(name), { permanent: true, direction: "right", offset: [14, 0], className: "site-name" }).addTo(map);
});

const known = entered();
const around = border ? border.getBounds() : district;
if (known) { put(known); }
if (known && (!around || around.pad(0.1).contains(known))) { map.setView(known, 17); }
else if (middle) { map.setView(middle, 16); }
else if (district || border) { map.fitBounds(district || border.getBounds()); }
else { map.setView([28.11, 112.98], 12); }
map.on("click", (event) => { put(event.latlng); write(event.latlng); });
["lat", "lon", "datum"].forEach((name) => fields[name].addEventListener("change", show));
