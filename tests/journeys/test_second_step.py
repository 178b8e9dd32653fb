"""The second step of signing in, with a phone in hand: set up, used, refused, recovered."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, expect

from app import clock
from app.roles import Role
from tests.factories.auth import PASSWORD, user
from tests.support import factor


def sign_in(page: Page) -> None:
    """Give name and password."""
    page.goto("/sign-in")
    page.get_by_label("登录名").fill("zhou")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_second_step_is_set_up_and_asked_for_and_a_recovery_code_stands_in_once(
    context: BrowserContext,
) -> None:
    # Not the fixture `page`: here the browser is right to complain of what is refused.
    page = context.new_page()
    user(Role.FINANCE, username="zhou")
    sign_in(page)
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    page.goto("/account/second-step")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="设置").click()
    expect(page.locator("img.qr")).to_be_visible()
    secret = page.locator("p.code").inner_text()
    page.locator("[name=code]").fill("000000")
    page.locator("form button.primary").click()
    expect(page.locator("img.qr")).to_be_visible()
    page.locator("[name=code]").fill(factor.shown(secret, clock.now()))
    page.locator("form button.primary").click()
    codes = page.locator("ol.codes li")
    expect(codes.first).to_be_visible()
    recovery = codes.first.inner_text()
    page.locator("a.button.primary").click()

    page.get_by_role("button", name="退出").click()
    sign_in(page)
    expect(page.locator("[name=code]")).to_be_focused()
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert], .error").first).to_be_visible()
    # The digits of now were used when it was set up; a clock that is a little ahead shows the next ones.
    page.locator("[name=code]").fill(factor.shown(secret, clock.now() + timedelta(seconds=30)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")

    page.get_by_role("button", name="退出").click()
    sign_in(page)
    page.locator("[name=code]").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
    page.get_by_role("button", name="退出").click()
    sign_in(page)
    page.locator("[name=code]").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert], .error").first).to_be_visible()
