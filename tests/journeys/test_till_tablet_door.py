"""What stands before the counter: the tablet's code, the lock, the PIN, the language, the end of a tablet."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import Meal
from app.roles import COMMAND
from app.till import service
from app.till.models import Tablet
from app.transaction import transaction
from tests.factories import counter as make
from tests.support.counter import ADDRESS, Counter, hold_clock

PIN_PAD = ".pinpad"


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()
    make.staff()


@pytest.fixture
def till(page: Page) -> Counter:
    """Give an enrolled till that is locked."""
    till = Counter(page)
    till.enrol(make.code())
    return till


@pytest.fixture
def cut_off(context: BrowserContext) -> Counter:
    """Give an enrolled, locked till in a tab that may complain of the network, which the test takes away."""
    till = Counter(context.new_page())
    till.enrol(make.code())
    return till


def recorded_by() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Meal.recorded_by).where(Meal.tablet != "").order_by(Meal.seq)))


# ---- Enrolment ----


def test_a_code_is_typed_as_it_was_heard(page: Page) -> None:
    code = make.code("窗口二")
    page.goto(ADDRESS)
    page.get_by_label("注册码").fill(f"{code[:4].lower()} {code[4:].lower()}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("C01老年食堂 (C01)")).to_be_visible()
    expect(page.get_by_text("窗口二 (T-1)")).to_be_visible()
    expect(page.get_by_text("名单已到，共 5 人。")).to_be_visible()


def test_a_wrong_code_is_told_from_one_that_is_too_short(context: BrowserContext) -> None:
    page = context.new_page()  # Here the browser is right to complain of the answer.
    page.goto(ADDRESS)
    page.get_by_label("注册码").fill("K7M2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="注册码是 8 位字母和数字。")).to_be_visible()
    page.get_by_label("注册码").fill("K7M29QXT")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="注册码不对或已过期")).to_be_visible()


def test_a_link_enrols_and_leaves_no_code_in_the_address(page: Page) -> None:
    code = make.code()
    page.goto(ADDRESS)
    expect(page.get_by_label("注册码")).to_be_focused()
    page.evaluate("code => { location.hash = `#enrol=${code}`; }", code)
    expect(page.get_by_text("名单已到")).to_be_visible()
    assert code not in page.url


# ---- The lock ----


def test_a_wrong_pin_makes_the_next_attempt_wait(till: Counter) -> None:
    page = till.page
    page.get_by_role("button", name="周小兰").click()
    for _ in range(3):
        till.type_pin("9999")
        expect(page.get_by_role("alert").filter(has_text="PIN 码不对")).to_be_visible()
    expect(page.locator(f"{PIN_PAD} button:enabled")).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\d 秒后再试"))).to_be_visible()
    # Loading the page anew does not shorten the wait.
    page.reload()
    page.get_by_role("button", name="周小兰").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\d 秒后再试"))).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="现在可以再试")).to_be_visible()
    till.type_pin("2580")
    expect(till.faces.first).to_be_visible()


def test_a_forgotten_pin_stops_nobody_and_the_record_says_so(till: Counter) -> None:
    till.unlock_as_nobody()
    expect(till.page.locator("#person")).to_contain_text("未确认")
    till.face("王秀英").click()
    till.until_sent(1)
    assert recorded_by() == [""]


def test_who_has_no_pin_learns_how_to_get_one_and_may_record_meanwhile(page: Page) -> None:
    make.staff("黄丽", pin=None)
    till = Counter(page)
    till.enrol(make.code())
    page.get_by_role("button", name="黄丽").click()
    expect(page.get_by_text("我的 PIN 码")).to_be_visible()
    page.get_by_role("button", name="先记餐（不确认是谁）").click()
    expect(till.faces.first).to_be_visible()


def test_the_person_is_changed_by_one_tap_and_each_meal_names_its_own(page: Page) -> None:
    make.staff("黄丽", pin="4826")
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    till.face("王秀英").click()
    expect(till.receipt).to_be_visible()
    till.tap(page.locator("#person"))
    expect(page.get_by_role("heading", name="现在谁在窗口？")).to_be_visible()
    expect(page.get_by_text("王秀英")).to_have_count(0)
    till.unlock("黄丽", "4826")
    till.face("李建国").click()
    till.until_sent(2)
    assert till.taps == 1
    assert recorded_by() == ["U-1", "U-2"]


def test_a_till_that_nobody_touches_locks_itself(page: Page) -> None:
    hold_clock(page)
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    page.clock.fast_forward("04:30")
    expect(till.faces.first).to_be_visible()
    page.mouse.click(5, 400)
    page.clock.fast_forward("04:30")
    expect(till.faces.first).to_be_visible()
    page.clock.fast_forward("00:40")
    expect(page.get_by_role("heading", name="现在谁在窗口？")).to_be_visible()


def test_the_pin_is_checked_without_a_network(cut_off: Counter) -> None:
    page = cut_off.page
    page.context.set_offline(offline=True)
    cut_off.unlock()
    cut_off.face("王秀英").click()
    expect(cut_off.receipt).to_contain_text("收 12.00 元")
    expect(cut_off.pill).to_contain_text("没有网络")
    expect(cut_off.pill).to_contain_text("已保存 1")


# ---- Without a network, and in English ----


def kept_for_use_offline(page: Page) -> None:
    """Wait until the browser has everything that the page needs."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def test_the_page_starts_again_without_a_network_and_nothing_is_lost(cut_off: Counter) -> None:
    page = cut_off.page
    kept_for_use_offline(page)
    page.context.set_offline(offline=True)
    page.reload()
    cut_off.unlock()
    cut_off.face("王秀英").click()
    expect(cut_off.receipt).to_be_visible()
    page.reload()
    cut_off.unlock()
    expect(cut_off.meals.first).to_contain_text("王秀英")
    expect(cut_off.pill).to_contain_text("已保存 1")
    page.context.set_offline(offline=False)
    cut_off.until_sent(1)
    assert recorded_by() == ["U-1"]


