"""Where a door may be: in its district's outline, or around the sites where no outline is known."""

from __future__ import annotations

import pytest

from app.areas.queries import outline_of
from app.areas.rules import Outline
from app.delivery.rules.places import Reach, ensure_in_reach
from app.delivery.travel.box import box_around
from app.errors import DomainError
from app.place import Point

LAKE = [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)]
LAND = [(0, 0), (3, 0), (3, 3), (0, 3), (0, 0)]
OFF_TIANXIN_EAST = Point(28.12, 113.06)
ACROSS_THE_RIVER = Point(28.15, 112.940)


@pytest.mark.parametrize(
    ("place", "is_there"),
    [
        (Point(28.1135, 112.9834), True),
        (Point(28.1135, 112.9910), True),  # A few steps beside the border.
        (ACROSS_THE_RIVER, False),
        (OFF_TIANXIN_EAST, False),
    ],
)
def test_a_door_lies_in_the_outline_or_close_beside_it(place: Point, *, is_there: bool) -> None:
    assert Reach("天心区", outline_of("430103")).holds(place) is is_there


def test_where_no_outline_is_known_the_box_of_the_sites_counts_and_it_is_said() -> None:
    reach = Reach("岳麓区", outline_of("430104"), box_around([(112.98, 28.12)]))
    assert reach.outline is None
    assert reach.holds(ACROSS_THE_RIVER)
    assert not reach.holds(OFF_TIANXIN_EAST)
    assert "岳麓区" in str(reach.told)
    assert "5 km" in str(reach.told)


def test_nothing_is_refused_while_nothing_is_known() -> None:
    ensure_in_reach(OFF_TIANXIN_EAST, Reach("岳麓区"))


def test_a_refusal_says_what_counted_as_the_district() -> None:
    with pytest.raises(DomainError, match="outline of 天心区"):
        ensure_in_reach(OFF_TIANXIN_EAST, Reach("天心区", outline_of("430103")))


def test_a_hole_in_an_outline_is_outside() -> None:
    ring = Outline(LAND, LAKE)
    assert not ring.contains(Point(1.5, 1.5))
    assert ring.contains(Point(0.5, 0.5))
    assert 55_000 < ring.metres_outside(Point(1.5, 1.5)) < 56_000


def test_several_polygons_are_one_outline() -> None:
    document = (
        '{"features": [{"geometry": {"type": "MultiPolygon", "coordinates": '
        "[[[[0,0],[1,0],[1,1],[0,1],[0,0]]], [[[5,5],[6,5],[6,6],[5,6],[5,5]]]]}}]}"
    )
    outline = Outline.from_geojson(document)
    assert outline.contains(Point(0.5, 0.5))
    assert outline.contains(Point(5.5, 5.5))
    assert not outline.contains(Point(3, 3))
