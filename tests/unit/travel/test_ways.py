"""What a rider may do on a way of OpenStreetMap."""

from __future__ import annotations

import pytest

from app.delivery.travel.ways import Kind, Use, blocks, use_of

BOTH = (True, True)
ALONG = (True, False)
AGAINST = (False, True)


def tags(written: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in written.split())


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("highway=primary", Kind.ROAD),
        ("highway=trunk", Kind.ROAD),
        ("highway=secondary_link", Kind.ROAD),
        ("highway=cycleway", Kind.ROAD),
        ("highway=service", Kind.LANE),
        ("highway=living_street", Kind.LANE),
        ("highway=footway", Kind.PUSHED),
        ("highway=pedestrian", Kind.PUSHED),
        ("highway=path", Kind.PUSHED),
        ("highway=footway bicycle=yes", Kind.LANE),
        ("highway=path bicycle=designated foot=designated", Kind.LANE),
        ("highway=primary bicycle=no", Kind.PUSHED),
        ("highway=primary bicycle=dismount", Kind.PUSHED),
        ("highway=service access=private foot=yes", Kind.PUSHED),
        ("highway=service access=no bicycle=yes", Kind.LANE),
        ("highway=residential motor_vehicle=no", Kind.ROAD),
        ("highway=service access=delivery", Kind.LANE),
        ("highway=residential vehicle=no", Kind.PUSHED),
    ],
)
def test_a_way_is_ridden_or_pushed(written: str, kind: Kind) -> None:
    assert use_of(tags(written)) == Use(kind, *BOTH)


@pytest.mark.parametrize(
    "written",
    [
        "highway=steps",
        "highway=steps bicycle=yes",
        "highway=motorway",
        "highway=motorway_link bicycle=yes",
        "highway=trunk motorroad=yes",
        "highway=service access=private",
        "highway=residential access=no",
        "highway=footway foot=private",
        "highway=primary bicycle=no foot=no",
        "highway=construction",
        "highway=elevator",
        "highway=bus_guideway",
        "highway=service route=ferry",
        "route=ferry bicycle=yes",
        "building=yes",
    ],
)
def test_a_way_is_refused(written: str) -> None:
    assert use_of(tags(written)) is None


@pytest.mark.parametrize(
    ("written", "directions"),
    [
        ("oneway=yes", ALONG),
        ("oneway=true", ALONG),
        ("oneway=1", ALONG),
        ("oneway=-1", AGAINST),
        ("oneway=no", BOTH),
        ("oneway=alternating", BOTH),
        ("junction=roundabout", ALONG),
        ("junction=roundabout oneway=no", BOTH),
        ("oneway=yes oneway:bicycle=no", BOTH),
        ("oneway:bicycle=yes", ALONG),
        ("oneway=yes oneway:bicycle=-1", AGAINST),
        ("oneway=yes cycleway=opposite", BOTH),
        ("oneway=yes cycleway:left=opposite_lane", BOTH),
        ("oneway=yes cycleway:left:oneway=-1", BOTH),
        ("oneway=yes cycleway:right=lane", ALONG),
        ("oneway=yes oneway:bicycle=yes cycleway=opposite", ALONG),
    ],
)
def test_one_way_streets_and_what_bicycles_are_spared(written: str, directions: tuple[bool, bool]) -> None:
    assert use_of(tags(f"highway=residential {written}")) == Use(Kind.ROAD, *directions)


def test_who_pushes_is_held_to_no_direction() -> None:
    assert use_of(tags("highway=footway oneway=yes")) == Use(Kind.PUSHED, *BOTH)


@pytest.mark.parametrize(
    ("written", "blocked"),
    [
        ("barrier=gate", False),
        ("barrier=bollard", False),
        ("barrier=gate access=private", True),
        ("barrier=gate access=no bicycle=yes", False),
        ("barrier=gate access=private foot=yes", False),
        ("access=private", False),
    ],
)
def test_only_a_barrier_for_which_one_needs_a_key_blocks(written: str, *, blocked: bool) -> None:
    assert blocks(tags(written)) is blocked