def test_the_language_is_switched_without_a_network_and_stays(cut_off: Counter) -> None:
    page = cut_off.page
    cut_off.unlock()
    kept_for_use_offline(page)
    page.context.set_offline(offline=True)
    page.locator("#pill").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Who is at the counter?")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    # What stands on the home screen is the Chinese page; it remembers.
    page.goto(ADDRESS)
    expect(page.get_by_role("heading", name="Who is at the counter?")).to_be_visible()
    page.get_by_role("button", name="周小兰").click()
    cut_off.type_pin("2580")
    cut_off.face("王秀英").click()
    expect(cut_off.receipt).to_contain_text("collect 12.00 yuan")


# ---- The end of a tablet ----


def test_a_tablet_that_was_switched_off_forgets_everybody_and_says_what_is_left(
    context: BrowserContext,
) -> None:
    page = context.new_page()  # Here the browser is right to complain of the answer.
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    with transaction():
        service.revoke("T-1", by=COMMAND, at=clock.now())
    till.face("王秀英").click()
    expect(page.get_by_role("heading", name="这台平板已停用")).to_be_visible()
    expect(page.get_by_text("这台平板上还有 1 条记录没有上传。")).to_be_visible()
    expect(page.get_by_text("王秀英")).to_have_count(0)
    page.get_by_role("button", name="上传、存储与设置").last.click()
    # From here no way leads to a counter, and nothing is offered that cannot work.
    expect(page.locator("#person")).to_be_hidden()
    expect(page.get_by_role("button", name="立即上传")).to_be_disabled()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出到文件").click()
    assert download.value.suggested_filename.startswith("till-T-1-")
    expect(page.get_by_text("已存为 till-T-1-")).to_be_visible()
    db.session.rollback()
    assert db.session.scalars(select(Tablet)).one().wiped_at is not None


def test_a_tablet_that_is_enrolled_anew_sends_what_was_left(context: BrowserContext) -> None:
    page = context.new_page()
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    with transaction():
        service.revoke("T-1", by=COMMAND, at=clock.now())
    till.face("王秀英").click()
    page.get_by_role("button", name="重新注册").click()
    expect(page.get_by_text("这台平板上还有 1 条记录没有上传，注册后会自动上传。")).to_be_visible()
    page.get_by_label("注册码").fill(make.code("前台（新）"))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="开始使用").click()
    till.unlock()
    till.until_sent(1)
    assert recorded_by() == ["U-1"]
