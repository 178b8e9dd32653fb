"""The end of a sitting, the queue in plain words, and what the server says afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import Meal
from app.meals.rules import sitting_at
from app.till.models import DayClose
from tests.factories import counter as make
from tests.factories.till import enrolled
from tests.support.counter import Counter


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()
    make.staff()


@pytest.fixture
def till(context: BrowserContext) -> Counter:
    """Give an unlocked till in a tab that may complain of the network, which the test takes away."""
    till = Counter(context.new_page())
    till.enrol(make.code())
    till.unlock()
    return till


def closes() -> list[DayClose]:
    db.session.rollback()
    return list(db.session.scalars(select(DayClose).order_by(DayClose.closed_at)))


def count_cash(page: Page, yuan: str, *, pin: str = "2580", reason: str = "") -> None:
    page.get_by_label("实际清点").fill(yuan)
    if reason:
        page.get_by_label("相差的原因").fill(reason)
    page.get_by_label("签字人的 PIN 码").fill(pin)
    page.get_by_role("button", name="签字日结").click()


def eaten_elsewhere(app: Flask, resident_no: str) -> None:
    """Let another site report a meal of a minute ago that this tablet knows nothing of."""
    at = clock.now() - timedelta(minutes=1)
    (receipt,) = enrolled(app, "C02", "窗口").send(
        {
            "id": str(uuid4()),
            "seq": 1,
            "resident": resident_no,
            "sitting": sitting_at(clock.now()).value,
            "channel": "dine_in",
            "price_fen": 15_00,
            "served_at": at.isoformat(),
            "by": "U-9",
            "reverses": None,
            "reason": None,
        }
    )
    assert receipt["reason"] == "ok"


# ---- The close ----


def test_a_difference_needs_a_reason_and_a_close_offline_is_sent_later(till: Counter) -> None:
    page = till.page
    page.context.set_offline(offline=True)
    till.face("王秀英").click()
    till.face("周桂兰").click()
    expect(till.meals).to_have_count(2)
    till.button("日结").click()
    expect(page.locator(".expected")).to_contain_text("24.00")
    expect(page.locator("[data-slot='figures']").first).to_contain_text("打包1")
    count_cash(page, "20")
    expect(page.get_by_text("少了 4.00 元。")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="请写明现金相差的原因。")).to_be_visible()
    count_cash(page, "20", pin="9999", reason="找零错了")
    expect(page.get_by_role("alert").filter(has_text="PIN 码不对")).to_be_visible()
    count_cash(page, "20", reason="找零错了")
    closed = page.locator(".closes li")
    expect(closed).to_contain_text("应有 24.00 元，清点 20.00 元")
    expect(closed).to_contain_text("已保存")
    assert closes() == []
    page.context.set_offline(offline=False)
    expect(closed).to_contain_text("已上传")
    (close,) = closes()
    assert (close.cash_expected_fen, close.cash_counted_fen, close.reason) == (24_00, 20_00, "找零错了")
    assert close.is_signed


def test_what_comes_after_a_close_says_so_and_is_closed_again(till: Counter) -> None:
    page = till.page
    till.face("王秀英").click()
    expect(till.receipt).to_be_visible()
    till.button("日结").click()
    count_cash(page, "12")
    expect(page.locator(".closes li")).to_have_count(1)
    till.button("返回记餐").click()
    expect(page.locator(".last .notice")).to_contain_text("日结")
    till.face("李建国").click()
    expect(page.locator(".last .notice")).to_contain_text("之后又有 1 条记录")
    till.button("日结").click()
    expect(page.get_by_text("之后又有 1 条记录，请再日结一次。")).to_be_visible()
    count_cash(page, "24")
    expect(page.locator(".closes li")).to_have_count(2)
    expect(page.locator(".closes li").first).to_contain_text("已上传")
    assert [close.cash_expected_fen for close in closes()] == [12_00, 24_00]


def test_what_was_reversed_or_paid_otherwise_is_not_in_the_drawer(till: Counter) -> None:
    page = till.page
    till.face("王秀英").click()
    till.receipt.get_by_role("button", name="撤销").click()
    expect(till.receipt).to_contain_text("已撤销")
    till.more("李建国").click()
    page.locator(".panel").get_by_role("button", name="手机支付").click()
    till.record.click()
    expect(till.receipt).to_contain_text("李建国")
    till.button("日结").click()
    expect(page.locator(".expected")).to_contain_text("0.00")
    figures = page.locator(".close .facts")
    expect(figures.nth(0)).to_contain_text("已冲正1")
    expect(figures.nth(1)).to_contain_text("手机支付12.00")


# ---- What the server says afterwards ----


def test_what_only_the_server_could_know_is_shown_as_a_correction(app: Flask, till: Counter) -> None:
    eaten_elsewhere(app, "R-000001")
    till.face("王秀英").click()
    news = till.page.locator(".news")
    expect(news).to_contain_text("已更正：王秀英")
    expect(news).to_contain_text("个人支付由 12.00 元改为 15.00 元。")
    expect(till.page.locator("#alarm")).to_contain_text("已更正：王秀英")
    till.expect_tones(880, 1320, 330, 262)
    expect(till.meals.first).to_contain_text("已更正")
    # Whoever still stands at the counter is asked for the right amount.
    expect(till.receipt).to_contain_text("收 15.00 元")
    till.tap(till.button("知道了：王秀英"))
    expect(news).to_have_count(0)
    # The news was read; the correction stays on the meal.
    expect(till.meals.first).to_contain_text("已更正")
    till.button("日结").click()
    expect(till.page.locator(".expected")).to_contain_text("12.00")
    expect(till.page.get_by_text("服务器后来更正了 3.00 元，没有算进应有现金。")).to_be_visible()


def test_a_meal_that_was_reversed_here_is_no_news(till: Counter) -> None:
    till.face("王秀英").click()
    till.until_sent(1)
    till.receipt.get_by_role("button", name="撤销").click()
    till.until_sent(2)
    till.pill.click()
    till.button("更新名单").click()
    expect(till.page.get_by_text("名单已到")).to_be_visible()
    till.button("返回").click()
    expect(till.meals.first).to_contain_text("已撤销")
    expect(till.page.locator(".news")).to_have_count(0)


# ---- The queue ----


def test_the_queue_says_what_waits_and_everything_is_sent_only_when_it_is(till: Counter) -> None:
    page = till.page
    page.context.set_offline(offline=True)
    till.face("王秀英").click()
    expect(till.pill).to_contain_text("已保存 1")
    expect(till.pill).not_to_contain_text("全部已上传")
    till.pill.click()
    expect(page.locator(".verdict")).to_have_text("还有 1 条没有上传，0 条待处理。都没有丢。")
    till.button("立即上传").click()
    expect(page.locator(".facts dd", has_text="没有网络")).to_be_visible()
    page.context.set_offline(offline=False)
    expect(page.locator(".verdict")).to_have_text("全部已上传")


def test_the_queue_goes_to_a_file_and_into_another_tablet(
    till: Counter, context: BrowserContext, tmp_path: Path
) -> None:
    page = till.page
    page.context.set_offline(offline=True)
    till.face("王秀英").click()
    expect(till.receipt).to_be_visible()
    till.pill.click()
    with page.expect_download() as download:
        till.button("导出到文件").click()
    file = tmp_path / "queue.json"
    download.value.save_as(file)
    record_id = json.loads(file.read_text(encoding="utf-8"))["records"][0]["id"]
    browser = context.browser
    assert browser is not None
    other = browser.new_context(base_url=page.url.split("/till/")[0], locale="zh-CN")
    spare = Counter(other.new_page())
    spare.enrol(make.code("备用"))
    spare.unlock()
    spare.pill.click()
    spare.page.get_by_label("导入别的平板的文件").set_input_files(file)
    expect(spare.page.get_by_text("导入 1 条，已有 0 条，未导入 0 条。")).to_be_visible()
    expect(spare.page.locator(".verdict")).to_have_text("全部已上传")
    # The first tablet finds a network after all: the same record, so nothing is recorded twice.
    page.context.set_offline(offline=False)
    expect(page.locator(".verdict")).to_have_text("全部已上传")
    db.session.rollback()
    meals = db.session.scalars(select(Meal).where(Meal.tablet != "")).all()
    assert [str(meal.id) for meal in meals] == [record_id]
    other.close()


def test_settings_of_the_tablet_stay(till: Counter) -> None:
    page = till.page
    till.pill.click()
    till.button("10 分钟").click()
    page.locator(".settings").get_by_role("button", name="手机支付").click()
    expect(till.button("10 分钟")).to_have_attribute("aria-pressed", "true")
    page.reload()
    till.unlock()
    till.more("王秀英").click()
    expect(page.locator(".panel").get_by_role("button", name="手机支付")).to_have_attribute(
        "aria-pressed", "true"
    )
