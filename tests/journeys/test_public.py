"""What everybody reads: on an old phone without scripts, by keyboard, in both languages, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from app import clock
from app.canteens.rules import ClosureReason, Dish, DishMark, NewClosure, OpenSpan, Sitting
from app.canteens.service.menus import write_menu
from app.canteens.service.opening import close_for, set_door, set_hours
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.district import canteen, policy_row
from tests.factories.facts import policy
from tests.support.looks import pale_texts, too_wide

PHONE: ViewportSize = {"width": 390, "height": 844}
READABLE = 4.5
"""The contrast that WCAG 2.2 asks of text at level AA."""
PAGES = ("", "sites/C01.html", "sites/C02.html", "months.html", "policy.html", "posters/C01.html")
LUNCH = OpenSpan(10 * 3600 + 1800, 13 * 3600)


@pytest.fixture(autouse=True)
def _two_canteens(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    today, now = clock.today(), clock.now()
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")
        policy_row(policy())
        set_door("C01", "示例路12号院内", "0731-00000012", by=COMMAND, at=now)
        for code in ("C01", "C02"):
            set_hours(code, Sitting.LUNCH, range(7), LUNCH, by=COMMAND, at=now)
        soon, later = today + timedelta(days=9), OpenSpan(11 * 3600, 13 * 3600)
        set_hours("C01", Sitting.LUNCH, range(5), later, from_on=soon, by=COMMAND, at=now)
        menu = [Dish("红烧肉", 12_00), Dish("冬瓜汤", None, (DishMark.SOFT,))]
        write_menu("C01", today, {Sitting.LUNCH: menu}, by=COMMAND, at=now)
        repairs = NewClosure(today, today + timedelta(days=1), ClosureReason.REPAIRS, "换灶")
        close_for(repairs, ["C02"], by=COMMAND, at=now)


@pytest.fixture
def phone(browser: Browser, live_server: str) -> Iterator[Page]:
    """Give an old phone, whose browser runs no script at all."""
    context = browser.new_context(base_url=live_server, viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def focused(page: Page) -> str:
    return page.locator(":focus").inner_text()


def test_a_place_to_eat_is_found_without_script_cookie_or_account(phone: Page) -> None:
    phone.goto("/public/")
    expect(phone.get_by_role("heading", name="C01")).to_be_hidden()
    for street in ("430103006", "430103005"):
        phone.locator("summary").filter(has_text=street).click()
    shut = phone.get_by_role("listitem").filter(has_text="C02")
    expect(shut).to_contain_text("换灶")
    phone.get_by_text("今天吃什么").click()
    expect(phone.get_by_text("红烧肉")).to_be_visible()
    phone.get_by_role("heading", name="C01").get_by_role("link").click()
    expect(phone.get_by_text("示例路12号院内")).to_be_visible()
    expect(phone.get_by_role("link", name="0731-00000012")).to_have_attribute("href", "tel:0731-00000012")
    expect(phone.get_by_role("row", name="周一至周日")).to_contain_text("10:30–13:00")
    announced = phone.get_by_role("table").filter(has_text="起")
    expect(announced.get_by_role("row", name="周一至周五")).to_contain_text("11:00–13:00")
    expect(announced.get_by_role("row", name="周六至周日")).to_contain_text("10:30–13:00")
    expect(phone.get_by_text("冬瓜汤")).to_be_visible()
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", name="This week’s menu")).to_be_visible()
    expect(phone.get_by_role("row", name="Mon to Sun")).to_contain_text("10:30–13:00")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    phone.get_by_role("link", name="Who gets what").click()
    expect(phone.get_by_text("3.00 yuan").first).to_be_visible()
    phone.get_by_role("link", name="中文").click()
    expect(phone.get_by_role("heading", name="谁能享受补贴")).to_be_visible()


def test_the_keyboard_reaches_a_site_a_fold_and_what_comes_after_the_menu(phone: Page) -> None:
    phone.goto("/public/")
    phone.keyboard.press("Tab")
    assert focused(phone) == "跳到正文"
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")
    assert "地区430103005" in focused(phone)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="C01")).to_be_in_viewport()
    reached: list[str] = []
    while "今天吃什么" not in reached:
        assert len(reached) < 12, reached
        phone.keyboard.press("Tab")
        reached.append(focused(phone))
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("红烧肉")).to_be_visible()


@pytest.mark.parametrize("language", ["", "en/"])
def test_everything_can_be_read_and_fits_a_phone(browser: Browser, live_server: str, language: str) -> None:
    page = browser.new_context(base_url=live_server, viewport=PHONE).new_page()
    for address in PAGES:
        page.goto(f"/public/{language}{address}")
        page.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true; })")
        assert pale_texts(page, READABLE) == [], address
        assert too_wide(page) == [], address


@pytest.mark.parametrize("address", ["posters/C01.html", "posters/C02.html", "en/posters/C02.html"])
def test_a_poster_is_one_sheet(phone: Page, address: str) -> None:
    phone.goto(f"/public/{address}")
    sheets = len(re.findall(rb"/Type\s*/Page\b", phone.pdf(prefer_css_page_size=True)))
    assert sheets == 1


def test_the_menu_of_the_day_is_printed_though_it_is_folded(phone: Page) -> None:
    phone.goto("/public/")
    dish = phone.get_by_text("红烧肉")
    expect(dish).to_be_hidden()
    expect(phone.get_by_role("heading", name="C02")).to_be_hidden()
    phone.emulate_media(media="print")
    expect(dish).to_be_visible()
    expect(phone.get_by_role("heading", name="C02")).to_be_visible()
