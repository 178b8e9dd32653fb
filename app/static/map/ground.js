/* Opens a map in a box of the page: on tiles where the settings name some, else on the loaded streets. */
import { fromGcj, toGcj } from "./datum.js";

const L = window.L;
const STREETS_ZOOM = 14;
const MOST_TILES = 30;

/* Tiles in GCJ-02 are met by projecting every place there: all else on the map stays in WGS-84. */
function shifted() {
  const flat = L.Projection.SphericalMercator;
  const projection = L.extend({}, flat, {
    project: (at) => { const [lat, lon] = toGcj(at.lat, at.lng); return flat.project(L.latLng(lat, lon)); },
    unproject: (point) => { const at = flat.unproject(point); return L.latLng(...fromGcj(at.lat, at.lng)); },
  });
  return L.extend({}, L.CRS.EPSG3857, { projection });
}

function tileOf(at) {
  const count = 2 ** STREETS_ZOOM;
  const up = Math.asinh(Math.tan(at.lat * Math.PI / 180)) / Math.PI;
  return [Math.floor((at.lng + 180) / 360 * count), Math.floor((1 - up) / 2 * count)];
}

/* Asks for the streets of what is in view, a tile at a time and each once. */
function showStreets(map, address) {
  const known = new Set();
  const canvas = L.canvas({ padding: 0.3 });
  const look = { renderer: canvas, color: "#b9b0a4", weight: 2, interactive: false };
  function ask(x, y) {
    const name = `${x}/${y}`;
    if (known.has(name)) { return; }
    known.add(name);
    fetch(address.replace("{x}", x).replace("{y}", y), { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : []))
      .then((lines) => { if (lines.length) { L.polyline(lines, look).addTo(map); } })
      .catch(() => known.delete(name));
  }
  function see() {
    const bounds = map.getBounds();
    const [west, top] = tileOf(bounds.getNorthWest());
    const [right, bottom] = tileOf(bounds.getSouthEast());
    if ((right - west + 1) * (bottom - top + 1) > MOST_TILES) { return; }
    for (let x = west; x <= right; x += 1) { for (let y = top; y <= bottom; y += 1) { ask(x, y); } }
  }
  map.on("moveend", see);
  map.whenReady(see);
}

/** Open a map in a box; what it lies on and what its buttons are called stands on the box. */
export function opened(box) {
  const said = box.dataset;
  const map = L.map(box, {
    crs: said.datum === "gcj02" ? shifted() : L.CRS.EPSG3857,
    zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.5, maxZoom: 19, minZoom: 9,
  });
  L.control.zoom({ zoomInTitle: said.nearer, zoomOutTitle: said.further }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (said.tiles) {
    L.tileLayer(said.tiles, { maxZoom: 19, maxNativeZoom: 18 }).addTo(map);
    if (said.attribution) {
      L.control.attribution({ prefix: false }).addAttribution(written(said.attribution)).addTo(map);
    }
  } else if (said.streets) { showStreets(map, said.streets); }
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

/** Give text as HTML that says just that. */
export function written(words) {
  const box = document.createElement("span");
  box.textContent = words;
  return box.innerHTML;
}

/** Give a mark for a place: words in a box of the page's own styles. */
export function mark(at, words, kind, called) {
  const label = document.createElement("b");
  label.textContent = words;
  const icon = L.divIcon({ className: `pin ${kind}`, html: label, iconSize: [30, 30] });
  return L.marker(at, { icon, title: called, alt: called, keyboard: true });
}
