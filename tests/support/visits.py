"""Home of how somebody comes in through the door in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.roles import Role
from tests.factories.auth import PASSWORD, user


def signed_in(page: Page, role: Role) -> Page:
    """Sign a new user of a role in by the form, as everybody does."""
    made = user(role)
    page.goto("/sign-in")
    page.fill("[name=username]", made.username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    return page
