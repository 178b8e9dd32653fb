"""Minutes over roads: read from real extracts, the quickest way, and never through the river."""

from __future__ import annotations

import heapq
from dataclasses import fields
from math import ceil, hypot
from pathlib import Path
from random import Random

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way

from app.delivery.travel.box import Box, box_around
from app.delivery.travel.estimate import NO_WAY_SECONDS, durations_between
from app.delivery.travel.network.arrays import BrokenNetwork, Network
from app.delivery.travel.network.minutes import Roads
from app.delivery.travel.roads import built
from app.delivery.travel.speeds import USUAL, Speeds
from app.errors import DomainError
from tests.factories.streets import HERE, Spot, Streets, at, two_banks

FAR_AWAY = Box(121.3, 31.1, 121.6, 31.3)


def roads(streets: Streets, folder: Path, speeds: Speeds = USUAL) -> Roads:
    return built(streets.written(folder), HERE, speeds).roads


def seconds(metres: float, metres_per_hour: int = USUAL.road) -> int:
    return ceil(metres * 3600 / metres_per_hour)


def ride(over: Roads, start: Spot, end: Spot) -> int:
    return over.durations([at(*start)], [at(*end)])[0][0]


def about(expected: int) -> object:
    """Coordinates are whole units of a centimetre, and the earth is laid flat."""
    return pytest.approx(expected, abs=2)


def test_minutes_go_over_the_bridge(tmp_path: Path) -> None:
    over = roads(two_banks(), tmp_path)
    assert ride(over, (0, 300), (0, 600)) == about(seconds(1000 + 300 + 1000))
    assert ride(over, (1000, 0), (1000, 900)) == about(seconds(900))
    # The straight line, however carefully it is stretched, would have swum.
    assert ride(over, (0, 300), (0, 600)) > 4 * durations_between([at(0, 300), at(0, 600)])[0][1]


def test_without_the_bridge_no_way_leads_across_nor_by_ferry_nor_over_the_motorway(tmp_path: Path) -> None:
    streets = two_banks(bridge=False)
    streets.way((0, 300), (0, 600), highway=None, route="ferry", bicycle="yes")
    streets.way((100, 300), (100, 600), highway="motorway")
    streets.way((200, 300), (200, 600), highway="steps")
    streets.way((300, 300), (300, 600), highway="service", access="private")
    over = roads(streets, tmp_path)
    assert ride(over, (0, 300), (0, 600)) == NO_WAY_SECONDS
    assert ride(over, (0, 600), (500, 900)) == about(seconds(800))


def test_a_one_way_loop_is_ridden_round(tmp_path: Path) -> None:
    ring: list[Spot] = [(0, 0), (400, 0), (400, 400), (0, 400)]
    over = roads(Streets().way(*ring, ring[0], oneway="yes"), tmp_path)
    assert ride(over, (100, 0), (300, 0)) == about(seconds(200))
    assert ride(over, (300, 0), (100, 0)) == about(seconds(1400))
    assert ride(over, (400, 200), (200, 400)) == about(seconds(400))


def test_a_house_on_the_corner_of_a_one_way_street_is_left_by_either_street(tmp_path: Path) -> None:
    ring: list[Spot] = [(0, 0), (400, 0), (400, 400), (0, 400)]
    over = roads(Streets().way(*ring, ring[0], oneway="yes").way((0, 0), (-400, 0)), tmp_path)
    assert ride(over, (10, 0), (-300, 0)) == about(seconds(300) + seconds(10, USUAL.pushed))
    assert ride(over, (50, 0), (-300, 0)) == about(seconds(1550 + 300))


def test_bicycles_ride_against_a_one_way_street_where_they_may(tmp_path: Path) -> None:
    ring: list[Spot] = [(0, 0), (400, 0), (400, 400), (0, 400)]
    over = roads(Streets().way(*ring, ring[0], oneway="yes", oneway__bicycle="no"), tmp_path)
    assert ride(over, (300, 0), (100, 0)) == about(seconds(200))


def test_a_footway_is_pushed_when_that_is_quicker_than_riding_round(tmp_path: Path) -> None:
    streets = two_banks().way((500, 300), (500, 600), highway="footway", bridge="yes")
    over = roads(streets, tmp_path)
    pushed = seconds(300, USUAL.pushed)
    assert ride(over, (500, 300), (500, 600)) == about(pushed)
    assert ride(over, (0, 300), (0, 600)) == about(seconds(1000) + pushed)
    assert ride(over, (1000, 300), (1000, 600)) == about(seconds(300))


