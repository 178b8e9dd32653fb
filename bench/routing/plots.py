"""Home of the plots: a line for each planner, over seconds given or number of orders, as plain SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median

from app.delivery.routing.plan import Objective
from bench.routing.measures import OURS, Row

WIDTH, HEIGHT, MARGIN = 640, 360, 56
COLOURS = ("#0b6e4f", "#c8553d", "#3d5a80", "#8d6a9f", "#b08900")
TICKS = 4
Line = Sequence[tuple[float, float]]


def draw(rows: Iterable[Row], folder: Path) -> None:
    """Draw what was measured: gap over time for each size, and our time over size."""
    rows = list(rows)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in _gaps(rows).items():
        picture = _picture(lines, across="seconds given", up="riding above the best known, %")
        (folder / f"time-to-gap-{name}.svg").write_text(picture, encoding="utf-8")
    sizes: dict[float, list[float]] = defaultdict(list)
    for row in rows:
        if row.planner == OURS and row.case.problem.name.startswith("ample"):
            sizes[row.case.orders].append(row.took)
    if len(sizes) > 1:
        line = [(size, median(took)) for size, took in sorted(sizes.items())]
        picture = _picture({OURS: line}, across="orders", up="seconds, median")
        (folder / "size-to-time.svg").write_text(picture, encoding="utf-8")


def _gaps(rows: Sequence[Row]) -> dict[str, dict[str, Line]]:
    """Give the mean gap by size, planner and seconds, among plans as good in the graver goals."""
    best: dict[str, Objective] = {}
    for row in rows:
        name = row.case.problem.name
        best[name] = min(best.get(name, row.plan.objective), row.plan.objective)
    found: dict[str, dict[str, dict[float, list[float]]]] = {}
    for row in rows:
        known, reached = best[row.case.problem.name], row.plan.objective
        if (reached.unserved_weight, reached.riders) == (known.unserved_weight, known.riders):
            size = row.case.problem.name.rsplit("-", 1)[0]
            spans = found.setdefault(size, {}).setdefault(row.planner, {})
            spans.setdefault(row.given, []).append(100 * (reached.ride / known.ride - 1))
    return {
        size: {
            planner: [(given, mean(gaps)) for given, gaps in sorted(spans.items())]
            for planner, spans in planners.items()
        }
        for size, planners in found.items()
        if any(len(spans) > 1 for spans in planners.values())
    }


def _picture(lines: Mapping[str, Line], *, across: str, up: str) -> str:
    """Draw lines with their axes and names."""
    most_x = max(x for line in lines.values() for x, _ in line)
    most_y = max(y for line in lines.values() for _, y in line) or 1
    wide, high = WIDTH - 2 * MARGIN - 120, HEIGHT - 2 * MARGIN

    def at(x: float, y: float) -> str:
        return f"{MARGIN + wide * x / most_x:.1f},{HEIGHT - MARGIN - high * y / most_y:.1f}"

    parts = [f'<path d="M{at(0, most_y)} L{at(0, 0)} L{at(most_x, 0)}" fill="none" stroke="#444"/>']
    for tick in range(TICKS + 1):
        x, y = most_x * tick / TICKS, most_y * tick / TICKS
        left, bottom = at(x, 0).split(","), at(0, y).split(",")
        parts.append(
            f'<text x="{left[0]}" y="{float(left[1]) + 16:.1f}" text-anchor="middle">{x:.3g}</text>'
            f'<text x="{float(bottom[0]) - 6:.1f}" y="{bottom[1]}" text-anchor="end">{y:.3g}</text>'
        )
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(at(x, y) for x, y in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{at(x, y).split(",")[0]}" cy="{at(x, y).split(",")[1]}" r="3" fill="{colour}"/>'
            for x, y in line
        ]
        parts.append(
            f'<text x="{MARGIN + wide + 12}" y="{MARGIN + 16 * number}" fill="{colour}">{name}</text>'
        )
    parts.append(f'<text x="{MARGIN + wide / 2}" y="{HEIGHT - 12}" text-anchor="middle">{across}</text>')
    parts.append(f'<text x="{MARGIN}" y="{MARGIN - 20}">{up}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )
