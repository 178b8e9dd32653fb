"""A sheet of paper keyed back by two people with nothing but a keyboard, printed again, and declared void."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import Meal
from app.meals.rules import Channel
from app.roles import Role
from app.till.models import PaperSheet
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.paper import printed_sheets


@pytest.fixture(autouse=True)
def _canteen(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        for number, (name, letters) in enumerate(
            (("王秀英", " wxy wangxiuying "), ("李建国", " ljg lijianguo "), ("王秀英", " wxy wangxiuying ")),
            1,
        ):
            elder(f"R-{number:06d}", name=name).search_keys = letters
        policy_row(policy())
    user(Role.SITE_STAFF, site_code="C01", username="zhang")
    user(Role.SITE_STAFF, site_code="C01", username="li")


@pytest.fixture
def number() -> str:
    return printed_sheets(on=clock.today(), at=clock.now())[0]


@pytest.fixture
def other_page(browser: Browser, browser_context_args: dict[str, object]) -> Iterator[Page]:
    """Give the tab of somebody else, in a browser of their own."""
    context = browser.new_context(**browser_context_args)  # type: ignore[arg-type]  # what pytest-playwright takes
    yield context.new_page()
    context.close()


def at_the_sheets(page: Page, username: str) -> Page:
    page.goto("/sign-in?next=/paper/")
    expect(page.get_by_label("登录名")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("单号")).to_be_focused()
    return page


def open_sheet(page: Page, number: str) -> None:
    """Scan the code on the paper: a scanner types it and presses Enter."""
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator("#rows-0-who")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def type_into(page: Page, field: str, words: str, *keys: str) -> None:
    """Type where the keys have led, which must be this field."""
    expect(page.locator(f"#rows-{field}")).to_be_focused()
    page.keyboard.type(words)
    press(page, *keys)


def meals() -> list[tuple[str, Channel, int, str | None]]:
    db.session.rollback()
    rows = db.session.execute(select(Meal).order_by(Meal.served_at, Meal.id)).scalars()
    return [(meal.resident_no, meal.channel, meal.price_fen, meal.companion_of) for meal in rows]


def test_two_people_key_a_sheet_with_the_keyboard_alone(page: Page, other_page: Page, number: str) -> None:
    open_sheet(at_the_sheets(page, "zhang"), number)
    type_into(page, "0-who", "ljg", "Enter")
    expect(page.locator("#rows-0-who")).to_have_value("R-000002")
    expect(page.get_by_text("李建国")).to_be_visible()
    expect(page.locator("#rows-0-channel")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    type_into(page, "0-count", "2", "Enter")
    type_into(page, "0-companions", "1", "Enter")
    type_into(page, "0-price", "10", "Enter")
    type_into(page, "0-note", "", "Enter")
    type_into(page, "1-who", "wxy")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    press(page, "ArrowDown", "ArrowDown", "Enter")
    expect(page.locator("#rows-1-who")).to_have_value("R-000003")
    press(page, "Enter")
    type_into(page, "1-count", "", "ArrowDown")
    type_into(page, "2-count", "", "Enter", "Enter", "Enter")
    type_into(page, "2-note", "张三")
    expect(page.locator("[data-total=rows]")).to_have_text("3")
    expect(page.locator("[data-total=meals]")).to_have_text("5")
    expect(page.locator("[data-total=yuan]")).to_have_text("60.00")
    press(page, "Control+Enter")
    expect(page.get_by_role("button", name="保存第一次录入")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="3 行、5 份、餐价 60.00 元")).to_be_visible()
    assert meals() == []

    open_sheet(at_the_sheets(other_page, "li"), number)
    type_into(other_page, "0-who", "r-000002", "Enter")
    expect(other_page.locator("#rows-0-channel")).to_be_focused()
    press(other_page, "ArrowDown", "Enter", "2", "Enter", "1", "Enter")
    type_into(other_page, "0-price", "10.00", "Enter", "Enter")
    type_into(other_page, "1-who", "R-000003", "ArrowDown")
    type_into(other_page, "2-who", "", "Enter", "Enter", "Enter", "Enter", "Enter")
    type_into(other_page, "2-note", "张三，无证", "Control+Enter", "Enter")
    expect(other_page.get_by_role("status").filter(has_text="已入账 5 份")).to_be_visible()
    assert meals() == [
        ("R-000002", Channel.TAKE_AWAY, 10_00, None),
        ("R-000002", Channel.TAKE_AWAY, 10_00, None),
        ("", Channel.TAKE_AWAY, 10_00, "R-000002"),
        ("R-000003", Channel.DINE_IN, 15_00, None),
        ("", Channel.DINE_IN, 15_00, None),
    ]


def test_what_differs_is_resolved_with_the_keyboard_alone(page: Page, other_page: Page, number: str) -> None:
    open_sheet(at_the_sheets(page, "zhang"), number)
    type_into(page, "0-who", "R-000001", "ArrowDown")
    type_into(page, "1-who", "R-000002", "Control+Enter")
    expect(page.get_by_role("button", name="保存第一次录入")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="第一次录完")).to_be_visible()
    open_sheet(at_the_sheets(other_page, "li"), number)
    type_into(other_page, "0-who", "R-000002", "ArrowDown")
    type_into(other_page, "1-who", "R-000003", "Control+Enter")
    expect(other_page.get_by_role("button", name="保存第二次录入")).to_be_focused()
    press(other_page, "Enter")
    expect(other_page.get_by_role("group", name="第 1 行")).to_be_visible()
    expect(other_page.locator("#rows-0-take-0")).to_be_focused()
    press(other_page, "Space", "Enter")
    expect(other_page.locator("#rows-1-take-0")).to_be_focused()
    press(other_page, "ArrowDown", "ArrowDown", "Enter")
    type_into(other_page, "1-again-who", "ljg", "Enter")
    expect(other_page.locator("#rows-1-again-who")).to_have_value("R-000002")
    press(other_page, "Control+Enter")
    expect(other_page.get_by_role("button", name="记入台账")).to_be_focused()
    press(other_page, "Enter")
    expect(other_page.get_by_role("status").filter(has_text="已入账 2 份")).to_be_visible()
    assert [meal[0] for meal in meals()] == ["R-000001", "R-000002"]


def test_printing_gives_a_file_and_the_list_follows(page: Page) -> None:
    at_the_sheets(page, "zhang")
    page.get_by_label("张数").fill("2")
    with page.expect_download() as printing:
        page.get_by_role("button", name="打印").click()
    assert len(PdfReader(printing.value.path()).pages) == 2
    expect(page.locator("#sheets tbody tr")).to_have_count(2)
    db.session.rollback()
    assert len(db.session.execute(select(PaperSheet)).scalars().all()) == 2


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_every_page_of_paper_fits_the_screen_and_the_finger(
    page: Page, number: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    at_the_sheets(page, "zhang")
    for path in ("/paper/", f"/paper/{number}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            """() => [...document.querySelectorAll("#main input, #main select, #main button, #main summary")]
              .filter(each => each.type !== "checkbox" && each.type !== "radio")
              .filter(each => each.offsetParent !== null && each.getBoundingClientRect().height < 43.5)
              .map(each => each.outerHTML)"""
        )
        assert small == []