def test_an_island_is_not_reached_though_it_is_near(tmp_path: Path) -> None:
    streets = Streets().grid(8, 4).way((100, 420), (300, 420)).way((300, 420), (300, 500))
    over = roads(streets, tmp_path)
    assert over.reaches([at(0, 0), at(200, 480)]) == [True, False]
    assert over.durations([at(0, 0), at(200, 480)], [at(200, 480), at(0, 0)]) == (
        (NO_WAY_SECONDS, 0),
        (0, NO_WAY_SECONDS),
    )


def test_a_scrap_of_road_at_the_door_does_not_hide_the_street_beside_it(tmp_path: Path) -> None:
    over = roads(Streets().grid(4, 4).way((110, 20), (190, 20), highway="footway"), tmp_path)
    assert over.reaches([at(150, 18)]) == [True]


def test_a_door_far_from_every_road_is_not_reached(tmp_path: Path) -> None:
    over = roads(Streets().grid(4, 4), tmp_path)
    assert over.reaches([at(150, -190), at(150, -210)]) == [True, False]
    assert ride(over, (0, 0), (150, -210)) == NO_WAY_SECONDS


def test_the_last_metres_to_the_door_are_walked(tmp_path: Path) -> None:
    over = roads(Streets().grid(8, 2), tmp_path)
    assert ride(over, (0, 0), (550, -40)) == about(seconds(550) + seconds(40, USUAL.pushed))


def test_neighbours_in_a_building_are_walked_between(tmp_path: Path) -> None:
    over = roads(Streets().grid(8, 2), tmp_path)
    assert ride(over, (550, -40), (555, -40)) == about(seconds(5, USUAL.pushed))
    assert ride(over, (550, -40), (550, -40)) == 0


def test_a_private_gate_closes_a_street_and_a_bollard_does_not(tmp_path: Path) -> None:
    streets = two_banks()
    streets.way((0, 300), (0, 450), (0, 600)).barrier((0, 450), access="private")
    assert ride(roads(streets, tmp_path), (0, 300), (0, 600)) == about(seconds(2300))
    streets.barrier((0, 450), barrier="bollard")
    assert ride(roads(streets, tmp_path), (0, 300), (0, 600)) == about(seconds(300))


def test_a_bend_is_as_long_as_it_is_drawn(tmp_path: Path) -> None:
    bend: list[Spot] = [(0, 0), (0, 300), (300, 300), (300, 0)]
    over = roads(Streets().way(*bend), tmp_path)
    assert ride(over, (0, 0), (300, 0)) == about(seconds(900))
    assert ride(over, (0, 150), (150, 300)) == about(seconds(300))


def test_the_speeds_of_the_day_count(tmp_path: Path) -> None:
    slow = roads(Streets().grid(8, 2), tmp_path, Speeds(road=6_500))
    assert ride(slow, (0, 0), (700, 0)) == about(seconds(700, 6_500))


@pytest.mark.parametrize("seed", range(4))
def test_the_quickest_way_equals_an_independent_search(tmp_path: Path, seed: int) -> None:
    """Random one-way streets and footways; doors at junctions, so that both searches begin alike."""
    chance = Random(seed)  # noqa: S311 - a test's chance
    streets, arcs = Streets(), dict[Spot, list[tuple[Spot, float]]]()
    spots = [(column * 100.0, row * 100.0) for column in range(7) for row in range(7)]
    for spot in spots:
        for there in ((spot[0] + 100, spot[1]), (spot[0], spot[1] + 100)):
            if there not in spots or chance.random() < 0.15:
                continue
            one_way, foot = chance.random() < 0.4, chance.random() < 0.2
            streets.way(spot, there, highway="footway" if foot else "road", oneway="yes" if one_way else "no")
            cost = 100 * 3600 / (USUAL.pushed if foot else USUAL.road)
            arcs.setdefault(spot, []).append((there, cost))
            if foot or not one_way:
                arcs.setdefault(there, []).append((spot, cost))
    over = roads(streets, tmp_path)
    main = [spot for spot in spots if over.reaches([at(*spot)])[0]]
    doors = chance.sample(main, 8)
    found = over.durations([at(*door) for door in doors], [at(*door) for door in doors])
    for start, row in zip(doors, found, strict=True):
        best = searched(arcs, start)
        assert list(row) == [about(ceil(best[door])) for door in doors]
    # Searching backwards from fewer ends finds the same.
    columns = over.durations([at(*door) for door in doors], [at(*doors[0])])
    assert [row[0] for row in columns] == [row[0] for row in found]


