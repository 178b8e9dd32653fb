"""Home of measuring coverage and of studying where sites should open: arrays of doors and places."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.delivery.travel.estimate import Location, location_of
from app.oversight.queries import coverage as queries
from app.oversight.queries.coverage import Door
from app.oversight.rules import siting
from app.oversight.rules.coverage import WITHIN_MINUTES, Square, Way, shown_squares, square_of
from app.oversight.rules.siting import Array
from app.oversight.service.minutes import minutes_between
from app.roles import Scope

MOST_SITES = 10
SECONDS = 45.0
_STREET = 9
_GRAIN = 5
"""Decimals of a degree, about a metre: doors nearer than that are one, and nothing is lost by it."""

_MEDIAN_GRAIN = 3
"""About 100 metres: for the nearest sites doors are gathered in squares, and a minute or two is lost."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts of residents, of those placed, of those within, by (area, people); squares of those beyond."""

    residents: Counter[tuple[str, str]]
    placed: Counter[tuple[str, str]]
    within: Counter[tuple[str, str]]
    beyond: dict[tuple[str, Square], int]


def measure(doors: Sequence[Door], way: Way, on: date, sites: Sequence[Location]) -> Measured:
    """Hold every door against the open sites."""
    places = [_place(door) for door in doors]
    known = sorted({place for place in places if place is not None})
    near = dict(zip(known, _now(known, sites, way, on), strict=True))
    residents, placed, within = (
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
    )
    beyond: list[tuple[str, Square]] = []
    for door, place in zip(doors, places, strict=True):
        keys = [(door.area, people) for people in door.people]
        residents.update(keys)
        if place is None:
            continue
        placed.update(keys)
        if near[place] <= WITHIN_MINUTES:
            within.update(keys)
        else:
            beyond.append((door.area[:_STREET], square_of(place[1], place[0])))
    return Measured(residents, placed, within, shown_squares(beyond))


def _place(door: Door, grain: int = _GRAIN) -> Location | None:
    place = location_of(door)
    return None if place is None else (round(place[0], grain), round(place[1], grain))


def _now(known: Sequence[Location], sites: Sequence[Location], way: Way, on: date) -> list[float]:
    """Give the minutes from each door to the nearest open site; without any site nobody is near."""
    if not sites or not known:
        return [float("inf")] * len(known)
    nearest: list[float] = minutes_between(known, sites, way, on).min(axis=1).tolist()
    return nearest


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a site could open."""

    name: str
    place: Location


def middles(doors: Sequence[Door], *, digits: int | None = None, fewest: int = 1) -> dict[str, Location]:
    """Give the middle of each community or street with enough doors: the median of them."""
    by_area: defaultdict[str, list[Location]] = defaultdict(list)
    for door in doors:
        place = location_of(door)
        if place is not None:
            by_area[door.area[:digits]].append(place)
    return {
        area: (float(np.median([each[0] for each in places])), float(np.median([each[1] for each in places])))
        for area, places in sorted(by_area.items())
        if len(places) >= fewest
    }


def study(
    doors: Sequence[Door],
    candidates: Sequence[Candidate],
    way: Way,
    on: date,
    *,
    people: str,
    is_nearest: bool,
    told: Callable[[int, int], None],
) -> dict[str, object]:
    """Choose places for one to ten new sites; give for each number what is chosen, won, and proven."""
    sites = [place for site in queries.open_places(on, _EVERYWHERE) if (place := location_of(site))]
    grain = _MEDIAN_GRAIN if is_nearest else _GRAIN
    weights = Counter(
        place for door in doors if people in door.people and (place := _place(door, grain)) is not None
    )
    known = sorted(weights)
    now = np.array(_now(known, sites, way, on))
    minutes = minutes_between(known, [each.place for each in candidates], way, on)
    counts = np.array([weights[place] for place in known], dtype=np.int64)
    most = range(1, min(MOST_SITES, len(candidates)) + 1)
    told(0, len(most))
    choose = _nearest if is_nearest else _cover
    rows = choose(minutes, now, counts, most, told=lambda number: told(number, len(most)))
    return {
        "rows": rows,
        "people": int(counts.sum()),
        "within": int(counts[now <= WITHIN_MINUTES].sum()),
        "doors": len(known),
        "minutes": round(float(counts @ np.minimum(now, _CAP)) / max(1, int(counts.sum())), 2),
    }


_EVERYWHERE = Scope()
_CAP = 60.0
"""Minutes; who lives farther from every site counts as this far."""


def _cover(
    minutes: Array, now: Array, counts: Array, most: range, *, told: Callable[[int], None]
) -> list[dict[str, object]]:
    groups = siting.covering(minutes, now, counts, within=WITHIN_MINUTES)
    return [
        {
            "sites": number,
            "chosen": list(found.chosen),
            "won": found.gained,
            "bound": found.bound,
            "gap": round(found.gap, 4),
        }
        for number, found in siting.curve(groups, list(most), seconds=SECONDS, told=told).items()
    ]


def _nearest(
    minutes: Array, now: Array, counts: Array, most: range, *, told: Callable[[int], None]
) -> list[dict[str, object]]:
    total = float(counts.sum()) or 1.0
    rows: list[dict[str, object]] = []
    for number in most:
        found = siting.nearest(
            np.minimum(minutes, _CAP), np.minimum(now, _CAP), counts, number, seconds=SECONDS / len(most)
        )
        rows.append(
            {
                "sites": number,
                "chosen": list(found.chosen),
                "won": round(found.minutes / total, 2),
                "bound": round(found.bound / total, 2),
                "gap": round(found.gap, 4),
            }
        )
        told(number)
    return rows
