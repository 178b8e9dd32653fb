"""A way in words: turn by turn, street by street, as a rider would say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.delivery.travel.roads import built, courses
from app.delivery.travel.speeds import USUAL
from app.delivery.travel.turns import Stretch, directions
from app.delivery.travel.ways import Kind
from tests.factories.streets import HERE, Spot, Streets, at, two_banks


def said(way: list[Stretch]) -> list[str]:
    return [str(line) for line in directions(way)]


def road(street: str, metres: float, begins: float, ends: float | None = None) -> Stretch:
    return Stretch(street, Kind.ROAD, metres, begins, begins if ends is None else ends)


@pytest.mark.parametrize(
    ("heading", "turn"),
    [
        (90, "Straight on"),
        (115, "Straight on"),
        (65, "Straight on"),
        (135, "Bear right"),
        (45, "Bear left"),
        (180, "Turn right"),
        (0, "Turn left"),
        (240, "Turn sharp right"),
        (300, "Turn sharp left"),
        (270, "Turn round"),
    ],
)
def test_a_corner_is_said_by_how_much_it_turns(heading: float, turn: str) -> None:
    assert said([road("A", 100, 90), road("B", 100, heading)])[1] == f"{turn} into B: ride 100 m"


def test_what_goes_straight_on_in_the_same_street_is_one_line() -> None:
    way = [road("A", 100, 350, 10), road("A", 151, 20), road("A", 50, 110), road("", 40, 110)]
    assert said(way) == [
        "Go north along A: ride 250 m",
        "Turn right, still A: ride 50 m",
        "Straight on: ride 40 m",
    ]


def test_the_e_bike_is_pushed_where_only_feet_may_go() -> None:
    way = [
        Stretch("", Kind.PUSHED, 34, 225, 225),
        road("A", 1960, 225),
        Stretch("A", Kind.PUSHED, 3, 225, 225),
    ]
    assert said(way) == [
        "Go south-west: push 30 m",
        "Straight on into A: ride 2.0 km",
        "Straight on, still A: push 10 m",
    ]


def test_a_kilometre_begins_where_tens_of_metres_end() -> None:
    assert said([road("", 994, 0)]) == ["Go north: ride 990 m"]
    assert said([road("", 996, 0)]) == ["Go north: ride 1.0 km"]


def test_the_next_door_needs_no_road() -> None:
    assert said([]) == ["Next door: leave the e-bike and walk."]


def test_the_way_over_the_bridge_names_its_streets(tmp_path: Path) -> None:
    west, corner, over, far = (0, 0), (0, 300), (400, 300), (400, 0)
    spots: list[tuple[str, Spot, Spot]] = [
        ("西街", west, corner),
        ("大桥", corner, over),
        ("东街", over, far),
    ]
    streets = Streets()
    for name, begin, end in spots:
        streets.way(begin, end, name=name)
    roads = built(streets.written(tmp_path), HERE, USUAL).roads
    there, back = courses(roads, [at(0, 50), at(400, 100)], [(0, 1), (1, 0)])
    assert there is not None
    assert back is not None
    assert said(there) == [
        "Go north along 西街: ride 250 m",
        "Turn right into 大桥: ride 400 m",
        "Turn right into 东街: ride 200 m",
    ]
    assert said(back) == [
        "Go north along 东街: ride 200 m",
        "Turn left into 大桥: ride 400 m",
        "Turn left into 西街: ride 250 m",
    ]


def test_where_no_way_leads_nothing_is_said(tmp_path: Path) -> None:
    roads = built(two_banks(bridge=False).written(tmp_path), HERE, USUAL).roads
    assert courses(roads, [at(0, 300), at(0, 600), at(20, 300)], [(0, 1), (0, 2)]) == [None, []]
