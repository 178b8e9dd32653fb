"""Maps: what a plan, a run and the ground look like to them, and doors put in their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.clock import today
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import mark_of
from app.delivery.service import concerns_of, draft_plan, keep_plan, keep_roads, read_extract, release_plan
from app.place import Point
from app.roles import COMMAND, Role, Scope
from app.transaction import transaction
from app.web import security
from config import Config
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import KITCHEN_AT, kitchen, neighbour, rider, subscribed
from tests.factories.streets import Streets
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PLACE = "/delivery/places/R-3"


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1", name="王秀兰"))
        subscribed(neighbour("R-2", name="李建国", north=0.004, sex="male"))
        subscribed(neighbour("R-3", name="周玉珍", has_place=False))


def drafted() -> None:
    draft = draft_plan(today(), Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)


def released() -> None:
    drafted()
    with transaction():
        site = site_of("C01", Scope())
        assert site is not None
        (day,) = queries.kitchen_days(today(), Sitting.LUNCH, [site])
        seen = mark_of(concerns_of(day))
        release_plan(today(), Sitting.LUNCH, "C01", seen=seen, by=COMMAND, at=LONG_AGO)


def streets(folder: Path) -> None:
    extract = read_extract(Streets().grid(11, 11, west=-500, south=-200).written(folder), at=LONG_AGO)
    with transaction():
        keep_roads(extract, by=COMMAND, at=LONG_AGO)


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def test_a_plan_is_drawn_with_its_stops_and_along_the_roads(signed_in: SignedIn, tmp_path: Path) -> None:
    streets(tmp_path)
    released()
    officer = signed_in(Role.DISTRICT_OFFICER)
    drawn: Any = officer.get("/delivery/kitchens/C01/map.json").json
    (run,) = drawn["runs"]
    assert [stop["position"] for stop in run["stops"]] == [1, 2]
    assert {stop["name"] for stop in run["stops"]} == {"王秀兰", "李建国"}
    assert len(run["legs"]) == 3
    assert max(len(leg) for leg in run["legs"]) > 2
    assert drawn["circle"]
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    assert "王奶奶" in staff.get("/delivery/kitchens/C01/map.json").text.encode().decode("unicode_escape")
    one: Any = staff.get("/delivery/runs/1/map.json").json
    assert len(one["runs"]) == 1
    assert staff.get("/delivery/kitchens/C02/map.json").status_code == 404
    with transaction():
        kitchen("C02")
    assert signed_in(Role.SITE_STAFF, site_code="C02").get("/delivery/runs/1/map.json").status_code == 404


def test_the_list_is_whole_and_the_picture_stays_without_scripts(signed_in: SignedIn) -> None:
    released()
    page = signed_in(Role.DISTRICT_OFFICER).page("/delivery/kitchens/C01")
    (box,) = [each for each in page.all("div") if each.get("data-rides")]
    assert box.get("hidden") is not None
    assert box.get("data-tiles") == box.get("data-streets") == ""
    assert any("map.svg" in (image.get("src") or "") for image in page.all("img"))


def test_the_ground_is_the_loaded_streets_a_tile_at_a_time(signed_in: SignedIn, tmp_path: Path) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    x, y = 13334, 6857
    assert officer.get(f"/delivery/ground/{x}/{y}.json").status_code == 404
    streets(tmp_path)
    found = [
        line
        for across in (-1, 0, 1)
        for down in (-1, 0, 1)
        for line in officer.get(f"/delivery/ground/{x + across}/{y + down}.json").json or []
    ]
    assert found
    latitude, longitude = found[0][0]
    assert Point(latitude, longitude).metres_to(Point(*KITCHEN_AT)) < 3000
    assert officer.get("/delivery/ground/0/0.json").json == []
    assert officer.get(f"/delivery/ground/{1 << 14}/0.json").status_code == 404
    answer = officer.get(f"/delivery/ground/{x}/{y}.json")
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_door_without_a_place_is_listed_and_put_in_its_place(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    assert "周玉珍" in words(worker.page("/delivery/places"))
    page = worker.page(PLACE)
    north, lon = KITCHEN_AT[0] + 0.002, str(KITCHEN_AT[1])
    lat = str(north)
    without = worker.submit(form_of(page), at=PLACE, lat=lat, lon=lon, datum="", status=422)
    assert "请选择坐标来源" in words(without)
    swapped = worker.submit(form_of(page), at=PLACE, lat=lon, lon=lat, datum="wgs84", status=422)
    assert "填反" in words(swapped)
    beyond = worker.submit(form_of(page), at=PLACE, lat=str(north + 0.2), lon=lon, datum="wgs84", status=422)
    assert "不在本区内" in words(beyond)
    assert "界线外不超过 500 米" in words(page)
    done = worker.submit(form_of(page), at=PLACE, lat=lat, lon=lon, datum="wgs84")
    assert "分钟" in words(done)
    assert "每一户都有坐标" in words(worker.page("/delivery/places"))
    shifted = [str(each) for each in Point(north, KITCHEN_AT[1]).as_gcj02()]
    again = worker.submit(form_of(done), at=PLACE, lat=shifted[0], lon=shifted[1], datum="gcj02")
    (field,) = [each for each in again.all("input") if each.get("name") == "lat"]
    assert float(field.get("value") or 0) == pytest.approx(north, abs=1e-5)
    signed_in(Role.COMMUNITY_WORKER, area="430102").page(PLACE, status=404)


def test_tiles_of_another_host_are_allowed_by_name_alone(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, map_tiles="https://tiles.example.org/{z}/{x}/{y}.png")
    bare = Flask("bare")
    bare.config["MEAL_CIRCLE"] = config
    security.install(bare)
    policy = bare.test_client().get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example.org;" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://a.example.org; script-src */{z}/{x}/{y}",
    ],
)
def test_an_address_that_the_policy_cannot_name_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="MAP_TILES"):
        Config(data_dir=tmp_path, map_tiles=address)


def test_a_door_whose_place_lies_outside_the_district_is_listed(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    assert "坐标在辖区之外" not in words(worker.page("/delivery/places"))
    with transaction():
        subscribed(neighbour("R-4", name="胡玉兰", east=0.5))
        neighbour("R-5", name="不吃的", east=0.5)
    page = worker.page("/delivery/places")
    assert "坐标在辖区之外" in words(page)
    assert "胡玉兰" in words(page)
    assert "28.1155, 113.4834" in words(page)
    assert "不吃的" not in words(page), "who gets nothing at home is not looked for"
    assert [link for link in page.one("main").all("a") if link.get("href") == "/delivery/places/R-4"]
    placed = form_of(worker.page("/delivery/places/R-4"))
    worker.submit(placed, at="/delivery/places/R-4", lat="28.1140", lon="112.9840", datum="wgs84")
    assert "坐标在辖区之外" not in words(worker.page("/delivery/places"))


def test_who_is_left_out_for_a_place_is_one_step_from_the_map(signed_in: SignedIn) -> None:
    drafted()
    page = signed_in(Role.DISTRICT_OFFICER).page("/delivery/kitchens/C01")
    assert [link for link in page.one("main").all("a") if link.get("href") == PLACE]
    by_hand = signed_in(Role.DISTRICT_OFFICER).page("/delivery/kitchens/C01/by-hand")
    assert [link for link in by_hand.one("main").all("a") if link.get("href") == PLACE]
