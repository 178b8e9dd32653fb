"""A place is in China, in WGS-84, and never silently swapped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.place import Datum, Point, optional_point, point
from app.sheet.cells import Unreadable

LATITUDES = st.floats(18, 50)
LONGITUDES = st.floats(75, 134)


@given(LATITUDES, LONGITUDES)
def test_a_map_position_comes_back_to_where_it_was(lat: float, lon: float) -> None:
    there = Point(lat, lon)
    assert point(*there.as_gcj02(), Datum.GCJ02).metres_to(there) < 0.05


def test_a_map_position_in_the_district_lies_hundreds_of_metres_off() -> None:
    door = Point(28.1127, 112.9834)
    assert 500 < door.metres_to(Point(*door.as_gcj02())) < 700


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_same_both_ways(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    here, there = Point(lat, lon), Point(other_lat, other_lon)
    assert here.metres_to(there) == pytest.approx(there.metres_to(here))
    assert here.metres_to(here) == 0


def test_swapped_latitude_and_longitude_are_told_apart_from_nonsense() -> None:
    with pytest.raises(Unreadable, match=r"swapped\. Write latitude 28.1 and longitude 112.97"):
        point(112.97, 28.1, Datum.WGS84)
    with pytest.raises(Unreadable, match="outside China"):
        point(0, 0, Datum.WGS84)
    with pytest.raises(Unreadable, match="outside China"):
        point(48.85, 2.35, Datum.GCJ02)


@pytest.mark.parametrize(
    ("lat", "lon", "datum", "field"),
    [
        (28.1, None, Datum.WGS84, "lon"),
        (None, 112.97, Datum.WGS84, "lat"),
        (28.1, 112.97, None, "datum"),
    ],
)
def test_coordinates_come_all_together(
    lat: float | None, lon: float | None, datum: Datum | None, field: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        optional_point(lat, lon, datum)
    assert caught.value.field == field


def test_no_coordinates_are_no_place_whatever_datum_is_written() -> None:
    assert optional_point(None, None, Datum.WGS84) is None
