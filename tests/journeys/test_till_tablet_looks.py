"""How the till looks: every state fits every tablet, and big fingers and tired eyes find their way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.factories import counter as make
from tests.support.counter import Counter
from tests.support.looks import faults

SCREENS = [(1280, 800), (800, 1280), (390, 844), (360, 640)]


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()
    make.staff()
    make.staff("黄丽", pin=None)


def receipt(till: Counter) -> None:
    till.face("王秀英").click()
    expect(till.receipt).to_be_visible()


def second_meal(till: Counter) -> None:
    receipt(till)
    till.page.reload()
    till.unlock()
    till.face("王秀英").click()
    expect(till.ask).to_contain_text("收 15.00 元")


def beyond_the_cap(till: Counter) -> None:
    second_meal(till)
    till.record.click()
    expect(till.receipt.locator(".why")).to_be_visible()


def panel(till: Counter) -> None:
    till.more("李建国").click()
    expect(till.record).to_contain_text("收 12.00 元")
    till.page.get_by_label("单价").fill("x")
    expect(till.page.get_by_text("请检查价格")).to_be_visible()


def guest(till: Counter) -> None:
    till.face("未登记老人").click()
    expect(till.record).to_contain_text("收 15.00 元")


def together(till: Counter) -> None:
    till.button("一起付").click()
    till.face("王秀英").click()
    till.face("李建国").click()
    expect(till.page.locator(".basket")).to_contain_text("收 24.00 元")


def searching(till: Counter) -> None:
    till.page.get_by_role("searchbox").fill("王")
    expect(till.faces).to_have_count(3)


def another_sitting(till: Counter) -> None:
    others = till.page.locator("[data-slot='sittings'] [aria-pressed='false']")
    others.first.click()
    expect(till.page.locator(".out-of-time")).to_be_visible()


def undone(till: Counter) -> None:
    receipt(till)
    till.receipt.get_by_role("button", name="撤销").click()
    expect(till.receipt).to_contain_text("已撤销")


def closing(till: Counter) -> None:
    receipt(till)
    till.button("日结").click()
    till.page.get_by_label("实际清点").fill("10")
    till.button("签字日结").click()
    expect(till.page.get_by_role("alert").filter(has_text="原因")).to_be_visible()


def queue(till: Counter) -> None:
    till.pill.click()
    expect(till.page.locator(".verdict")).to_be_visible()


def lock(till: Counter) -> None:
    till.page.locator("#person").click()
    expect(till.page.get_by_role("button", name="黄丽")).to_be_visible()


def pin_pad(till: Counter) -> None:
    lock(till)
    till.page.get_by_role("button", name="周小兰").click()
    till.page.keyboard.type("9999")
    till.page.keyboard.press("Enter")
    expect(till.page.get_by_role("alert").filter(has_text="PIN 码不对")).to_be_visible()


def no_pin(till: Counter) -> None:
    lock(till)
    till.page.get_by_role("button", name="黄丽").click()
    expect(till.page.get_by_text("我的 PIN 码")).to_be_visible()


STATES: list[Callable[[Counter], None]] = [
    beyond_the_cap,
    panel,
    guest,
    together,
    searching,
    another_sitting,
    undone,
    closing,
    queue,
    pin_pad,
    no_pin,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_state_fits_the_screen_the_finger_and_the_eye(
    page: Page, state: Callable[[Counter], None]
) -> None:
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    state(till)
    # Where the mouse rests is no state of a tablet.
    page.mouse.move(0, 0)
    found = {}
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        found[f"{width}×{height}"] = faults(page)
    assert found == {f"{width}×{height}": {} for width, height in SCREENS}


def test_the_way_in_fits_too_also_in_english(page: Page) -> None:
    found = {}
    for address in ("/till/", "/till/en/"):
        page.goto(address)
        expect(page.locator("#enrol-code")).to_be_visible()
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            found[f"{address} {width}×{height}"] = faults(page)
    assert [place for place, faulty in found.items() if faulty] == [], found


def test_the_focus_is_always_seen(page: Page) -> None:
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
