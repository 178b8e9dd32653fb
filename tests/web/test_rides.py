"""A rider's phone: what its link shows and takes, and what it never does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.clock import SHANGHAI, today
from app.delivery.models import ReportAside, Rider, RiderLink, StopReport
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import mark_of
from app.delivery.service import (
    draft_plan,
    issue_links,
    keep_plan,
    keep_roads,
    link_token,
    read_extract,
    release_plan,
)
from app.extensions import db
from app.meals.models import Meal
from app.residents.models import Resident, ResidentCategory
from app.residents.rules.facts import Category
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.factories.streets import Streets
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
DAY = "/api/v1/rides/day"
REPORTS = "/api/v1/rides/reports"
WAYS = "/api/v1/rides/ways"
PHONES = "/api/v1/rides/phones"


@pytest.fixture(autouse=True)
def _a_released_day(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Two kitchens, each with a rider and a door."""
    with transaction() as session:
        for number, code in ((1, "C01"), (2, "C02")):
            kitchen(code)
            rider(f"Q-00{number}", kitchen_code=code)
            person = neighbour(f"R-{number}", name=("王秀兰", "赵远方")[number - 1])
            person.identity_number = "11010519491231002X"
            session.add(
                ResidentCategory(
                    resident_id=person.id,
                    category=Category.INCAPACITATED,
                    grade="severe",
                    from_on=LONG_AGO.date(),
                    evidence="",
                )
            )
            subscribed(person, kitchen_code=code)
    for code in ("C01", "C02"):
        draft = draft_plan(today(), Sitting.LUNCH, code, effort=Effort(seconds=0.3), by=COMMAND, at=LONG_AGO)
        with transaction():
            keep_plan(draft, by=COMMAND, at=LONG_AGO)
            release_plan(today(), Sitting.LUNCH, code, seen=mark_of(()), by=COMMAND, at=LONG_AGO)
            issue_links(today(), code, by=COMMAND, at=LONG_AGO)


def bearer(rider_no: str = "Q-001") -> dict[str, str]:
    db.session.rollback()
    links = db.session.execute(select(RiderLink).where(RiderLink.revoked_at.is_(None))).scalars()
    (token,) = [link_token(link) for link in links if link.rider.rider_no == rider_no]
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def the_day(client: PageClient, rider_no: str = "Q-001") -> Any:  # noqa: ANN401 - JSON
    return client.get(DAY, headers=bearer(rider_no)).json


def report(run: int, outcome: str = "handed_over", **changes: object) -> dict[str, object]:
    now = datetime.now(SHANGHAI).isoformat(timespec="milliseconds")
    return {
        "id": str(uuid4()),
        "run": run,
        "position": 1,
        "outcome": outcome,
        "happened_at": now,
        "note": "",
    } | changes


def send(client: PageClient, *reports: object, rider_no: str = "Q-001") -> list[str]:
    answer = client.post(REPORTS, json={"reports": list(reports), "unsent": 0}, headers=bearer(rider_no))
    assert answer.status_code == 200
    assert answer.json is not None
    return [receipt["status"] for receipt in answer.json["receipts"]]


def test_a_link_shows_its_rider_s_own_doors_and_what_a_door_needs(client: PageClient) -> None:
    answer = client.get(DAY, headers=bearer())
    (run,) = answer.json["runs"]  # type: ignore[index]  # an object
    (stop,) = run["stops"]
    assert (stop["name"], stop["masked"]) == ("王奶奶", "138****5678")
    assert (stop["diet"], stop["note"], stop["stairs"]) == ("软食", "敲门请大声", "6 楼，无电梯")
    assert sorted(stop["maps"]) == ["amap", "baidu", "baidu_app", "tencent"]
    for kept_back in (
        "13812345678",
        "R-1",
        "王秀兰",
        "11010519491231002X",
        "incapacitated",
        "失能",
        "赵",
        "C02",
    ):
        assert kept_back not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def looks() -> list[tuple[str, str]]:
    """Give whose number was sent to whom."""
    db.session.rollback()
    sent = select(AuditEntry).where(AuditEntry.action == "resident.phone_sent").order_by(AuditEntry.seq)
    return [(each.actor, each.subject) for each in db.session.execute(sent).scalars()]


