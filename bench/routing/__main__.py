"""The planner beside its peers. Run `python -m bench.routing --part small` (or another part; see `--help`).

Needs the peers, beside what the tests need: `pip install 'meal-circle[bench]'`. `--seeds` says how many
instances of each size, `--seconds` gives other spans than the part's own, and `--plots DIR` draws what was
measured as SVG.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.routing.day import show_day
from bench.routing.drawn import show_drawn
from bench.routing.instances import Case, ample, scarce
from bench.routing.measures import BY_PROCESSOR, OURS, PLANNERS, side_by_side
from bench.routing.pairs import in_pairs
from bench.routing.plots import draw
from bench.routing.record import KEPT, Record, keep
from bench.routing.stopwatch import count_the_processor
from bench.routing.tables import show
from bench.routing.wide import show_circles, show_district, show_growth, show_province

SPANS = {"small": (5.0,), "60": (20.0, 30.0), "120": (5.0, 15.0, 40.0), "scarce": (5.0, 15.0, 40.0)}
SEEDS = {"small": 8, "60": 5, "120": 10, "scarce": 2}


def _cases(part: str, seeds: Sequence[int]) -> list[Case]:
    """Give a part's instances."""
    if part == "small":
        return ample(10, seeds) + ample(30, seeds)
    if part == "scarce":
        return scarce(30, seeds) + scarce(60, seeds) + scarce(120, seeds)
    return ample(int(part), seeds)


def main() -> None:
    """Measure the parts asked for, one after another."""
    parser = argparse.ArgumentParser(prog="python -m bench.routing", description=__doc__)
    parts = (*SPANS, "circles", "district", "day", "large", "province", "growth", "drawn")
    parser.add_argument("--part", choices=parts, action="append", help="all but the last seven by default")
    parser.add_argument("--seeds", type=int, help="instances of each size")
    parser.add_argument("--seconds", type=float, action="append", help="spans given to every planner")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--planner", action="append", choices=PLANNERS, help="only these planners")
    parser.add_argument("--beside", choices=PLANNERS, help="ours and this planner at the same time")
    parser.add_argument(
        "--processor", action="store_true", help="count a processor's seconds: for a busy machine"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes of the district and the province")
    parser.add_argument("--plots", type=Path, help="folder for the plots")
    parser.add_argument("--keep", action="store_true", help=f"keep the figures in {KEPT.name}, for the docs")
    asked = parser.parse_args()
    if asked.processor:
        count_the_processor()
    records: list[Record] = []
    for part in asked.part or SPANS:
        print(f"\n## {part}\n", flush=True)
        records += _measured(part, asked)
    if asked.keep:
        keep(records, KEPT)
    if asked.plots:
        draw(records, asked.plots)


def _measured(part: str, asked: argparse.Namespace) -> list[Record]:
    """Measure a part and print it; give what a file can keep of it."""
    if part in SPANS:
        seeds = range(asked.first, asked.first + (asked.seeds or SEEDS[part]))
        if asked.beside:
            found = in_pairs(_cases(part, seeds), asked.seconds or SPANS[part], asked.beside)
            show(found)
            return [row.record for row in found]
        names = asked.planner or (BY_PROCESSOR if asked.processor else tuple(PLANNERS))
        found = side_by_side(_cases(part, seeds), asked.seconds or SPANS[part], names)
        show(found)
        return [row.record for row in found]
    if part == "growth":
        return show_growth(workers=asked.workers)
    if part == "large":
        quick = (OURS, "VROOM", "PyVRP, trips first")
        found = side_by_side(ample(600, range(1, 2)), asked.seconds or (20.0, 60.0), quick)
        show(found)
        return [row.record for row in found]
    if part == "circles":
        show_circles(seeds=asked.seeds or 3, seconds=(asked.seconds or [20.0])[0])
    else:
        together, seconds = TOGETHER[part]
        together(seconds=(asked.seconds or [seconds])[0], workers=asked.workers)
    return []


TOGETHER = {
    "district": (show_district, 110.0),
    "day": (show_day, 8.0),
    "province": (show_province, 80.0),
    "drawn": (show_drawn, 0.0),
}


if __name__ == "__main__":
    main()
