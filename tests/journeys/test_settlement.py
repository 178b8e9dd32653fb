"""A month's way as people go it: held up by what is missing, returned, approved, paid, and explained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from app.roles import Role
from tests.factories.auth import PASSWORD, user
from tests.factories.settlement import NUMBER, a_month
from tests.factories.till import enrolled
from tests.support.looks import faults

DESKS = {
    "manager": Role.SITE_MANAGER,
    "reviewer": Role.STREET_REVIEWER,
    "officer": Role.DISTRICT_OFFICER,
    "director": Role.DISTRICT_OFFICER,
    "finance": Role.FINANCE,
}
TABLET, PHONE = {"width": 820, "height": 1180}, {"width": 390, "height": 844}
MONTH, STATEMENT = "/settlement/2026-10", f"/settlement/statements/{NUMBER}"

Desk = Callable[[str], Page]


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:
    a_month()
    with time_machine.travel(datetime.fromisoformat("2026-10-20T12:00:00+08:00"), tick=False):
        # A tablet of the canteen that has never reported.
        enrolled(app, name="二号")
    for name, role in DESKS.items():
        user(role, username=name, site_code="C01" if role is Role.SITE_MANAGER else None)


@pytest.fixture
def desk(new_context: Callable[[], BrowserContext]) -> Desk:
    """Give each person a browser of their own, in which they are signed in."""
    desks: dict[str, Page] = {}

    def at(name: str) -> Page:
        if name not in desks:
            desks[name] = new_context().new_page()
            desks[name].goto("/sign-in")
            desks[name].get_by_label("登录名").fill(name)
            desks[name].get_by_label("密码").fill(PASSWORD)
            desks[name].get_by_role("button", name="登录").click()
            expect(desks[name].get_by_role("button", name="退出")).to_be_visible()
        return desks[name]

    return at


def answered_for(officer: Page) -> None:
    officer.goto(STATEMENT)
    officer.get_by_text("准予带缺漏申报").click()
    officer.get_by_label("理由（印在结算单上）").fill("二号平板已坏，当日无就餐")
    officer.get_by_role("button", name="由我负责，准予申报").click()
    expect(officer.get_by_text(f"{NUMBER} 可以申报")).to_be_visible()


def test_a_month_goes_from_the_canteen_to_the_payment(desk: Desk) -> None:
    finance, manager, reviewer, officer = (
        desk(name) for name in ("finance", "manager", "reviewer", "officer")
    )
    finance.goto(MONTH)
    finance.get_by_role("button", name="生成结算单草稿").click()
    finance.get_by_role("link", name="C01老年食堂").click()
    expect(finance.get_by_role("heading", name="C01老年食堂")).to_be_visible()

    # What is missing holds it up, and says what it is, until somebody answers for it.
    manager.goto(STATEMENT)
    manager.get_by_role("button", name="申报").click()
    expect(manager.get_by_role("alert")).to_be_visible()
    expect(manager.locator(".gaps")).to_contain_text("T-1 从未联系过")
    answered_for(officer)
    manager.goto(STATEMENT)
    manager.get_by_role("button", name="申报").click()
    expect(manager.get_by_text(f"{NUMBER}：已申报。")).to_be_visible()

    # It goes back with a reason; what was answered for once is asked for again.
    reviewer.goto(STATEMENT)
    reviewer.locator("#way summary", has_text="退回").click()
    reviewer.locator("#way").get_by_label("原因").fill("10月9日的签到表没有附上")
    reviewer.get_by_role("button", name="退回").click()
    expect(reviewer.locator("#way")).to_contain_text("10月9日的签到表没有附上")
    answered_for(officer)
    manager.goto(STATEMENT)
    manager.get_by_role("button", name="申报").click()
    expect(manager.get_by_text(f"{NUMBER}：已申报。")).to_be_visible()
    # Who answered for what is missing does not approve.
    for page, button, status in (
        (reviewer, "审核通过", "已审核"),
        (desk("director"), "审批通过", "已审批"),
        (finance, "确认已支付", "已支付"),
    ):
        page.goto(STATEMENT)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(f"{NUMBER}：{status}。")).to_be_visible()
        expect(page.get_by_role("button", name=button)).to_have_count(0)

    # What prints says who answered for what was missing.
    printed = BytesIO(finance.request.get(f"{STATEMENT}.pdf").body())
    words = "".join(page.extract_text() for page in PdfReader(printed).pages)
    assert "二号平板已坏，当日无就餐" in words
    assert "测试员于" in words.replace(" ", "")
    assert "人民币壹拾" in words


def test_a_line_leads_to_the_reason_of_its_amount(desk: Desk) -> None:
    finance = desk("finance")
    finance.goto(MONTH)
    finance.get_by_role("button", name="生成结算单草稿").click()
    finance.goto(STATEMENT)
    finance.get_by_role("link", name="10-08").first.click()
    expect(finance.get_by_role("heading", name="这一餐为什么是这个金额")).to_be_visible()
    expect(finance.get_by_text("示例〔2026〕1号").first).to_be_visible()


@pytest.mark.parametrize("viewport", [TABLET, PHONE])
def test_the_pages_of_a_month_fit_a_tablet_and_a_phone(desk: Desk, viewport: dict[str, int]) -> None:
    officer = desk("officer")
    finance = desk("finance")
    finance.goto(MONTH)
    finance.get_by_role("button", name="生成结算单草稿").click()
    expect(finance.get_by_role("link", name="C01老年食堂")).to_be_visible()
    officer.set_viewport_size(viewport)  # type: ignore[arg-type]  # a TypedDict of these two
    for address in ("/settlement", MONTH, STATEMENT, f"{MONTH}/portions", "/settlement/rollup/2026"):
        officer.goto(address)
        assert "too wide" not in faults(officer), address
