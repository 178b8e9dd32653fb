"""A piece of a real town, as OpenStreetMap exports it: it opens, and its streets are ridden as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.delivery.travel.box import Box
from app.delivery.travel.network.circle import circle
from app.delivery.travel.network.course import stretches
from app.delivery.travel.network.minutes import Roads
from app.delivery.travel.roads import built
from app.delivery.travel.speeds import USUAL
from app.delivery.travel.turns import directions
from app.errors import DomainError
from tests.factories.streets import HERE

KOTKA = Path(__file__).parents[2] / "data" / "kotka.osm.pbf"
AROUND = Box(26.90, 60.50, 27.00, 60.56)
TAPIONTIE, KANGASKATU = (26.9514178, 60.5204539), (26.9416191, 60.5211139)
"""A door at a street of two carriageways, and one in a side street."""
OUT_OF_TOWN = (26.91, 60.55)


@pytest.fixture(scope="module")
def kotka() -> Roads:
    return built(KOTKA, AROUND, USUAL).roads


def test_it_opens_with_its_streets() -> None:
    read = built(KOTKA, AROUND, USUAL)
    assert (read.junctions, round(read.metres / 1000)) == (526, 58)


def test_each_carriageway_is_ridden_its_own_way(kotka: Roads) -> None:
    (_, there), (back, _) = kotka.durations([TAPIONTIE, KANGASKATU], [TAPIONTIE, KANGASKATU])
    assert (there, back) == (319, 282)


def test_the_way_is_told_by_the_names_on_the_signs(kotka: Roads) -> None:
    (way,) = stretches(kotka, [KANGASKATU, TAPIONTIE], [(0, 1)])
    assert way is not None
    assert [str(each) for each in directions(way)] == [
        "Go north along Kangaskatu: ride 90 m",
        "Turn right into Korpikatu: ride 150 m",
        "Turn left into Suurniitynkatu: ride 230 m",
        "Turn right, still Suurniitynkatu: ride 80 m",
        "Turn right: ride 260 m",
        "Straight on into Tapiontie: ride 200 m",
    ]


def test_fifteen_minutes_reach_across_town_and_no_road_leads_out_of_the_extract(kotka: Roads) -> None:
    (ring,) = circle(kotka, KANGASKATU, 900)
    west, east = min(place[0] for place in ring), max(place[0] for place in ring)
    assert west < TAPIONTIE[0] < east
    assert kotka.reaches([TAPIONTIE, OUT_OF_TOWN]) == [True, False]


def test_a_district_elsewhere_refuses_it() -> None:
    with pytest.raises(DomainError, match="no roads in this district"):
        built(KOTKA, HERE, USUAL)
