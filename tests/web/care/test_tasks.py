"""The pages on who did not come: the list, the calls, the closing and where it leads, and what is ordered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.care.rules.watching import DEFAULT_ORDER
from app.care.service.watch import watch, watch_sitting
from app.delivery.rules.family import NewContact, Relation
from app.delivery.service.family import add_contact
from app.extensions import db
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT, lunch, regular
from tests.factories.delivery import kitchen
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
CARE = "/care"
HERE = {"area": "430103005001"}


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(LOOKED_AT, tick=False) as traveller:
        with transaction():
            kitchen()
            regular("R-1")
            regular("R-2", name="赵远方", area_code="430103006001")
            regular("R-3", name="孙来了")
            lunch("R-3")
            watch(by=COMMAND, at=LOOKED_AT)
        yield traveller


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element, action: str) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("action").endswith(action))


def test_many_who_wait_are_turned_through_twenty_at_a_time(signed_in: SignedIn) -> None:
    with transaction():
        for number in range(10, 31):
            regular(f"R-{number}", name=f"老人{number}")
        watch_sitting(Sitting.LUNCH, DEFAULT_ORDER, by=COMMAND, at=LOOKED_AT)
    officer = signed_in(Role.DISTRICT_OFFICER)
    first = officer.page(CARE)
    assert "23 待处置" in words(first)
    assert len(first.all("h2", "li", **{"class": "card case"})) == 20
    second = officer.page(f"{CARE}?page=2")
    assert len(second.all("li", **{"class": "card case"})) == 3
    assert second.one("ol", **{"class": "cases"}).get("start") == "21"
    links = [link.get("href") for page in (first, second) for link in page.all("a")]
    seen = {link for link in links if "/care/meals/" in link}
    assert len(seen) == 23
    over = officer.page(f"{CARE}?over=1")
    assert over.all("li", **{"class": "card case"}) == []


def test_a_worker_sees_those_of_the_own_community_with_what_is_known(signed_in: SignedIn) -> None:
    listed = words(signed_in(Role.COMMUNITY_WORKER, **HERE).page(CARE))
    assert "王秀兰" in listed
    assert "赵远方" not in listed
    assert "孙来了" not in listed
    assert "12:40 前" in listed
    page = words(signed_in(Role.COMMUNITY_WORKER, **HERE).page(f"{CARE}/meals/1"))
    assert "独居" in page
    assert "最近 4 个同样的星期几来了 4 次" in page
    assert "2026-11-20" in page
    signed_in(Role.COMMUNITY_WORKER, area="430103007").page(f"{CARE}/meals/1", status=404)
    signed_in(Role.SITE_STAFF, site_code="C01").page(CARE, status=403)


def test_a_phone_is_masked_until_somebody_calls_and_the_look_is_recorded(signed_in: SignedIn) -> None:
    with transaction():
        contact = NewContact("王小红", Relation.CHILD, "13900001111", FRIDAY)
        add_contact("R-1", contact, by=COMMAND, at=LOOKED_AT)
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    page = worker.page(f"{CARE}/meals/1")
    assert "13812345678" not in words(page)
    assert "13900001111" not in words(page)
    called = worker.submit(form_of(page, "/meals/1/phone"))
    assert "tel:13812345678" in [link.get("href") for link in called.one("main").all("a")]
    family = next(form for form in called.one("main").all("form") if "/contacts/" in form.get("action"))
    assert "13900001111" in words(worker.submit(family))
    looks = db.session.execute(
        select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.action.contains("phone_revealed"))
    ).all()
    assert [tuple(each) for each in looks] == [
        ("resident.phone_revealed", "resident:R-1"),
        ("family_contact.phone_revealed", "resident:R-1"),
    ]


def test_steps_lead_to_an_outcome_and_a_stay_in_hospital_ends_it_everywhere(
    signed_in: SignedIn, clock: time_machine.Traveller
) -> None:
    worker, colleague = (signed_in(Role.COMMUNITY_WORKER, **HERE) for _ in range(2))
    page, other = worker.page(f"{CARE}/meals/1"), colleague.page(f"{CARE}/meals/1")
    clock.move_to(LOOKED_AT + timedelta(minutes=22))
    assert "已超时 2 分钟" in words(worker.page(CARE))
    noted = worker.submit(form_of(page, "/steps"), step="resident", result="not_reached", note="没人接")
    assert "现在要做：联系家属" in words(noted)
    too_late = colleague.submit(form_of(other, "/steps"), step="resident", result="reached", status=422)
    assert "刚才已有人登记了一步" in words(too_late)
    closed = worker.submit(form_of(noted, "/close"), outcome="hospital", words="家属说住院")
    assert "住院中" in words(closed)
    refused = colleague.submit(form_of(other, "/close"), outcome="well", status=422)
    assert "已有人结案" in words(refused)
    (way,) = [link.get("href") for link in closed.one("main").all("a") if "absences/new" in link.get("href")]
    absence = worker.page(way)
    assert absence.one("input", name="from_on").get("value") == "2026-11-27"
    worker.submit(absence.one("main").all("form")[0], at=way)
    assert "住院" in words(worker.page("/residents/R-1"))
    with transaction():
        (later,) = watch(by=COMMAND, at=LOOKED_AT + timedelta(days=7))
    assert (later.regulars, later.absent) == (3, 2)  # All but who is in hospital.


def test_a_meal_that_arrives_late_is_said_and_nothing_is_left_to_do(signed_in: SignedIn) -> None:
    with transaction():
        lunch("R-1", at=LOOKED_AT + timedelta(minutes=8))
    page = signed_in(Role.COMMUNITY_WORKER, **HERE).page(f"{CARE}/meals/1")
    assert "12:28 到达，本事项自动结束" in words(page)
    assert [
        form.get("action") for form in page.one("main").all("form") if "/steps" in form.get("action")
    ] == []


def test_the_button_looks_now(signed_in: SignedIn, clock: time_machine.Traveller) -> None:
    with transaction():
        regular("R-9", name="钱新增")
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    after = worker.submit(form_of(worker.page(CARE), "/watch"))
    assert "新增 1 人" in " ".join(after.texts())
    clock.move_to(LOOKED_AT + timedelta(hours=6))
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    assert "现在没有要巡查的餐次" in " ".join(worker.submit(form_of(worker.page(CARE), "/watch")).texts())


def test_what_is_ordered_is_shown_to_all_and_changed_by_the_office(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(f"{CARE}/order")
    changed: dict[str, Any] = {"came": "2", "of": "3", "from_on": "2026-11-28", "dinner": "18:10"}
    after = officer.submit(form_of(page, "/order"), **changed)
    assert "最近 3 个相同星期几至少来过 2 次" in words(after)
    assert "最近 4 个相同星期几至少来过 3 次" in words(after)
    assert "晚餐从 18:10 起巡查" in words(after)
    refused = officer.submit(form_of(page, "/order"), came="5", of="3", status=422)
    assert "次数不能多于所看的天数" in words(refused)
    looking_on = signed_in(Role.COMMUNITY_WORKER, **HERE).page(f"{CARE}/order")
    assert looking_on.one("main").all("form") == []


def test_a_month_s_figures_count_what_was_closed_in_time(
    signed_in: SignedIn, clock: time_machine.Traveller
) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    clock.move_to(LOOKED_AT + timedelta(minutes=10))
    worker.submit(form_of(worker.page(f"{CARE}/meals/1"), "/close"), outcome="well", words="")
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(f"{CARE}/figures?month=2026-11")
    total = list(page.all("tfoot")[0].texts())
    assert total == ["合计", "2", "1", "1", "0", "1"]
    csv = officer.get(f"{CARE}/figures.csv?month=2026-11").get_data().decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in csv[:-1]] == ["类型", "未到餐", "未到餐"]
    book = officer.get(f"{CARE}/figures.xlsx?month=2026-11")
    assert book.get_data().startswith(b"PK")
    assert words(worker.page(f"{CARE}/figures?month=2026-10")).count("本月没有") == 2
