"""Signing in and out, as somebody does who has only a keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.roles import Role
from tests.factories.auth import PASSWORD, user


def test_someone_signs_in_and_out_by_keyboard_alone(page: Page) -> None:
    user(Role.AUDITOR, username="wang")
    page.goto("/")
    expect(page.get_by_label("登录名")).to_be_focused()
    page.keyboard.type("wang")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
    page.get_by_role("button", name="退出").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_the_sign_in_page_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/sign-in")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
