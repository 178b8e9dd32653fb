/* Moves places between satellites' datum (WGS-84) and the one of Chinese maps (GCJ-02). ES2019 at most. */

const RADIUS = 6378245;
const FLAT = 0.00669342162296594323;

function north(x, y) {
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + waves(x, 20, 6, 20, 2)
    + thirds(20 * Math.sin(y * Math.PI) + 40 * Math.sin(y / 3 * Math.PI))
    + thirds(160 * Math.sin(y / 12 * Math.PI) + 320 * Math.sin(y * Math.PI / 30));
}

function east(x, y) {
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + waves(x, 20, 6, 20, 2)
    + thirds(20 * Math.sin(x * Math.PI) + 40 * Math.sin(x / 3 * Math.PI))
    + thirds(150 * Math.sin(x / 12 * Math.PI) + 300 * Math.sin(x / 30 * Math.PI));
}

function waves(x, high, fast, low, slow) {
  return thirds(high * Math.sin(fast * x * Math.PI) + low * Math.sin(slow * x * Math.PI));
}

function thirds(sum) { return sum * 2 / 3; }

/** Give [latitude, longitude] as Chinese maps count them. */
export function toGcj(lat, lon) {
  const x = lon - 105;
  const y = lat - 35;
  const radians = lat / 180 * Math.PI;
  const root = 1 - FLAT * Math.sin(radians) ** 2;
  const up = north(x, y) * 180 / (RADIUS * (1 - FLAT) / (root * Math.sqrt(root)) * Math.PI);
  const across = east(x, y) * 180 / (RADIUS / Math.sqrt(root) * Math.cos(radians) * Math.PI);
  return [lat + up, lon + across];
}

/** Give [latitude, longitude] of what Chinese maps count so; exact to less than a centimetre. */
export function fromGcj(lat, lon) {
  let found = [lat, lon];
  for (let turn = 0; turn < 10; turn += 1) {
    const there = toGcj(found[0], found[1]);
    found = [found[0] + lat - there[0], found[1] + lon - there[1]];
  }
  return found;
}