def test_whole_numbers_come_apart_and_each_door_is_on_the_trail_once_for_a_link(client: PageClient) -> None:
    (run,) = the_day(client)["runs"]
    assert looks() == []
    for _ in range(3):
        answer = client.post(PHONES, json={}, headers=bearer())
        assert answer.json == {"phones": {f"{run['run']}:1": "13812345678"}}
        assert answer.headers["Cache-Control"] == "no-store"
    assert looks() == [("Q-001", "resident:R-1")]
    client.post(PHONES, json={}, headers=bearer("Q-002"))
    assert looks() == [("Q-001", "resident:R-1"), ("Q-002", "resident:R-2")]


def test_a_number_that_is_not_known_is_no_look(client: PageClient) -> None:
    with transaction() as session:
        session.execute(update(Resident).values(phone=None))
    assert client.post(PHONES, json={}, headers=bearer()).json == {"phones": {}}
    assert looks() == []


def test_after_its_day_a_link_gives_no_number(client: PageClient) -> None:
    with time_machine.travel(datetime.combine(today() + timedelta(days=1), time(12), tzinfo=SHANGHAI)):
        assert client.post(PHONES, json={}, headers=bearer()).json == {"phones": {}}
    assert looks() == []


def test_a_hand_over_is_a_meal_once_and_is_told_to_the_phone_and_the_kitchen(
    client: PageClient, signed_in: SignedIn
) -> None:
    run = the_day(client)["runs"][0]["run"]
    told = report(run)
    assert send(client, told) == ["accepted"]
    assert send(client, told, report(run)) == ["accepted"] * 2
    assert [meal.resident_no for meal in db.session.execute(select(Meal)).scalars()] == ["R-1"]
    assert the_day(client)["runs"][0]["stops"][0]["outcome"] == "handed_over"
    page = signed_in(Role.SITE_STAFF, site_code="C01").page("/delivery/kitchens/C01")
    assert "骑手手机" in " ".join(page.one("main").texts())


def test_a_phone_whose_clock_is_wrong_is_told_to_the_kitchen(client: PageClient, signed_in: SignedIn) -> None:
    late = (datetime.now(SHANGHAI) - timedelta(days=3, minutes=5)).isoformat(timespec="milliseconds")
    run = the_day(client)["runs"][0]
    told = report(run["run"], happened_at=late)
    client.post(REPORTS, json={"reports": [told], "unsent": 0, "phone_time": late}, headers=bearer())
    page = signed_in(Role.SITE_STAFF, site_code="C01").page("/delivery/kitchens/C01")
    assert "手机时钟慢了 3 天" in " ".join(page.one("main").texts())
    (meal,) = db.session.execute(select(Meal)).scalars()
    assert meal.served_on == today(), "the planned minute stands"


def test_what_cannot_be_taken_is_kept_apart_and_holds_nothing_up(
    client: PageClient, signed_in: SignedIn
) -> None:
    mine, others = (the_day(client, rider_no)["runs"][0]["run"] for rider_no in ("Q-001", "Q-002"))
    known = report(mine, "no_answer")
    changed = known | {"outcome": "handed_over"}
    batch = [
        known,
        report(others),
        {"id": 5},
        "x",
        changed,
        report(mine, position=9),
        report(mine, "refused"),
    ]
    expected = [
        "accepted",
        "quarantined",
        "quarantined",
        "quarantined",
        "conflict",
        "quarantined",
        "accepted",
    ]
    assert send(client, *batch) == expected
    assert send(client, *batch) == expected
    assert len(db.session.execute(select(ReportAside)).scalars().all()) == 5
    assert db.session.execute(select(Meal)).scalars().all() == []
    page = signed_in(Role.SITE_STAFF, site_code="C01").page("/delivery/kitchens/C01/links")
    assert "另存 5 条" in " ".join(page.one("main").texts())


