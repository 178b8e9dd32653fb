"""The demo's land: everything inside the border, each community in its own street."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import mean

from stdnum.cn import uscc

from app.areas.rules import Outline
from app.canteens.rules import SiteKind, Sitting
from app.demo.rules.chance import Lot, id_at, stream
from app.demo.rules.land import STREETS
from app.place import Point
from tests.factories.demo import TODAY, land, open_sites, outline


def test_every_community_lies_in_the_district_and_nearest_to_its_own_street() -> None:
    assert len(land()) == 99
    for community in land():
        assert outline().contains(community.middle)
        nearest = min(STREETS, key=lambda code: STREETS[code].middle.metres_to(community.middle))
        assert nearest == community.street_code


def test_the_border_leaves_out_what_lies_across_the_river() -> None:
    assert not outline().contains(Point(28.18, 112.94))
    assert not outline().contains(Point(28.25, 112.97))


def test_the_streets_run_from_north_to_south() -> None:
    latitudes = [
        mean(community.middle.lat for community in land() if community.street_code == code)
        for code in ("430103002", "430103005", "430103009", "430103015", "430103016")
    ]
    assert latitudes == sorted(latitudes, reverse=True)


def test_most_people_live_in_the_north() -> None:
    share = sum(community.share for community in land())
    north = sum(community.share for community in land() if community.middle.lat > 28.10)
    assert 0.7 < north / share < 0.9


def test_another_seed_makes_another_land() -> None:
    assert land(1) == land(1)
    assert {community.middle for community in land(1)} != {community.middle for community in land(2)}


def test_each_street_has_a_canteen_that_feeds_its_service_points() -> None:
    canteens = {site.record.site_code: site for site in open_sites() if site.record.kind is SiteKind.CANTEEN}
    points = [site for site in open_sites() if site.record.kind is SiteKind.SERVICE_POINT]
    assert sorted(canteens) == [f"C{number:02}" for number in range(1, 15)]
    assert [site.record.site_code for site in points] == [f"P{number:02}" for number in range(1, 53)]
    assert {site.record.area_code[:9] for site in canteens.values()} == set(STREETS)
    for point in points:
        if point.record.kitchen_code is not None:
            assert canteens[point.record.kitchen_code].record.area_code[:9] == point.record.area_code[:9]
    assert sum(point.record.kitchen_code is None for point in points) == 5


def test_sites_have_their_own_names_and_places_and_plausible_prices() -> None:
    assert len({site.record.name for site in open_sites()}) == 66
    bands = {Sitting.BREAKFAST: (500, 600), Sitting.LUNCH: (1200, 1600), Sitting.DINNER: (1000, 1200)}
    for site in open_sites():
        assert outline().contains(site.place)
        assert site.record.uscc is not None
        assert uscc.is_valid(site.record.uscc)
        assert "示例" in site.record.operator
        for sitting, price_fen in site.prices_fen.items():
            assert bands[sitting][0] <= price_fen <= bands[sitting][1]


def test_one_site_opened_last_month_and_one_closed_at_its_end() -> None:
    by_code = {site.record.site_code: site.record for site in open_sites()}
    assert by_code["P51"].opened_on == TODAY.replace(month=10, day=15)
    assert by_code["P52"].closed_on == TODAY.replace(day=1)
    others = [record for code, record in by_code.items() if code not in {"P51", "P52"}]
    assert all(record.opened_on.year < 2025 and record.closed_on is None for record in others)


def test_ids_are_of_version_7_and_sort_by_their_instant() -> None:
    random = stream(1, "ids")
    start = datetime(2026, 11, 1, tzinfo=UTC)
    ids = [id_at(start + timedelta(milliseconds=step), random) for step in range(200)]
    assert ids == sorted(ids)
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}


def test_a_lot_is_drawn_as_often_as_its_weights_say() -> None:
    random = stream(1, "lot")
    lot = Lot({"often": 3.0, "rarely": 1.0, "never": 0.0})
    drawn = [lot.draw(random) for _ in range(4000)]
    assert 0.72 < drawn.count("often") / 4000 < 0.78
    assert "never" not in drawn


def test_a_hollow_border_is_told_from_the_inside() -> None:
    bay = Outline([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4), (0, 0)])
    assert bay.contains(Point(0.5, 2))
    assert not bay.contains(Point(3, 2))
