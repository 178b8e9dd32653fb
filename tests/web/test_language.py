"""The language switch, which every page carries."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest

from app.roles import Role
from tests.support.html import Element, read
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


def back_of(page: Element) -> str:
    """Give where the language switch of a page leads."""
    return page.one("input", name="back").get("value").rstrip("?")


def test_it_leads_back_to_the_page_with_what_was_asked_for(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert back_of(officer.page("/meals/?month=2026-10")) == "/meals/?month=2026-10"


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://localhost/users?page=1", "/users?page=1"),
        ("http://elsewhere.example/users", "/"),
        ("http://localhost/users/U-9/active", "/"),
        ("", "/"),
    ],
)
def test_where_only_a_form_leads_it_comes_back_to_the_page_of_the_form(
    signed_in: SignedIn, came_from: str, back: str
) -> None:
    administrator = signed_in(Role.ADMINISTRATOR)
    answer = administrator.post(
        "/users/U-9/active",
        data={"csrf_token": administrator.token()},
        headers={"Referer": came_from} if came_from else {},
    )
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert back_of(read(answer.text)) == back
