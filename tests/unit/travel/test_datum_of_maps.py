"""What a map does to places: tiles in GCJ-02 are met to the metre, and there and back is where one began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.travel.box import box_of_tile
from app.place import Point
from tests.support.javascript import Script
from tests.support.source import APP

LATITUDES = st.floats(18, 53)
LONGITUDES = st.floats(74, 134)


@pytest.fixture(scope="module")
def datum() -> Iterator[Script]:
    """Give the map's own script."""
    with Script(APP / "static" / "map" / "datum.js") as script:
        yield script


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.tuples(LATITUDES, LONGITUDES), min_size=20, max_size=20))
def test_the_map_shifts_as_the_server_does_and_back_again(
    datum: Script, places: list[tuple[float, float]]
) -> None:
    shifted = datum.call_each("toGcj", list(places))
    back = datum.call_each("fromGcj", [tuple(each) for each in shifted])
    for place, there, again in zip(places, shifted, back, strict=True):
        assert there == pytest.approx(Point(*place).as_gcj02(), abs=1e-6)
        assert again == pytest.approx(place, abs=1e-8)


@given(x=st.integers(13000, 13600), y=st.integers(6500, 7000))
def test_tiles_lie_side_by_side(x: int, y: int) -> None:
    box = box_of_tile(x, y, 14)
    assert box_of_tile(x + 1, y, 14).west == pytest.approx(box.east)
    assert box_of_tile(x, y + 1, 14).north == pytest.approx(box.south)
