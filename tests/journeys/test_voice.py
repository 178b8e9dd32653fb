"""What is not right is said at the table or at the tablet, and comes back as an answer, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select

from app.complaints.models import Complaint
from app.complaints.rules.states import State
from app.extensions import db
from app.roles import Role
from tests.factories import counter as make
from tests.factories.auth import PASSWORD, user
from tests.support.counter import Counter

PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MS = 60_000
WORDS = "汤太咸了，老人吃不了，请少放盐。"


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()
    make.staff()


@pytest.fixture
def office(browser: Browser, live_server: str) -> Callable[..., Page]:
    """Give a maker of office tabs, each signed in by typing the password."""

    def tab(role: Role, username: str, *, site_code: str | None = None) -> Page:
        user(role, area="430103005", site_code=site_code, username=username)
        page = browser.new_context(base_url=live_server, locale="zh-CN").new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/sign-in")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page

    return tab


def kept() -> list[Complaint]:
    db.session.rollback()
    return list(db.session.scalars(select(Complaint).order_by(Complaint.id)))


def test_from_the_code_at_the_table_to_the_answer(
    page: Page, browser: Browser, live_server: str, office: Callable[..., Page]
) -> None:
    assert page
    # An old phone, whose browser runs no script at all.
    phone = browser.new_context(
        base_url=live_server, viewport=PHONE, locale="zh-CN", java_script_enabled=False
    ).new_page()
    phone.set_default_timeout(PATIENCE_MS)
    phone.goto("/voice/C01")
    phone.get_by_label("菜品口味").check()
    phone.get_by_label("您想说什么").fill(WORDS)
    phone.get_by_label("您的电话").fill("139 1234 5678")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("请勾选同意")).to_be_visible()
    phone.get_by_label("我同意留存").check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="谢谢您")).to_be_visible()
    number, code = (phone.locator(".keep dd").nth(place).inner_text() for place in (0, 1))

    worker, manager = office(Role.COMMUNITY_WORKER, "w"), office(Role.SITE_MANAGER, "m", site_code="C01")
    worker.goto("/complaints")
    worker.get_by_role("link", name=number).click()
    expect(worker.get_by_text(WORDS)).to_be_visible()
    worker.get_by_label("承办人").select_option(
        label=next(
            option
            for option in worker.get_by_label("承办人").locator("option").all_inner_texts()
            if "老年食堂" in option
        )
    )
    worker.get_by_role("button", name="派发").click()

    manager.goto("/complaints/1")
    expect(manager.get_by_text(WORDS)).to_be_visible()
    expect(manager.get_by_text("5678")).to_have_count(0)
    manager.get_by_label("答复", exact=True).fill("已要求厨房少放盐。")
    manager.get_by_role("button", name="保存答复").click()

    worker.goto("/complaints/1")
    worker.get_by_role("button", name="显示姓名电话").click()
    expect(worker.get_by_text("13912345678")).to_be_visible()
    worker.goto("/complaints/1")
    worker.get_by_label("回访：满意").check()
    worker.get_by_role("button", name="保存回访").click()
    worker.get_by_role("button", name="办结").click()
    expect(worker.get_by_text("已办结")).to_be_visible()
    assert [each.state for each in kept()] == [State.CLOSED]

    phone.goto("/voice")
    phone.get_by_label("编号").fill(number)
    phone.get_by_label("8 位查询码").fill(code.replace(" ", ""))
    phone.get_by_role("button", name="查询").click()
    expect(phone.get_by_text("已要求厨房少放盐。")).to_be_visible()
    expect(phone.get_by_text(WORDS)).to_have_count(0)


def test_what_is_said_at_a_tablet_without_network_arrives_once(context: BrowserContext) -> None:
    till = Counter(context.new_page())
    till.enrol(make.code())
    page = till.page
    page.get_by_role("button", name="提意见").click()
    page.context.set_offline(offline=True)
    page.get_by_label("您想说什么").fill("太")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("请用几句话写明")).to_be_visible()
    page.get_by_label("您想说什么").fill(WORDS)
    page.get_by_label("您的电话").fill("13912345678")
    page.get_by_label("同意留存电话").check()
    page.get_by_label("食品安全").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".voice .notice")).to_contain_text("已经记下")
    expect(page.locator(".voice .closes li")).to_have_count(1)
    assert kept() == []
    # Nobody's name is behind it: the way back leads to the lock.
    page.get_by_role("button", name="返回").click()
    expect(page.get_by_role("heading", name="谁在窗口")).to_be_visible()
    page.context.set_offline(offline=False)
    page.reload()
    page.get_by_role("button", name="提意见").click()
    expect(page.locator(".voice .closes li")).to_contain_text("SQ-000001")
    page.reload()
    page.get_by_role("button", name="提意见").click()
    expect(page.locator(".voice .closes li")).to_have_count(1)
    [found] = kept()
    assert (found.content, found.phone, found.class_code) == (WORDS, "13912345678", "food_safety")
    # What was said is no longer on the tablet.
    left = page.evaluate(
        """() => new Promise((resolve) => {
          indexedDB.open("meal-circle-till").onsuccess = (event) => {
            const all = event.target.result.transaction("complaints").objectStore("complaints").getAll();
            all.onsuccess = () => resolve(JSON.stringify(all.result));
          };
        })"""
    )
    assert "汤太咸" not in left
    assert "13912345678" not in left
