"""Home of what the pages of coverage show: places with who of them is within reach, and the map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import clock
from app.access import viewer
from app.areas import queries as areas
from app.oversight.queries import coverage as queries
from app.oversight.rules.coverage import FEWEST, People, Reached, Way
from app.oversight.rules.reach_map import Marked, Spot, picture, readable
from app.residents.rules.facts import Category

Found = Mapping[tuple[str, str, Way], Reached]
STREET = 9
MOST_NAMED = 10
_DISTRICT = 6
_CHOSEN_SIZE, _SITE_SIZE = 10.0, 4.0


@dataclass(frozen=True, slots=True)
class Row:
    """A place with how many of it are within reach, by the way there."""

    area: str
    name: str
    walking: Reached
    riding: Reached

    def reached(self, way: Way) -> Reached:
        """Give how many are, by one way."""
        return self.walking if way is Way.WALKING else self.riding

    @property
    def is_shown(self) -> bool:
        """Tell whether so many live there that nobody may be recognised."""
        return self.walking.residents >= FEWEST


@dataclass(frozen=True, slots=True)
class Street:
    """A street with its communities, those first where most are out of reach."""

    row: Row
    communities: Sequence[Row]


def groups_of(found: Found) -> list[str]:
    """Give the groups of people that were measured, in their order."""
    there = {people for _, people, _ in found}
    return [each.value for each in (*People, *Category) if each.value in there]


def both_of(found: Found, people: str) -> tuple[Reached, Reached]:
    """Give who of a group is within reach on foot, and by e-bike."""
    sums = {way: Reached() for way in Way}
    for (_area, group, way), reached in found.items():
        if group == people:
            sums[way] = sums[way].plus(reached)
    return sums[Way.WALKING], sums[Way.RIDING]


def streets_of(found: Found, people: str, way: Way) -> list[Street]:
    """Give the streets with their communities, those first where most are out of reach."""
    communities = _rows(found, people, None, way)
    return [
        Street(row, [each for each in communities if each.area[:STREET] == row.area])
        for row in _rows(found, people, STREET, way)
    ]


def _rows(found: Found, people: str, digits: int | None, way: Way) -> list[Row]:
    codes = {area[:digits] for area, group, _ in found if group == people}
    names = areas.labels(codes)
    sums: defaultdict[tuple[str, Way], Reached] = defaultdict(Reached)
    for (area, group, each), reached in found.items():
        if group == people:
            sums[area[:digits], each] = sums[area[:digits], each].plus(reached)
    rows = [Row(code, names[code], sums[code, Way.WALKING], sums[code, Way.RIDING]) for code in codes]
    return sorted(rows, key=lambda row: (not row.is_shown, -row.reached(way).beyond, row.area))


def worst_of(streets: Sequence[Street], way: Way) -> list[Row]:
    """Give the communities where anybody is out of reach, the most first; none with few residents."""
    rows = [each for street in streets for each in street.communities]
    beyond = [each for each in rows if each.is_shown and each.reached(way).beyond]
    return sorted(beyond, key=lambda row: (-row.reached(way).beyond, row.area))


def beyond_map(worst: Sequence[Row], way: Way) -> dict[str, Any]:
    """Draw where the communities lie of which people are out of reach, with their names."""
    middles = queries.middles(viewer().scope)
    marked = [
        (*middles[row.area], 3 + 1.5 * row.reached(way).beyond ** 0.5, row.name.rpartition(" ")[2])
        for row in worst
        if row.area in middles
    ]
    return _drawn(way, marked, [], middles)


def chosen_map(way: Way, chosen: Sequence[Marked]) -> dict[str, Any]:
    """Draw where sites should open."""
    return _drawn(way, [], chosen, queries.middles(viewer().scope))


def _drawn(
    way: Way,
    communities: Sequence[Marked],
    chosen: Sequence[Marked],
    middles: Mapping[str, tuple[float, float]],
) -> dict[str, Any]:
    scope = viewer().scope
    squares = [(cell.latitude, cell.longitude, 4.0, "") for cell in queries.cells(scope, way)]
    sites = [
        (site.latitude, site.longitude, _SITE_SIZE, site.name)
        for site in queries.open_places(clock.today(), scope)
        if site.latitude is not None and site.longitude is not None
    ]
    streets = {code: place for code, place in middles.items() if len(code) == STREET}
    names = areas.labels(streets)
    written = [(*place, 0.0, names[code]) for code, place in streets.items()]
    district = areas.outline_of(scope.area[:_DISTRICT])
    drawn = picture(
        [squares, sites, communities, [(*mark[:2], _CHOSEN_SIZE, mark[3]) for mark in chosen], written],
        border=district.rings if district is not None else (),
    )
    return {"drawn": drawn, **_names(drawn.layers[2], drawn.layers[4], drawn.width)}


def _names(communities: Sequence[Spot], streets: Sequence[Spot], width: float) -> dict[str, Sequence[Spot]]:
    """Choose the names that fit: those of communities first, then of streets where room is left."""
    few = communities[:MOST_NAMED]
    fitting = readable([*few, *streets], width=width)
    own = {each.label for each in few}
    return {
        "names": [each for each in fitting if each.label in own],
        "street_names": [each for each in fitting if each.label not in own],
    }
