"""The planner beside its peers. Run `python -m bench.routing --part small` (or another part; see `--help`).

Needs the peers: `pip install 'meal-circle[bench]'`. `--seeds` says how many instances of each size,
`--seconds` gives other spans than the part's own, and `--plots DIR` draws what was measured as SVG.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.routing.day import show_day
from bench.routing.instances import Case, ample, scarce
from bench.routing.measures import Row, ours_alone, side_by_side
from bench.routing.plots import draw
from bench.routing.tables import show, told_by_size
from bench.routing.wide import show_circles, show_district, show_province

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
    parts = (*SPANS, "circles", "district", "day", "large", "province")
    parser.add_argument("--part", choices=parts, action="append", help="all but the last five by default")
    parser.add_argument("--seeds", type=int, help="instances of each size")
    parser.add_argument("--seconds", type=float, action="append", help="spans given to every planner")
    parser.add_argument("--workers", type=int, default=2, help="processes of the district and the province")
    parser.add_argument("--plots", type=Path, help="folder for the plots")
    asked = parser.parse_args()
    rows: list[Row] = []
    for part in asked.part or SPANS:
        print(f"\n## {part}\n", flush=True)
        if part == "circles":
            show_circles(seeds=asked.seeds or 3, seconds=(asked.seconds or [20.0])[0])
        elif part == "district":
            show_district(seconds=(asked.seconds or [110.0])[0], workers=asked.workers)
        elif part == "day":
            show_day(seconds=(asked.seconds or [8.0])[0], workers=asked.workers)
        elif part == "province":
            show_province(seconds=(asked.seconds or [80.0])[0], workers=asked.workers)
        elif part == "large":
            rows += told_by_size(ours_alone(ample(600, range(1, 2)), (asked.seconds or [60.0])[0]))
        else:
            seeds = range(1, (asked.seeds or SEEDS[part]) + 1)
            found = side_by_side(_cases(part, seeds), asked.seconds or SPANS[part])
            show(found)
            rows += found
    if asked.plots:
        draw(rows, asked.plots)


if __name__ == "__main__":
    main()
