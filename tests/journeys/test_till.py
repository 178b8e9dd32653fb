"""A lunch at the till: found by pinyin initials on the big keys, recorded, seen and heard, taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import func, select

from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy

HEARD = """() => {
  window.tones = [];
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const wave = make.call(this);
    window.tones.push(wave);
    return wave;
  };
}"""


@pytest.fixture(autouse=True)
def _canteen(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        elder("R-000001", name="王秀英")
        other = elder("R-000002", name="李建国")
        other.search_keys = " ljg lijianguo "
        policy_row(policy())
    user(Role.SITE_STAFF, site_code="C01", username="zhang")


@pytest.fixture
def till(page: Page) -> Page:
    return at_the_till(page)


def at_the_till(page: Page) -> Page:
    page.goto("/sign-in?next=/meals/till")
    page.get_by_label("登录名").fill("zhang")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("C01老年食堂")
    page.evaluate(HEARD)
    return page


def expect_tones(page: Page, *wanted: int) -> None:
    """Wait until exactly these tones were played since the till was opened."""
    page.wait_for_function(
        "wanted => window.tones.map(wave => wave.frequency.value).join() === wanted",
        arg=",".join(map(str, wanted)),
    )


def records() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one()


def test_a_lunch_is_recorded_in_five_taps_and_taken_back_with_one(till: Page) -> None:
    for key in "LJG":
        till.get_by_role("button", name=key, exact=True).click()
    till.get_by_role("link", name="李建国").click()
    expect(till.locator(".own strong")).to_have_text("12.00")
    till.locator("button.record").click()
    tick = till.get_by_role("status").filter(has_text="已记录")
    expect(tick).to_contain_text("李建国")
    expect(tick).to_contain_text("收 12.00 元")
    expect_tones(till, 880, 1320)
    expect(till.get_by_role("searchbox")).to_be_focused()
    assert records() == 1
    tick.get_by_role("button", name="撤销").click()
    expect(till.get_by_role("status").filter(has_text="已撤销")).to_be_visible()
    expect_tones(till, 880, 1320, 330, 262)
    assert records() == 2


def test_a_keyboard_alone_is_enough(till: Page) -> None:
    expect(till.get_by_role("searchbox")).to_be_focused()
    till.keyboard.type("R-000001")
    till.keyboard.press("Enter")
    expect(till.locator(".panel h2")).to_contain_text("王秀英")
    expect(till.locator("button.record")).to_be_focused()
    till.keyboard.press("Enter")
    expect(till.get_by_role("status").filter(has_text="王秀英")).to_be_visible()
    assert records() == 1


def test_impatient_taps_record_one_meal(till: Page) -> None:
    till.get_by_role("searchbox").fill("王")
    till.get_by_role("link", name="王秀英").click()
    till.locator("button.record").dblclick()
    expect(till.get_by_role("status").filter(has_text="已记录")).to_be_visible()
    assert records() == 1


def test_what_is_typed_before_the_page_is_ready_is_searched_all_the_same(till: Page) -> None:
    held: list[Route] = []
    till.route("**/htmx.min.js", lambda route: held.append(route))  # noqa: PLW0108 - playwright takes no bound built-in
    with till.expect_request("**/htmx.min.js"):
        till.goto("/meals/till", wait_until="commit")
    till.get_by_role("searchbox").fill("王")
    assert till.evaluate("window.htmx === undefined")
    held[0].continue_()
    expect(till.get_by_role("link", name="王秀英")).to_be_visible()


def test_without_an_answer_nothing_is_lost_and_the_tap_is_repeated(context: BrowserContext) -> None:
    # A tab of its own: here the browser is right to complain.
    till = at_the_till(context.new_page())
    till.get_by_role("searchbox").fill("王")
    till.get_by_role("link", name="王秀英").click()
    expect(till.locator("button.record")).to_be_visible()
    till.route("**/meals/till**", lambda route: route.abort())
    till.locator("button.record").click()
    expect(till.get_by_role("alert").filter(has_text="请再按一次")).to_be_visible()
    till.unroute("**/meals/till**")
    till.locator("button.record").click()
    expect(till.get_by_role("status").filter(has_text="已记录")).to_be_visible()
    expect(till.get_by_role("alert").filter(has_text="请再按一次")).to_be_hidden()
    assert records() == 1


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (390, 844)])
def test_every_step_fits_the_screen_and_the_finger(till: Page, width: int, height: int) -> None:
    till.set_viewport_size({"width": width, "height": height})
    for path in ("", "?resident=R-000001", "?guest=1&price=x", f"?sitting={Sitting.BREAKFAST}"):
        till.goto(f"/meals/till{path}")
        assert till.evaluate("document.documentElement.scrollWidth") <= width
        small = till.evaluate(
            """() => [...document.querySelectorAll("#till a, #till button, #till input, #till summary")]
              .filter(each => each.offsetParent !== null && each.getBoundingClientRect().height < 51.5)
              .map(each => each.outerHTML)"""
        )
        assert small == []
        tiny = till.evaluate(
            """() => [...document.querySelectorAll("#till *")]
              .filter(each => each.offsetParent !== null && [...each.childNodes].some(
                 child => child.nodeType === 3 && child.textContent.trim()))
              .filter(each => parseFloat(getComputedStyle(each).fontSize) < 18)
              .map(each => each.outerHTML)"""
        )
        assert tiny == []