def test_what_was_kept_apart_is_read_taken_for_the_right_stop_or_set_aside(
    client: PageClient, signed_in: SignedIn
) -> None:
    mine, others = (the_day(client, rider_no)["runs"][0]["run"] for rider_no in ("Q-001", "Q-002"))
    sent = report(mine, "no_answer", position=9, note="打 13812345678 没人接")
    assert send(client, sent, {"id": 5}) == ["quarantined"] * 2
    staff, colleague = (signed_in(Role.SITE_STAFF, site_code="C01") for _ in range(2))
    pages = [staff.page("/delivery/asides/1"), colleague.page("/delivery/asides/1")]
    assert "138****5678" in " ".join(pages[0].one("main").texts())
    taking, taking_too = (_form_to(page, "/take") for page in pages)
    elsewhere = staff.submit(taking, status=422, stop=f"{others}:1", at="")
    assert _form_to(elsewhere, "/take")
    done = staff.submit(taking, stop=f"{mine}:1", at="", note="按错了站")
    assert "已接收" in " ".join(done.one("main").texts())
    (fact,) = db.session.execute(select(StopReport)).scalars()
    assert (fact.outcome.value, fact.reported_by, fact.note) == ("no_answer", "Q-001", "按错了站")
    told = colleague.submit(taking_too, status=422, stop=f"{mine}:1", at="")
    assert "这条回报已有人处理" in " ".join(told.one("main").texts())
    leaving = _form_to(staff.page("/delivery/asides/2"), "/aside")
    staff.submit(leaving, status=422, reason=" ")
    listed = staff.submit(leaving, reason="问过骑手，多点了一下")
    assert "没有待处理" in " ".join(listed.one("main").texts())
    assert "另存" not in " ".join(staff.page("/delivery/kitchens/C01/links").one("main").texts())


def test_what_another_kitchen_s_riders_sent_is_not_shown(client: PageClient, signed_in: SignedIn) -> None:
    assert send(client, "x") == ["quarantined"]
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    other.page("/delivery/asides/1", status=404)
    assert other.page("/delivery/asides").one("main").all("tr") == []


def _form_to(page: Element, action: str) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("action").endswith(action))


def test_a_revoked_link_opens_nothing_and_another_is_made(client: PageClient, signed_in: SignedIn) -> None:
    old = bearer()
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    page = staff.page("/delivery/kitchens/C01/links")
    (address,) = [
        field.get("value")
        for field in page.all("input")
        if field.get("readonly") is not None and "#" in field.get("value")
    ]
    assert re.fullmatch(r"http://localhost/ride/#[\w-]{54}", address)
    form = next(form for form in page.one("main").all("form") if "停用" in form.text)
    page = staff.submit(form)
    for method, path in (("get", DAY), ("post", REPORTS)):
        answer = getattr(client, method)(
            path, headers=old, json={"reports": []} if method == "post" else None
        )
        assert (answer.status_code, answer.json["error"]) == (401, "revoked")
    form = next(form for form in page.one("main").all("form") if "生成" in form.text)
    assert "已生成 1 个链接" in " ".join(staff.submit(form).one("main").texts())
    assert bearer() != old
    assert client.get(DAY, headers=bearer()).status_code == 200
    assert staff.get("/delivery/kitchens/C02/links").status_code == 404


def test_after_its_day_a_link_shows_nobody_and_still_takes_what_the_phone_kept(client: PageClient) -> None:
    run = the_day(client)["runs"][0]["run"]
    headers = bearer()
    with transaction() as session:
        session.execute(update(RiderLink).values(served_on=today().replace(year=2020)))
    assert client.get(DAY, headers=headers).status_code == 401, "another day has another signature"
    late = datetime.now(SHANGHAI).date().toordinal() - 3
    with transaction() as session:
        session.execute(update(RiderLink).values(served_on=datetime.fromordinal(late).date()))
    day = client.get(DAY, headers=bearer()).json
    assert (day["expired"], day["runs"]) == (True, [])  # type: ignore[index]  # an object
    assert send(client, report(run)) == ["quarantined"], "the run is of another day than the link"


@pytest.mark.parametrize("token", ["", "x", "A" * 22 + "0" * 32, "王" * 54])
def test_no_other_token_opens_anything(client: PageClient, token: str) -> None:
    answer = client.get(DAY, headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})
    assert (answer.status_code, answer.json["error"]) == (401, "unknown")  # type: ignore[index]  # an object


