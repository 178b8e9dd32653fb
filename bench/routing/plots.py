"""Home of the plots: lines over seconds given or number of orders, as plain SVG.

`python -m bench.routing.plots` draws those of docs/routing.md again, from `measured.csv` beside this file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from bench.routing.record import KEPT, Record, read

PICTURES = Path(__file__).parents[2] / "docs" / "images"
OURS = "ours"
GROWTH = "growth"
WIDTH, HEIGHT, MARGIN, NAMES = 720, 360, 56, 150
COLOURS = ("#0b6e4f", "#c8553d", "#3d5a80", "#8d6a9f", "#b08900")
TICKS = 4
Line = Sequence[tuple[float, float]]


class Axis(NamedTuple):
    """What an axis tells, from where to where, and whether equal steps are equal factors."""

    name: str
    least: float
    most: float
    is_log: bool = False

    def part(self, value: float) -> float:
        """Give where on the axis a value lies, from 0 to 1."""
        if self.is_log:
            return (log10(value) - log10(self.least)) / (log10(self.most) - log10(self.least))
        return (value - self.least) / (self.most - self.least)

    def marks(self) -> list[float]:
        """Give the values that are written beside the axis."""
        if self.is_log:
            return [10.0**power for power in range(round(log10(self.least)), round(log10(self.most)) + 1)]
        return [self.least + (self.most - self.least) * tick / TICKS for tick in range(TICKS + 1)]


def draw(records: Iterable[Record], folder: Path) -> list[Path]:
    """Draw what was measured: gap over time by size, our time over size, growth up to a province."""
    records = list(records)
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        f"routing-time-to-gap-{name}": _picture(
            lines,
            _linear("seconds given", lines, 0),
            _linear("riding above the best known, % (mean)", lines, 1),
        )
        for name, lines in _gaps(records).items()
    }
    for name, lines in (("size-to-time", _times(records)), ("growth", _growth(records))):
        if lines:
            across = _log("orders", lines, 0)
            pictures[f"routing-{name}"] = _picture(lines, across, _log("seconds", lines, 1))
    for name, picture in pictures.items():
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    return [folder / f"{name}.svg" for name in pictures]


def _gaps(records: Sequence[Record]) -> dict[str, dict[str, Line]]:
    """Give the mean gap by size, planner and seconds, among plans as good in the graver goals."""
    best: dict[str, tuple[int, int, int]] = {}
    for row in records:
        best[row.instance] = min(best.get(row.instance, row.reached), row.reached)
    found: dict[str, dict[str, dict[float, list[float]]]] = {}
    for row in records:
        known = best[row.instance]
        if row.reached[:2] == known[:2] and row.instance.startswith("ample"):
            spans = found.setdefault(str(row.orders), {}).setdefault(row.planner, {})
            spans.setdefault(row.given, []).append(100 * (row.ride / known[2] - 1))
    return {
        size: {
            planner: [(given, mean(gaps)) for given, gaps in sorted(spans.items())]
            for planner, spans in planners.items()
        }
        for size, planners in found.items()
        if any(len(spans) > 1 for spans in planners.values())
    }


def _times(records: Sequence[Record]) -> dict[str, Line]:
    """Give the median seconds that our planner took of those it was given, by size, proven or not."""
    sizes: dict[str, dict[float, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in records:
        if row.planner == OURS and row.instance.startswith("ample"):
            sizes["proven" if row.is_proven else "not proven"][row.orders].append(row.took)
    return {
        name: [(orders, median(took)) for orders, took in sorted(sizes[name].items())]
        for name in sorted(sizes, reverse=True)
    }


def _growth(records: Sequence[Record]) -> dict[str, Line]:
    """Give the seconds until everybody has a place in a plan, by the number of orders."""
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in records:
        if row.instance.startswith(GROWTH):
            lines[row.planner].append((row.orders, row.took))
    return {name: sorted(line) for name, line in lines.items()}


def _linear(name: str, lines: Mapping[str, Line], which: int) -> Axis:
    return Axis(name, 0.0, max(point[which] for line in lines.values() for point in line) or 1.0)


def _log(name: str, lines: Mapping[str, Line], which: int) -> Axis:
    values = [max(1e-3, point[which]) for line in lines.values() for point in line]
    return Axis(name, 10.0 ** floor(log10(min(values))), 10.0 ** ceil(log10(max(values) * 1.01)), is_log=True)


def _picture(lines: Mapping[str, Line], across: Axis, up: Axis) -> str:
    """Draw lines with their axes and names."""
    wide, high = WIDTH - 2 * MARGIN - NAMES, HEIGHT - 2 * MARGIN

    def at(x: float, y: float) -> tuple[float, float]:
        return MARGIN + wide * across.part(x), HEIGHT - MARGIN - high * up.part(y)

    corner, end = at(across.least, up.least), at(across.most, up.most)
    parts = [
        f'<path d="M{corner[0]:.1f},{end[1]:.1f} V{corner[1]:.1f} H{end[0]:.1f}" fill="none" stroke="#444"/>'
    ]
    for mark in across.marks():
        left = at(mark, up.least)[0]
        parts.append(f'<text x="{left:.1f}" y="{corner[1] + 16:.1f}" text-anchor="middle">{mark:.6g}</text>')
    for mark in up.marks():
        bottom = at(across.least, mark)[1]
        parts.append(f'<text x="{corner[0] - 6:.1f}" y="{bottom:.1f}" text-anchor="end">{mark:.3g}</text>')
        parts.append(f'<path d="M{corner[0]:.1f},{bottom:.1f} H{end[0]:.1f}" stroke="#ddd"/>')
    for number, (name, line) in enumerate(lines.items()):
        parts += _drawn(name, [at(x, max(y, up.least)) for x, y in line], number)
    parts.append(f'<text x="{MARGIN + wide / 2}" y="{HEIGHT - 12}" text-anchor="middle">{across.name}</text>')
    parts.append(f'<text x="{MARGIN}" y="{MARGIN - 20}">{up.name}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _drawn(name: str, places: Sequence[tuple[float, float]], number: int) -> list[str]:
    """Draw one line with its points and its name."""
    colour = COLOURS[number % len(COLOURS)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return [
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places),
        f'<text x="{WIDTH - MARGIN - NAMES + 12}" y="{MARGIN + 16 * number}" fill="{colour}">{name}</text>',
    ]


if __name__ == "__main__":
    for file in draw(read(KEPT), PICTURES):
        print(file)
