"""What a ride and a circle look like on the map: along the roads, over the bridge, never into the river."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from app.delivery.travel.estimate import Location, straight_metres
from app.delivery.travel.network.circle import circle
from app.delivery.travel.network.course import Line, lines
from app.delivery.travel.network.minutes import Roads
from app.delivery.travel.roads import built
from app.delivery.travel.speeds import USUAL
from tests.factories.streets import HERE, Spot, Streets, at, two_banks


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Roads:
    """Give two banks with a bridge a kilometre to the east."""
    return built(two_banks().written(tmp_path_factory.mktemp("river")), HERE, USUAL).roads


def metres(line: Line) -> float:
    return sum(straight_metres(here, there) for here, there in pairwise(line))


def near(line: Line, spot: Spot) -> bool:
    return any(straight_metres(point, at(*spot)) < 1 for point in line)


def test_a_ride_is_drawn_over_the_bridge_and_is_as_long_as_it_takes(river: Roads) -> None:
    doors = [at(30, 300), at(0, 640), at(500, 0)]
    legs = [(0, 1), (1, 0), (0, 2), (2, 1)]
    drawn = lines(river, doors, legs)
    seconds = river.durations(doors, doors)
    for line, (start, end) in zip(drawn, legs, strict=True):
        assert (line[0], line[-1]) == (doors[start], doors[end])
        assert metres(line) == pytest.approx(seconds[start][end] * USUAL.road / 3600, abs=8)
    assert near(drawn[0], (1000, 300))
    assert near(drawn[0], (1000, 600))
    assert not near(drawn[2], (1000, 300))


def test_a_bend_is_drawn_as_a_bend(tmp_path: Path) -> None:
    bend: list[Spot] = [(0, 0), (0, 300), (300, 300), (300, 0)]
    roads = built(Streets().way(*bend).written(tmp_path), HERE, USUAL).roads
    there, back = lines(roads, [at(0, 150), at(300, 100)], [(0, 1), (1, 0)])
    assert there == back[::-1]
    assert metres(there) == pytest.approx(150 + 300 + 200, abs=2)
    assert near(there, (0, 300))
    assert near(there, (300, 300))


def test_where_no_way_leads_the_straight_line_is_drawn(tmp_path: Path) -> None:
    roads = built(two_banks(bridge=False).written(tmp_path), HERE, USUAL).roads
    places = [at(0, 300), at(0, 600), at(0, -500)]
    assert lines(roads, places, [(0, 1), (0, 2)]) == [(places[0], places[1]), (places[0], places[2])]


def test_the_circle_holds_what_is_reached_in_time_and_nothing_much_beyond(river: Roads) -> None:
    kitchen, seconds = at(800, 100), 240
    rings = circle(river, kitchen, seconds)
    chance = Random(3)  # noqa: S311 - a test's chance
    spots = [
        (chance.randrange(11) * 100, chance.uniform(0, 300) + chance.choice([0, 600])) for _ in range(300)
    ]
    took = list(river.durations([kitchen], [at(*spot) for spot in spots])[0])
    inside = [any(holds(ring, at(*spot)) for ring in rings) for spot in spots]
    assert all(is_in for is_in, ride in zip(inside, took, strict=True) if ride <= seconds - 20)
    assert not any(is_in for is_in, ride in zip(inside, took, strict=True) if ride > seconds + 40)
    assert {True, False} == set(inside)


def test_the_circle_ends_at_the_river(river: Roads) -> None:
    rings = circle(river, at(0, 300), 150)
    assert any(holds(ring, at(100, 250)) for ring in rings)
    assert not any(holds(ring, at(0, 600)) for ring in rings)
    assert not any(holds(ring, at(0, 450)) for ring in rings)


def test_a_kitchen_that_no_road_reaches_has_no_circle(river: Roads) -> None:
    assert circle(river, at(0, -2_000), 900) == ()
    assert circle(river, at(0, -190), 60) == () or not holds(circle(river, at(0, -190), 60)[0], at(0, 0))


def holds(ring: tuple[Location, ...], place: Location) -> bool:
    """Tell whether a ring holds a place, by counting the sides north of it."""
    x, y = place
    is_inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (x1 > x) != (x2 > x) and y < y1 + (x - x1) / (x2 - x1) * (y2 - y1):
            is_inside = not is_inside
    return is_inside
