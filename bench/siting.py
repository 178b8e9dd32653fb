"""How long it takes to say where sites should open: 5 among 99 places, for 110,000 residents, with proof.

Run `python -m bench.siting [RESIDENTS]`. Doors lie around the middles of the demo's 99 communities, those are
the candidates, and 66 of them have a site nearby already. Minutes are the careful estimate.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.oversight.rules import siting
from app.oversight.service.minutes import _estimated

_METRES = 111_195.0
_WALK, _RIDE = 4_000, 13_000


def main() -> None:
    residents = int(sys.argv[1]) if len(sys.argv) > 1 else 110_000
    random = np.random.default_rng(3)
    middles = np.c_[random.uniform(112.94, 113.03, 99), random.uniform(27.99, 28.20, 99)]
    at = random.integers(0, 99, residents)
    # Some people live door above door: two residents in three share their door with others.
    homes = (middles[at] + random.normal(0, 350 / _METRES, (residents, 2))).round(4)
    doors, which = np.unique(homes, axis=0, return_inverse=True)
    people = np.bincount(which.ravel())
    sites = middles[random.permutation(99)[:66]] + random.normal(0, 200 / _METRES, (66, 2))
    print(f"{residents:,} residents at {len(doors):,} doors, 66 sites, 99 candidates")
    print(f"{'':34}{'seconds':>9}{'won':>10}{'bound':>10}{'gap %':>8}")
    for way, pace in (("on foot", _WALK), ("by e-bike", _RIDE)):
        _study(way, pace, Town(doors, people, sites, middles))


class Town(NamedTuple):
    """Doors with their people, sites that are there, places where one could open."""

    doors: siting.Array
    people: siting.Array
    sites: siting.Array
    places: siting.Array


def _study(way: str, pace: int, town: Town) -> None:
    doors, people, sites, places = town
    now = _estimated(doors, sites, pace).min(axis=1)
    minutes = _timed(f"{way}: minutes to 99 places", lambda: _estimated(doors, places, pace))
    beyond = int(people[now > 15].sum())
    groups = _timed(
        f"{way}: {beyond:,} beyond, grouped", lambda: siting.covering(minutes, now, people, within=15)
    )
    _timed(f"{way}: 5 sites cover most", lambda: siting.place(groups, 5, seconds=60))
    _timed(f"{way}: 1 to 10 sites", lambda: siting.curve(groups, range(1, 11), seconds=60)[10])
    squares, inside = np.unique(doors.round(3), axis=0, return_inverse=True)
    there = np.bincount(inside.ravel(), weights=people)
    near, far = _estimated(squares, sites, pace).min(axis=1), _estimated(squares, places, pace)
    _timed(f"{way}: 5 sites nearest", lambda: siting.nearest(far, near, there, 5))


def _timed(what: str, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it gives
    started = time.perf_counter()
    found = act()
    figures = ""
    if isinstance(found, siting.Sited):
        figures = f"{found.gained:>10,}{found.bound:>10,}{100 * found.gap:>8.2f}"
    elif isinstance(found, siting.Median):
        figures = f"{found.minutes:>10,.0f}{found.bound:>10,.0f}{100 * found.gap:>8.2f}"
    print(f"{what:34}{time.perf_counter() - started:>9.1f}{figures}", flush=True)
    return found


if __name__ == "__main__":
    main()
