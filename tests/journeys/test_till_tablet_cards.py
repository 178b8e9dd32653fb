"""Cards at the counter: typed by a USB scanner or seen by the camera, lost, or known to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserType, Page, expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import Meal
from app.meals.rules import FoundBy
from app.residents.service import cards
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories import counter as make
from tests.support.camera_film import film_of
from tests.support.counter import Counter

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()
    make.staff()


@pytest.fixture
def card() -> str:
    """Give the code of the first resident's card."""
    return make.cards(["R-000001"])["R-000001"]


def at_the_counter(page: Page) -> Counter:
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    return till


def recorded() -> list[tuple[str, FoundBy | None]]:
    db.session.rollback()
    meals = db.session.scalars(select(Meal).where(Meal.tablet != "").order_by(Meal.seq))
    return [(meal.resident_no, meal.found_by) for meal in meals]


def test_a_scanned_card_records_without_a_touch(page: Page, card: str) -> None:
    till = at_the_counter(page)
    till.scan(card)
    expect(till.receipt).to_contain_text("王秀英")
    expect(page.get_by_role("searchbox")).to_have_value("")
    till.until_sent(1)
    assert till.taps == 0
    assert recorded() == [("R-000001", FoundBy.SCAN)]


def test_a_scanner_need_not_aim_and_a_panel_is_no_hindrance(page: Page, card: str) -> None:
    till = at_the_counter(page)
    till.more("李建国").click()
    expect(page.locator(".panel")).to_be_visible()
    till.scan(card)
    expect(till.receipt).to_contain_text("王秀英")
    expect(page.locator(".panel")).to_have_count(0)
    till.until_sent(1)
    assert recorded() == [("R-000001", FoundBy.SCAN)]


def test_a_card_that_is_scanned_twice_asks(page: Page, card: str) -> None:
    till = at_the_counter(page)
    till.scan(card)
    expect(till.receipt).to_be_visible()
    till.scan(card)
    expect(till.ask).to_contain_text("王秀英已记过一份")
    till.until_sent(1)


def test_a_lost_card_warns_aloud_and_records_by_one_more_tap(page: Page, card: str) -> None:
    with transaction():
        cards.report_lost("R-000001", card, by=COMMAND, at=clock.now())
    till = at_the_counter(page)
    till.scan(card)
    expect(till.ask).to_contain_text("这张卡已挂失！")
    till.expect_tones(330, 262)
    till.tap(till.button("确是王秀英，照记", exact=False))
    expect(till.receipt).to_contain_text("收 12.00 元")
    till.until_sent(1)
    assert till.taps == 1
    assert recorded() == [("R-000001", FoundBy.SCAN)]


def test_a_card_that_nobody_knows_is_recorded_as_it_was_read(page: Page) -> None:
    till = at_the_counter(page)
    till.scan("C0000000000D")
    expect(till.ask).to_contain_text("本机名单里没有这张卡")
    till.tap(till.record)
    expect(till.receipt).to_contain_text("C0000000000D")
    expect(till.pill).to_contain_text("待处理 1")
    assert till.taps == 1


def test_a_locked_till_records_nothing(page: Page, card: str) -> None:
    till = at_the_counter(page)
    page.locator("#person").click()
    expect(page.get_by_role("heading", name="现在谁在窗口？")).to_be_visible()
    till.scan(card)
    till.unlock()
    expect(till.meals).to_have_count(0)


@pytest.mark.parametrize("written", ["{code}", "https://example.org/c/{code}"])
def test_the_camera_reads_a_card(
    *,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    tmp_path: Path,
    card: str,
    written: str,
) -> None:
    film = film_of(written.format(code=card), tmp_path / "card.y4m")
    flags = [*browser_type_launch_args["args"], *CAMERA, f"--use-file-for-fake-video-capture={film}"]
    with browser_type.launch(**{**browser_type_launch_args, "args": flags}) as browser:
        till = at_the_counter(browser.new_context(**browser_context_args).new_page())
        till.tap(till.button("扫卡"))
        expect(till.receipt).to_contain_text("王秀英")
        expect(till.page.locator(".camera")).to_have_count(0)
        till.until_sent(1)
    assert till.taps == 1
    assert recorded() == [("R-000001", FoundBy.SCAN)]


def test_a_tablet_without_a_camera_says_so(page: Page) -> None:
    till = at_the_counter(page)
    till.button("扫卡").click()
    expect(page.get_by_text("这台平板的摄像头没有反应。")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".camera")).to_have_count(0)
