"""The till at rest, and where it stands badly: a new version, an address without https, several tabs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, BrowserType, expect
from playwright.sync_api import TimeoutError as TookTooLong
from sqlalchemy import select

from app.extensions import db
from app.meals.models import Meal
from app.web.shell import Shell
from tests.factories import counter as make
from tests.support.counter import Counter, hold_clock

INSECURE_HOST = "canteen.example"
_HEARS_WHAT_IS_ASKED = """() => {
  window.asked = [];
  const post = ServiceWorker.prototype.postMessage;
  ServiceWorker.prototype.postMessage = function (message, ...more) {
    window.asked.push(message.type);
    return post.call(this, message, ...more);
  };
}"""


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()
    make.staff()


def meal_count() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Meal).where(Meal.tablet != "")).all())


def test_a_new_version_takes_over_when_nobody_is_at_the_counter(
    browser: Browser, browser_context_args: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Try it on up to three tablets: a driven browser does not always let the old worker go.

    A driver's debugger is attached to the worker, and Chromium ends no such worker. Once it has been told
    to end and does not, nothing passes it until the debugger is gone (6 of 60 tablets on a busy machine).
    With no debugger on the worker all of 148 changed: most within two seconds, eight only when the browser
    looked for idle workers, half a minute later; their pages were served meanwhile.
    What the till itself does is demanded of each tablet.
    """
    assert any(
        _takes_over(browser.new_context(**browser_context_args), name, monkeypatch)
        for name in ("王秀英", "李建国", "陈冬华")
    )


def _takes_over(context: BrowserContext, name: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let a new version come while a meal of `name` is recorded; tell whether the browser changed workers."""
    page = context.new_page()
    hold_clock(page)
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    monkeypatch.setattr(Shell, "version", lambda _: f"after {name}")
    page.evaluate("navigator.serviceWorker.getRegistration().then((each) => each.update())")
    page.wait_for_function("navigator.serviceWorker.getRegistration().then((each) => each.waiting !== null)")
    till.face(name).click()
    till.until_sent(1)
    # Somebody is asked something: whatever the clock says, nothing is taken from under their hands.
    till.face("未登记老人").click()
    expect(till.ask).to_be_visible()
    page.clock.fast_forward("01:30")
    expect(till.ask).to_be_visible()
    till.button("返回，不记录").click()
    till.pill.click()
    expect(page.get_by_text("新版本已准备好")).to_be_visible()
    till.button("返回").click()
    page.evaluate(_HEARS_WHAT_IS_ASKED)
    try:
        with page.expect_navigation():
            page.clock.fast_forward("01:30")
    except TookTooLong:
        assert "take-over" in page.evaluate("window.asked")
        context.close()
        return False
    expect(page.get_by_role("heading", name="现在谁在窗口？")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.version") == f"after {name}"
    till.unlock()
    expect(till.face(name)).to_contain_text("已就餐")
    context.close()
    return True


def test_without_https_the_till_says_what_is_missing_and_records_all_the_same(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], live_server: str
) -> None:
    flags = [*browser_type_launch_args["args"], f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1"]
    with browser_type.launch(**{**browser_type_launch_args, "args": flags}) as browser:
        context = browser.new_context(
            base_url=live_server.replace("127.0.0.1", INSECURE_HOST), locale="zh-CN"
        )
        page = context.new_page()
        page.goto("/till/")
        expect(page.get_by_text("当前网址不安全（不是 https）")).to_be_visible()
        till = Counter(page)
        page.get_by_label("注册码").fill(make.code())
        page.keyboard.press("Enter")
        page.get_by_role("button", name="开始使用").click()
        page.get_by_role("button", name="周小兰").click()
        expect(page.get_by_text("浏览器不能核对 PIN 码")).to_be_visible()
        page.get_by_role("button", name="先记餐（不确认是谁）").click()
        expect(page.locator("#warnings")).to_contain_text("要以 https 开头的网址")
        till.face("王秀英").click()
        till.until_sent(1)
        till.button("扫卡").click()
        expect(page.get_by_text("只有安全网址（https）才能用摄像头")).to_be_visible()
        till.pill.click()
        expect(page.get_by_text("不行：网址不安全，或浏览器太旧")).to_be_visible()
    assert meal_count() == 1


def test_two_tabs_show_the_same_counter(context: BrowserContext) -> None:
    till = Counter(context.new_page())
    till.enrol(make.code())
    till.unlock()
    beside = Counter(context.new_page())
    beside.page.goto("/till/")
    beside.unlock()
    till.face("王秀英").click()
    expect(beside.meals).to_have_count(1)
    expect(beside.face("王秀英")).to_contain_text("已就餐")
    beside.face("王秀英").click()
    expect(beside.ask).to_contain_text("王秀英已记过一份")
    beside.until_sent(1)
    assert meal_count() == 1


def test_the_browsers_own_reader_is_used_where_it_has_one(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], live_server: str
) -> None:
    """Desktop browsers have no reader of their own, so the test lends this one a reader."""
    reads = json.dumps([{"rawValue": make.cards(["R-000001"])["R-000001"]}])
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags = [*browser_type_launch_args["args"], *camera]
    with browser_type.launch(**{**browser_type_launch_args, "args": flags}) as browser:
        page = browser.new_page(base_url=live_server, locale="zh-CN")
        page.add_init_script(
            f"""window.BarcodeDetector = class {{
              static async getSupportedFormats() {{ return ["qr_code"]; }}
              async detect() {{ return {reads}; }}
            }};"""
        )
        till = Counter(page)
        till.enrol(make.code())
        till.unlock()
        till.button("扫卡").click()
        expect(till.receipt).to_contain_text("王秀英")
        assert page.evaluate("window.jsQR === undefined")