def searched(arcs: dict[Spot, list[tuple[Spot, float]]], start: Spot) -> dict[Spot, float]:
    best, waiting = {start: 0.0}, [(0.0, start)]
    while waiting:
        cost, here = heapq.heappop(waiting)
        if cost > best[here]:
            continue
        for there, more in arcs.get(here, []):
            if cost + more < best.get(there, float("inf")):
                best[there] = cost + more
                heapq.heappush(waiting, (cost + more, there))
    return best


def test_kept_roads_are_the_same_when_they_are_read_again(tmp_path: Path) -> None:
    first = built(two_banks().written(tmp_path), HERE, USUAL)
    again = Network.from_bytes(first.content)
    for each in fields(Network):
        assert np.array_equal(getattr(again, each.name), getattr(first.roads.network, each.name))
    assert first.junctions == again.junctions == 88
    assert first.metres == pytest.approx(2 * (4 * 1000 + 11 * 300) + 300, rel=0.001)
    assert {again.name_of(piece) for piece in range(again.pieces)} >= {"彩虹桥", "幸福1路"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no network"])
def test_bytes_that_are_no_network_are_refused(content: bytes) -> None:
    with pytest.raises(BrokenNetwork):
        Network.from_bytes(content)


def test_only_what_lies_around_the_district_is_kept(tmp_path: Path) -> None:
    streets = Streets().grid(4, 4).grid(4, 4, west=30_000)
    file = streets.written(tmp_path)
    assert built(file, HERE, USUAL).junctions == 16
    wide = box_around([at(0, 0), at(30_000, 0)])
    assert built(file, wide, USUAL).junctions == 32


def refused(file: Path, box: Box = HERE) -> str:
    with pytest.raises(DomainError) as error:
        built(file, box, USUAL)
    return str(error.value.message)


def test_another_citys_extract_is_refused_with_where_it_lies(tmp_path: Path) -> None:
    said = refused(Streets().grid(4, 4).written(tmp_path), FAR_AWAY)
    assert "no roads in this district: it covers 28.11" in said
    assert "the sites lie in 31.100–31.300 N, 121.300–121.600 E" in said
    in_header = refused(Streets().grid(4, 4).written(tmp_path, covers=HERE), FAR_AWAY)
    assert "it covers 28.0" in in_header


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    file = Streets().way((0, 0), (100, 0), highway=None, building="yes").written(tmp_path)
    assert refused(file).endswith("city.osm.pbf has no roads.")


def test_a_file_that_was_cut_short_or_is_something_else_is_refused(tmp_path: Path) -> None:
    whole = two_banks(columns=60).written(tmp_path).read_bytes()
    file = tmp_path / "short.osm.pbf"
    for length in (100, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert "is broken or cut short" in refused(file)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    file.write_bytes(damaged)
    assert "is broken or cut short" in refused(file)
    for content in (b"", b"<osm/>", b"\x00" * 200):
        file.write_bytes(content)
        assert "is no .osm.pbf file" in refused(file)
    assert "cannot be read" in refused(tmp_path / "missing.osm.pbf")


def test_an_enormous_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = two_banks().written(tmp_path)
    with file.open("r+b") as opened:
        opened.truncate(1025 * 1024 * 1024)  # sparse: no disk is filled
    assert "is larger than 1024 MB" in refused(file)


def test_a_way_that_leaves_the_extract_ends_there(tmp_path: Path) -> None:
    """Extracts name nodes beyond their edge without their coordinates."""
    file = tmp_path / "edge.osm.pbf"
    with osmium.SimpleWriter(str(file)) as writer:
        for number in (1, 2, 4, 5):
            writer.add_node(Node(id=number, location=at(number * 100, 0)))
        writer.add_way(Way(id=1, nodes=[1, 2, 3, 4, 5], tags={"highway": "road"}))
    assert built(file, HERE, USUAL).metres == pytest.approx(200, rel=0.01)


def test_the_way_between_doors_is_never_shorter_than_the_straight_line(tmp_path: Path) -> None:
    over = roads(two_banks(), tmp_path)
    chance = Random(1)  # noqa: S311 - a test's chance
    doors = [
        (chance.uniform(0, 1000), chance.choice([-50.0, 950.0]) + chance.uniform(0, 40)) for _ in range(20)
    ]
    found = over.durations([at(*door) for door in doors], [at(*door) for door in doors])
    for here, row in zip(doors, found, strict=True):
        for there, took in zip(doors, row, strict=True):
            assert took >= hypot(here[0] - there[0], here[1] - there[1]) * 3600 / USUAL.road - 2
