"""A new password is looked at before it is sent, and how good it is is said while it is typed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.roles import Role
from tests.factories.auth import PASSWORD, user

GOOD = "食堂门口那棵老樟树今年开花了"


def signed_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("登录名").fill("zhou")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_how_good_it_is_is_said_and_what_is_good_is_taken(page: Page) -> None:
    user(Role.AUDITOR, username="zhou")
    signed_in(page)
    page.goto("/account/password")
    new, said = page.locator("#new"), page.locator(".strength p")
    expect(said).to_be_hidden()
    for typed, words in [
        ("短", "太短"),
        ("password2026!!", "太容易被猜到"),
        ("my-name-is-zhou", "太容易被猜到"),
        (GOOD, "可以用"),
        (GOOD * 2, "太容易被猜到"),
        (f"{GOOD}，很香", "很难被猜到"),
    ]:
        new.fill(typed)
        expect(said).to_contain_text(words)
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(f"{GOOD}，很香")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".notice.done")).to_contain_text("新密码")


def test_what_is_typed_is_shown_and_hidden_and_sent_as_a_password(page: Page) -> None:
    user(Role.AUDITOR, username="zhou")
    page.goto("/sign-in")
    page.get_by_label("登录名").fill("zhou")
    password, show = page.get_by_label("密码"), page.locator("[data-reveals=password]")
    password.fill(PASSWORD)
    assert password.get_attribute("type") == "password"
    show.click()
    assert password.get_attribute("type") == "text"
    expect(show).to_have_text("隐藏所输内容")
    expect(password).to_be_focused()
    show.click()
    assert password.get_attribute("type") == "password"
    show.click()
    page.evaluate(
        "window.addEventListener('submit', e => { e.preventDefault();"
        " document.title = document.getElementById('password').type; })"
    )
    page.keyboard.press("Enter")
    expect(page).to_have_title("password")


def test_a_new_users_sign_in_name_is_no_password_for_them(page: Page) -> None:
    user(Role.ADMINISTRATOR, username="zhou")
    signed_in(page)
    page.goto("/users/new")
    page.locator("#password").fill("river-stones-lin")
    expect(page.locator(".strength p")).to_contain_text("很难被猜到")
    page.locator("#username").fill("lin")
    expect(page.locator(".strength p")).to_contain_text("太容易被猜到")
