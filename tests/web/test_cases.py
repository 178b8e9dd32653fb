"""The pages of cases: what waits, the most urgent first, what a person notes, and what the rider is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.rules.family import NewContact, Relation
from app.delivery.rules.proof import Outcome, StopReport, Via
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, issue_links, keep_plan, link_token, release_plan, take_reports
from app.delivery.service.family import add_contact
from app.delivery.service.food import CookedAt, note_cooked
from app.extensions import db
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CASES = "/delivery/cases"


@pytest.fixture(autouse=True)
def a_clock(app: Flask) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON, tick=False) as traveller:
        with transaction():
            kitchen()
            rider()
            subscribed(neighbour("R-1"))
            subscribed(neighbour("R-2", north=0.004, name="赵远方", area_code="430103006001"))
        draft = draft_plan(
            MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=NOON - timedelta(hours=4)
        )
        with transaction():
            keep_plan(draft, by=COMMAND, at=NOON)
            release_plan(MONDAY, Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=NOON)
        for number in (1, 2):
            knock(number, minutes=4 * number)
        traveller.move_to(NOON + timedelta(minutes=11))
        yield traveller


def knock(number: int, *, minutes: int) -> None:
    plan = queries.released_plan_of(MONDAY, Sitting.LUNCH, "C01")
    assert plan is not None
    run, stop = next(
        (run, stop)
        for run in plan.runs
        for stop in run.stops
        if stop.subscription.resident.resident_no == f"R-{number}"
    )
    report = StopReport(
        UUID(int=number), run.id, stop.position, Outcome.NO_ANSWER, NOON, Via.LINK, "Q-001", "门锁着"
    )
    with transaction():
        take_reports([report], by=COMMAND, at=NOON + timedelta(minutes=minutes))


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element, action: str) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("action").endswith(action))


def test_what_is_late_stands_first_and_only_what_is_within_the_scope(signed_in: SignedIn) -> None:
    officer = words(signed_in(Role.DISTRICT_OFFICER).page(CASES))
    assert officer.index("王秀兰") < officer.index("赵远方")
    assert "已超时 2 分钟" in officer
    assert "12:13 前" in officer
    worker = words(signed_in(Role.COMMUNITY_WORKER, area="430103006001").page(CASES))
    assert "赵远方" in worker
    assert "王秀兰" not in worker


def test_the_kitchen_sees_its_cases_without_names_and_only_looks_where_it_may(signed_in: SignedIn) -> None:
    page = words(signed_in(Role.SITE_STAFF, site_code="C01").page(CASES))
    assert "王奶奶" in page
    assert "王秀兰" not in page
    looking_on = signed_in(Role.STREET_REVIEWER).page(f"{CASES}/1")
    assert [form for form in looking_on.one("main").all("form") if form.get("method") == "post"] == []
    signed_in(Role.COMMUNITY_WORKER, area="430103007").page(f"{CASES}/1", status=404)


def test_a_case_is_stepped_through_and_closed_and_the_other_is_told(signed_in: SignedIn) -> None:
    worker, colleague = (signed_in(Role.COMMUNITY_WORKER, area="430103005001") for _ in range(2))
    page, other = worker.page(f"{CASES}/1"), colleague.page(f"{CASES}/1")
    assert "现在要做：给老人打电话" in words(page)
    assert "13812345678" not in words(page)
    assert "13812345678" in words(worker.submit(form_of(page, "/phone")))
    noted = worker.submit(form_of(page, "/steps"), step="resident", result="not_reached", note="响了没人接")
    assert "现在要做：联系家属" in words(noted)
    too_late = colleague.submit(form_of(other, "/steps"), step="family", result="reached", status=422)
    assert "刚才已有人登记了一步" in words(too_late)
    worker.submit(form_of(noted, "/close"), outcome="well", words="在午睡")
    refused = colleague.submit(form_of(other, "/close"), outcome="away", status=422)
    assert "已有人结案：老人平安" in words(refused)
    assert "在午睡" in words(worker.page(CASES))
    assert "没有待处置的" in words(worker.page(CASES))


def test_what_is_ordered_is_shown_to_all_and_changed_by_the_office(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(f"{CASES}/order")
    changed: dict[str, Any] = {
        "from_on": "2026-11-24",
        "step_2": "community",
        "step_3": "",
        "minutes_3": "",
        "step_4": "",
        "minutes_4": "",
    }
    broken = officer.submit(form_of(page, "/order"), **changed | {"minutes_2": ""}, status=422)
    assert "每一步都要写分钟数" in words(broken)
    twice = officer.submit(form_of(page, "/order"), **changed | {"step_2": "resident"}, status=422)
    assert "同一步不能出现两次" in words(twice)
    assert "尚未执行" in words(officer.submit(form_of(page, "/order"), **changed))
    staff = signed_in(Role.SITE_STAFF, site_code="C01").page(f"{CASES}/order")
    assert [form for form in staff.one("main").all("form") if form.get("method") == "post"] == []


def test_the_kitchen_s_page_leads_to_the_case(signed_in: SignedIn) -> None:
    page = signed_in(Role.SITE_STAFF, site_code="C01").page(f"/delivery/kitchens/C01?on={MONDAY.isoformat()}")
    assert f"{CASES}/1" in [link.get("href") for link in page.one("main").all("a")]


def test_a_rider_s_phone_knows_how_long_to_wait_and_when_the_meal_ends(client: PageClient) -> None:
    with transaction():
        issue_links(MONDAY, "C01", by=COMMAND, at=NOON)
    (person,) = queries.riders_sent(MONDAY, "C01")
    token = link_token(queries.links_of([person.id], MONDAY)[person.id])
    day = client.get("/api/v1/rides/day", headers={"Authorization": f"Bearer {token}"}).json
    assert day is not None
    assert day["no_answer"] == {"wait": 5, "meal": "kitchen"}
    for run in day["runs"]:
        loaded, until = (int(run[key][:2]) * 60 + int(run[key][3:]) for key in ("load_at", "until"))
        assert until - loaded == 90, "half an hour before loading is assumed"
        assert "按装餐前 30 分钟" in run["cooked"]
    with transaction():
        note_cooked("C01", CookedAt(MONDAY, Sitting.LUNCH, 10 * 3600 + 300), by=COMMAND, at=NOON)
    day = client.get("/api/v1/rides/day", headers={"Authorization": f"Bearer {token}"}).json
    assert day is not None
    assert {(run["until"], run["cooked"]) for run in day["runs"]} == {("12:05", "10:05 出锅，厨房已记")}


def test_a_case_says_what_becomes_of_the_meal_and_until_when_it_may_be_eaten(
    signed_in: SignedIn, a_clock: time_machine.Traveller
) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area="430103005001")
    assert "按装餐前 30 分钟" in words(worker.page(f"{CASES}/1"))
    with transaction():
        note_cooked("C01", CookedAt(MONDAY, Sitting.LUNCH, 10 * 3600 + 840), by=COMMAND, at=NOON)
    a_clock.move_to(NOON + timedelta(minutes=14))
    in_time = words(worker.page(f"{CASES}/1"))
    assert "12:14 前吃" in in_time
    assert "等 5 分钟，之后餐带回厨房" in in_time
    a_clock.move_to(NOON + timedelta(minutes=15))
    assert "12:14 以后不能再吃，已过" in words(worker.page(f"{CASES}/1"))


def test_the_family_is_named_on_the_case_and_its_number_shown_by_name(signed_in: SignedIn) -> None:
    with transaction():
        daughter = NewContact("王小红", Relation.CHILD, "13900001111", MONDAY)
        add_contact("R-1", daughter, by=COMMAND, at=NOON)
        add_contact("R-2", NewContact("赵小军", Relation.CHILD, "13900002222", MONDAY), by=COMMAND, at=NOON)
    worker = signed_in(Role.COMMUNITY_WORKER, area="430103005001")
    page = worker.page(f"{CASES}/1")
    assert "王小红 · 子女" in words(page)
    assert "13900001111" not in words(page)
    assert "13900001111" in words(worker.submit(form_of(page, "/contacts/1/phone")))
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert acts[-1] == "family_contact.phone_revealed"
    token = {"csrf_token": worker.token()}
    assert worker.post(f"{CASES}/1/contacts/2/phone", data=token).status_code == 404
    assert worker.post(f"{CASES}/2/contacts/2/phone", data=token).status_code == 404
