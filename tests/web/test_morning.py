"""The pages of the morning: the list is seen, confirmed by a name, and late when nobody did; its labels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from app.clock import today
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
MORNING = "/delivery/morning/C01?on=2026-11-23"


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        subscribed(neighbour("R-1", name="王秀兰"), diet="软食")
        subscribed(neighbour("R-2", name="李建国", sex="male"), diet="", from_on=today())


def said(page: Element) -> str:
    return " ".join(page.one("main").texts())


def test_a_kitchen_confirms_what_it_saw_and_gets_its_labels(signed_in: SignedIn) -> None:
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    page = staff.page("/delivery/morning/C01")
    words = said(page)
    assert "李爷爷" in words
    assert "李建国" not in words
    assert "新增" in words
    forms = [form for form in page.one("main").all("form") if form.get("method") == "post"]
    assert "名单无误" not in said(staff.submit(forms[0]))
    assert "1 个厨房都已确认" in said(staff.page("/delivery/morning"))
    assert "名单又有变化" in said(staff.submit(forms[0], status=422, seen="another"))
    labels = staff.get("/delivery/morning/C01/labels.pdf")
    assert labels.data.startswith(b"%PDF")


def test_a_list_that_nobody_confirmed_in_time_is_late_for_the_officer(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    # A day long past: its time is over, whatever the clock says while the test runs.
    words = said(officer.page("/delivery/morning?on=2026-02-02"))
    assert "超时" in words
    assert "1 个厨房中有 1 个没有确认名单" in words
    assert "1 个厨房中 0 个已确认名单" in said(officer.page("/delivery?on=2026-02-02"))


def test_a_list_confirmed_after_the_time_says_so_and_one_of_next_week_waits(signed_in: SignedIn) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 0, 59, tzinfo=UTC), tick=False) as clock:
        staff, other = signed_in(Role.SITE_STAFF, site_code="C01"), signed_in(Role.DISTRICT_OFFICER)
        (form,) = (
            each for each in staff.page(MORNING).one("main").all("form") if each.get("method") == "post"
        )
        assert "晚于截止时间" not in said(staff.submit(form, at=MORNING))
        ahead = "/delivery/morning/C01?on=2026-11-30"
        assert "当天或前一天才确认" in said(staff.page(ahead))
        assert "名单无误" not in said(staff.page(ahead))
        assert "请到时再来" in said(staff.send(ahead, status=422, seen=""))
        with transaction():
            subscribed(neighbour("R-3"), kitchen_code=kitchen("C02").site_code)
        clock.move_to(datetime(2026, 11, 23, 1, 1, tzinfo=UTC))
        late = other.page("/delivery/morning/C02?on=2026-11-23")
        (form,) = (each for each in late.one("main").all("form") if each.get("method") == "post")
        assert "晚于截止时间" in said(other.submit(form, at="/delivery/morning/C02?on=2026-11-23"))
        overview = said(other.page("/delivery/morning?on=2026-11-23"))
        assert overview.count("晚于截止时间") == 1


def test_who_only_looks_does_not_confirm(signed_in: SignedIn) -> None:
    assert "名单无误" not in said(signed_in(Role.AUDITOR).page("/delivery/morning/C01"))
