"""The pages on closed sittings: each till beside the ledger, what is open first, and closing the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.auth import service as auth
from app.extensions import db
from app.meals.rules import Payment
from app.roles import Role
from app.till import service
from app.till.models import DayClose
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import NOON, entry, taken
from tests.factories.till import record
from tests.factories.worklist import sent, tablet
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
CLOSES = "/tablets/closes"
DESK = f"{CLOSES}/desk/C01/2026-03-02/lunch"


@pytest.fixture(autouse=True)
def noon(app: Flask) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON + timedelta(hours=1), tick=False) as traveller:
        with transaction():
            canteen("C01")
            canteen("C02", "430103005002")
            elder("R-000001")
            policy_row(policy())
        yield traveller


@pytest.fixture
def staff(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_STAFF, site_code="C01")


def rows(page: Element) -> list[str]:
    return [row.text for body in page.all("tbody") for row in body.all("tr")]


def closed_on_tablet(tablet_id: int, **changes: object) -> None:
    close = {
        "id": str(UUID(int=5)),
        "served_on": "2026-03-02",
        "sitting": "lunch",
        "closed_at": "2026-03-02T12:40:00+08:00",
        "by": "U-1",
        "meals": {"dine_in": 2, "take_away": 1, "delivered": 0},
        "reversed": 0,
        "unregistered": 1,
        "subsidised": 1,
        "cash_expected_fen": 27_00,
        "cash_counted_fen": 26_50,
        "reason": "找零少了五角",
        "signature": "00",
        **changes,
    }
    with transaction():
        service.take_closes(tablet_id, [close], at=NOON + timedelta(minutes=50))


def test_a_day_without_meals_says_so(staff: PageClient) -> None:
    assert "这一天没有记录" in staff.page(CLOSES).text


def test_what_is_open_comes_first_then_what_differs(staff: PageClient) -> None:
    first, second, third = tablet(), tablet(name="二号"), tablet(name="三号")
    sent(first, record(1))
    sent(second, record(2))
    sent(third, record(3))
    closed_on_tablet(first, meals={"dine_in": 1}, unregistered=0)
    closed_on_tablet(second, id=str(UUID(int=6)))
    page = staff.page(CLOSES)
    assert [next(name for name in ("前台", "二号", "三号") if name in row) for row in rows(page)] == [
        "三号",
        "二号",
        "前台",
    ]
    assert "1 个未日结" in page.text
    assert "1 个与台账不符" in page.text


def test_a_closing_is_shown_beside_the_ledger_with_its_cash(staff: PageClient) -> None:
    till = tablet()
    sent(till, record(1), record(2, resident=""))
    closed_on_tablet(till)
    (row,) = rows(staff.page(CLOSES))
    for told in (
        "已日结",
        "堂食 2",
        "打包 1 台账 0",
        "享受补贴 1",
        "未登记 1",
        "应收 27.00",
        "实点 26.50",
        "少 0.50",
        "找零少了五角",
        "测试员 · 03-02 12:40",
        "未签字",
    ):
        assert told in row
    assert "堂食 2 台账" not in row


def test_a_closing_by_nobody_that_is_known_shows_the_number(staff: PageClient) -> None:
    till = tablet()
    sent(till, record(1))
    closed_on_tablet(till, by="U-77")
    (row,) = rows(staff.page(CLOSES))
    assert "U-77 · 03-02 12:40" in row


def test_a_meal_after_the_closing_opens_it_again(staff: PageClient) -> None:
    till = tablet()
    sent(till, record(1))
    closed_on_tablet(till)
    sent(till, record(3000, served_at="2026-03-02T12:50:00+08:00"))
    (row,) = rows(staff.page(CLOSES))
    assert "未日结 12:40 之后还有记餐" in row
    closed_on_tablet(till, id=str(UUID(int=6)), closed_at="2026-03-02T12:55:00+08:00")
    (row,) = rows(staff.page(CLOSES))
    assert "已日结" in row
    assert "日结过 2 次" in row


def test_another_day_is_asked_for(staff: PageClient) -> None:
    taken(entry(1))
    page = staff.page(f"{CLOSES}?day=2026-03-01")
    assert "这一天没有记录" in page.text
    assert len(rows(staff.page(f"{CLOSES}?day=2026-03-02"))) == 1
    assert len(rows(staff.page(f"{CLOSES}?day=yesterday"))) == 1


def test_each_site_sees_its_own(staff: PageClient, signed_in: SignedIn) -> None:
    taken(entry(1), entry(2, site_code="C02"))
    assert [row for row in rows(staff.page(CLOSES)) if "C02" in row] == []
    assert len(rows(signed_in(Role.FINANCE).page(CLOSES))) == 2
    assert signed_in(Role.FINANCE, area="430104").page(CLOSES).all("tbody") == []


def test_the_desk_is_closed_with_the_cash_that_was_counted(staff: PageClient) -> None:
    taken(entry(1), entry(2, resident_no=""), entry(3, resident_no="", payment=Payment.PHONE))
    (link,) = [
        each.get("href")
        for each in staff.page(CLOSES).all("a")
        if each.text == "日结" and "desk" in each.get("href")
    ]
    assert link == DESK
    page = staff.page(link)
    assert "应收现金 27.00" in page.text
    assert "您还没有 PIN 码" in page.text
    form = closing(page)
    done = staff.submit(form, at=DESK, counted="27")
    assert "已日结" in rows(done)[0]
    kept = db.session.execute(select(DayClose)).scalar_one()
    assert (kept.dine_in, kept.cash_counted_fen, kept.is_signed, kept.tablet_id) == (3, 27_00, False, None)
    # Pressed again from the page that stood open: the same closing.
    staff.submit(form, at=DESK, counted="27")
    assert len(db.session.execute(select(DayClose)).scalars().all()) == 1


def closing(page: Element) -> Element:
    (form,) = [each for each in page.one("main").all("form") if each.all("input", name="counted")]
    return form


def test_a_difference_is_explained_or_refused(staff: PageClient) -> None:
    taken(entry(1))
    page = staff.submit(closing(staff.page(DESK)), at=DESK, counted="11", status=422)
    (wrong,) = [each for each in page.all("div") if "wrong" in each.get("class").split()]
    assert "请说明原因" in wrong.text
    done = staff.submit(closing(page), at=DESK, reason="少收一元")
    assert "少 1.00 少收一元" in rows(done)[0]


def test_what_is_no_amount_is_refused(staff: PageClient) -> None:
    taken(entry(1))
    assert "请清点现金" in staff.submit(closing(staff.page(DESK)), at=DESK, status=422).text
    assert "一些" in staff.submit(closing(staff.page(DESK)), at=DESK, counted="一些", status=422).text


def test_a_meal_that_came_meanwhile_is_counted_again(staff: PageClient) -> None:
    taken(entry(1))
    form = closing(staff.page(DESK))
    taken(entry(2, resident_no=""))
    page = staff.submit(form, at=DESK, counted="12", status=422)
    assert "刚才又有记餐或撤销" in page.text
    assert "应收现金 27.00" in page.text
    assert "已日结" in rows(staff.submit(closing(page), at=DESK, counted="27"))[0]


def test_the_right_pin_signs(app: Flask) -> None:
    member = user(Role.SITE_STAFF, site_code="C01")
    with transaction():
        auth.set_pin(member.user_no, "2580", by=member.actor, at=NOON)
    taken(entry(1))
    client = app.test_client()
    assert isinstance(client, PageClient)
    staff = client.sign_in(member)
    form = closing(staff.page(DESK))
    assert "PIN 码不对" in staff.submit(form, at=DESK, counted="12", pin="2581", status=422).text
    done = staff.submit(form, at=DESK, counted="12", pin="2580")
    assert "已签字" in rows(done)[0]


def test_guessing_a_pin_is_slowed_down(app: Flask) -> None:
    member = user(Role.SITE_STAFF, site_code="C01")
    with transaction():
        auth.set_pin(member.user_no, "2580", by=member.actor, at=NOON)
    taken(entry(1))
    client = app.test_client()
    assert isinstance(client, PageClient)
    staff = client.sign_in(member)
    form = closing(staff.page(DESK))
    for _ in range(20):
        staff.submit(form, at=DESK, counted="12", pin="2581", status=422)
    page = staff.submit(form, at=DESK, counted="12", pin="2580", status=422)
    assert "尝试次数过多" in page.text
    assert db.session.execute(select(DayClose)).scalars().all() == []


def test_a_second_closing_says_what_it_replaces(staff: PageClient) -> None:
    taken(entry(1))
    staff.submit(closing(staff.page(DESK)), at=DESK, counted="12")
    assert "已在 13:00 日结过，1 份" in staff.page(DESK).text


@pytest.mark.parametrize("address", ["C02/2026-03-02/lunch", "C01/yesterday/lunch", "C01/2026-03-02/tea"])
def test_an_address_that_leads_nowhere_is_not_found(staff: PageClient, address: str) -> None:
    assert staff.get(f"{CLOSES}/desk/{address}").status_code == 404


def test_a_sitting_without_meals_has_nothing_to_close(staff: PageClient) -> None:
    page = staff.page(f"{CLOSES}/desk/C01/2026-03-02/dinner")
    assert "这一餐前台没有记录" in page.text
    assert page.one("main").all("form") == []


def test_who_may_not_record_finds_no_button(signed_in: SignedIn) -> None:
    taken(entry(1))
    page = signed_in(Role.COMMUNITY_WORKER).page(CLOSES)
    assert [each.get("href") for each in page.all("a") if "desk" in each.get("href")] == []


def test_the_till_leads_to_the_closing(staff: PageClient) -> None:
    assert [each for each in staff.page("/meals/till").all("a") if each.get("href") == DESK] == []
    taken(entry(1))
    assert [each.text for each in staff.page("/meals/till").all("a") if each.get("href") == DESK] == ["日结"]
