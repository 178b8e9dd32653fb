"""A worker at the phone: a regular does not come, is called and found; another's record arrives late."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect

from app import clock
from app.canteens.rules import Sitting
from app.care.rules.watching import DEFAULT_ORDER
from app.care.service.watch import watch_sitting
from app.delivery.rules.family import NewContact, Relation
from app.delivery.service.family import add_contact
from app.meals import service as meals
from app.meals.rules import Channel, LedgerEntry
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.factories.delivery import LONG_AGO, kitchen, neighbour

PHONE: ViewportSize = {"width": 390, "height": 844}


def eat(resident_no: str, *, days_ago: int, number: int) -> None:
    at = clock.now() - timedelta(days=days_ago)
    entry = LedgerEntry(
        id=UUID(int=number),
        resident_no=resident_no,
        site_code="C01",
        served_on=clock.on(at),
        sitting=Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=15_00,
        served_at=at,
        recorded_by="U-1",
    )
    meals.take([entry], by=COMMAND, at=at)


@pytest.fixture
def worker(app: Flask) -> str:  # noqa: ARG001 - asked for its context
    """Let two regulars be missed; give the sign-in name of who calls them."""
    with transaction():
        kitchen()
        for person, (number, name) in enumerate((("R-1", "王秀兰"), ("R-2", "赵迟到"), ("R-3", "孙来了"))):
            neighbour(number, name=name)
            for week in (1, 2, 3, 4):
                eat(number, days_ago=7 * week, number=100 * person + week)
        eat("R-3", days_ago=0, number=999)
        contact = NewContact("王小红", Relation.CHILD, "13900001111", LONG_AGO)
        add_contact("R-1", contact, by=COMMAND, at=clock.now())
        watch_sitting(Sitting.LUNCH, DEFAULT_ORDER, by=COMMAND, at=clock.now())
    return user(Role.COMMUNITY_WORKER, area="430103005001").username


def test_a_regular_is_called_and_found_and_a_late_record_ends_another_case(page: Page, worker: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(worker)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto("/care")
    expect(page.get_by_role("link", name="赵迟到")).to_be_visible()
    expect(page.get_by_role("link", name="孙来了")).to_have_count(0)
    page.get_by_role("link", name="王秀兰").click()
    expect(page.get_by_text("现在要做：给老人打电话")).to_be_visible()
    page.get_by_role("button", name="拨打 ****5678").click()
    expect(page.get_by_role("link", name="13812345678")).to_have_attribute("href", "tel:13812345678")
    page.get_by_label("没联系上").check()
    page.get_by_role("button", name="登记这一步").click()
    expect(page.get_by_text("现在要做：联系家属")).to_be_visible()
    page.get_by_role("button", name="拨打 139****1111").click()
    expect(page.get_by_role("link", name="13900001111")).to_be_visible()
    page.get_by_label("已弄清老人情况").check()
    page.get_by_role("button", name="登记这一步").click()
    expect(page.get_by_text("现在要做：结案")).to_be_visible()
    page.get_by_label("住院中").check()
    page.get_by_role("button", name="由我结案").click()
    page.locator("a[href*='absences/new']").click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("住院").first).to_be_visible()

    with transaction():
        eat("R-2", days_ago=0, number=998)
    page.goto("/care")
    expect(page.get_by_text("没有待处置的")).to_be_visible()
    expect(page.get_by_text("就餐记录迟到")).to_be_visible()