def test_bodies_that_are_no_batch_are_refused(client: PageClient) -> None:
    assert client.post(REPORTS, data=b"[]", headers=bearer()).status_code == 400
    too_many = client.post(REPORTS, json={"reports": [{}] * 201}, headers=bearer())
    assert too_many.status_code == 413


def test_the_page_holds_nothing_of_anybody_and_its_worker_keeps_all_its_files(client: PageClient) -> None:
    page = client.get("/ride/")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert page.text == client.get("/ride/").text
    worker = client.get("/ride/worker.js").text
    for name in re.findall(r'from "\.\.?/(?:till/)?(\w+\.js)"', "".join(_sources(client, worker))):
        assert f"/{name}" in worker, name
    assert client.get("/ride/manifest.webmanifest").json["start_url"] == "/ride/"  # type: ignore[index]  # an object


def _sources(client: PageClient, worker: str) -> list[str]:
    files = set(re.findall(r'"(/static/[\w/]+\.js)"', worker))
    assert len(files) >= 10
    sources = []
    for file in sorted(files):
        with client.get(file) as answer:
            sources.append(answer.get_data(as_text=True))
    return sources


def test_the_way_to_each_door_is_told_to_its_own_rider_where_it_was_planned_over_roads(
    client: PageClient, tmp_path: Path
) -> None:
    assert client.get(WAYS, headers=bearer()).json == {"ways": {}}
    extract = read_extract(Streets().grid(11, 11, west=-500, south=-500).written(tmp_path), at=LONG_AGO)
    with transaction() as session:
        keep_roads(extract, by=COMMAND, at=LONG_AGO)
        person = session.execute(select(Resident).where(Resident.resident_no == "R-1")).scalar_one()
        subscribed(person, kitchen_code="C01", sitting=Sitting.DINNER)
        session.execute(update(Rider).values(shift_until_seconds=20 * 3600))
    draft = draft_plan(today(), Sitting.DINNER, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)
        release_plan(today(), Sitting.DINNER, "C01", seen=mark_of(()), by=COMMAND, at=LONG_AGO)
    lunch, dinner = the_day(client)["runs"]
    told = client.get(WAYS, headers=bearer()).json
    # Lunch was promised by an estimate, which knows no streets.
    assert told == {"ways": {f"{dinner['run']}:1": ["向北沿建设6路骑行 220 米"]}}, lunch
    assert client.get(WAYS, headers=bearer("Q-002")).json == {"ways": {}}
    assert client.get(WAYS).status_code == 401


def greet(client: PageClient, phone: object) -> None:
    body = {"reports": [], "unsent": 0, "phone": phone}
    assert client.post(REPORTS, json=body, headers=bearer()).status_code == 200


def test_a_link_that_was_passed_on_shows_on_how_many_phones(client: PageClient, signed_in: SignedIn) -> None:
    staff, mine = signed_in(Role.SITE_STAFF, site_code="C01"), str(uuid4())
    for phone in (mine, mine, "nonsense", None, 7):
        greet(client, phone)
    alone = " ".join(staff.page("/delivery/kitchens/C01/links").one("main").texts())
    assert "部手机上打开过" not in alone
    for _ in range(25):
        greet(client, str(uuid4()))
    passed_on = " ".join(staff.page("/delivery/kitchens/C01/links").one("main").texts())
    assert "在 20 部手机上打开过" in passed_on
    assert "请停用" in passed_on


def test_the_rider_s_own_map_is_named_to_the_phone(client: PageClient, signed_in: SignedIn) -> None:
    assert the_day(client)["runs"][0]["map"] == "amap"
    worker = signed_in(Role.COMMUNITY_WORKER)
    page = worker.page("/delivery/riders/Q-001")
    form = next(form for form in page.one("main").all("form") if form.get("action").endswith("/map"))
    assert "手机上的地图 百度导航" in " ".join(worker.submit(form, map_app="baidu").one("main").texts())
    assert worker.submit(form, status=422, map_app="elsewhere")
    assert the_day(client)["runs"][0]["map"] == "baidu"
