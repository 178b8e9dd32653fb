"""The pages of the second step: setting it up, coming in with it, and being led to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.auth.models import User
from app.roles import Role
from tests.factories.auth import PASSWORD, user
from tests.support.factor import shown
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


def required(app: Flask) -> None:
    settings = app.config["MEAL_CIRCLE"].model_copy(update={"second_factor": "required"})
    app.config["MEAL_CIRCLE"] = settings


def secret_on(page: Element) -> str:
    return next(words for words in page.texts() if re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", words))


def set_up(client: PageClient) -> tuple[str, list[str]]:
    """Set the second step up as a person does; give the secret on the phone and the codes on paper."""
    page = client.send("/account/second-step/begin", password=PASSWORD)
    secret = secret_on(page)
    page = client.send("/account/second-step/prove", code=shown(secret, clock.now()))
    codes = [words for words in page.texts() if re.fullmatch(r"(\w{4}-){3}\w{4}", words)]
    assert len(codes) == 10
    return secret, codes


def next_code(secret: str) -> str:
    """Give the code that the phone will show next; the one of now was taken to prove it."""
    return shown(secret, clock.now() + timedelta(seconds=30))


def first_step(client: PageClient, who: User, **fields: Any) -> Element:  # noqa: ANN401 - fields of the form
    username = who.username
    return client.send("/sign-in", username=username, password=PASSWORD, **fields)


def test_whoever_has_set_it_up_comes_in_with_password_and_code(app: Flask) -> None:
    who = user(Role.FINANCE, username="li")
    owner = app.test_client()
    assert isinstance(owner, PageClient)
    secret, codes = set_up(owner.sign_in(who))
    stranger = app.test_client()
    assert isinstance(stranger, PageClient)
    page = first_step(stranger, who)
    assert page.one("h1").text == "第二步验证"
    assert stranger.get("/").status_code == 302, "the password alone opens nothing"
    page = stranger.send("/sign-in/code", code="000000", status=422)
    assert "验证码不对" in page.text
    code = next_code(secret)
    page = stranger.send("/sign-in/code", code=code)
    assert "您好" in page.one("h1").text
    thief = app.test_client()
    assert isinstance(thief, PageClient)
    first_step(thief, who)
    assert "验证码不对" in thief.send("/sign-in/code", code=code, status=422).text
    assert "您好" in thief.send("/sign-in/code", code=codes[0]).one("h1").text


def test_the_second_step_asks_nothing_of_who_has_not_shown_the_password(client: PageClient) -> None:
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.send("/sign-in/code", code="123456").one("h1").text == "登录"


def test_whoever_must_have_it_is_led_to_it_before_anything_else(app: Flask, client: PageClient) -> None:
    required(app)
    who = user(Role.FINANCE, username="li")
    page = first_step(client, who)
    assert page.one("h1").text == "设置第二步验证"
    for address in ("/", "/settlement", "/account"):
        assert client.get(address).location == "/account/second-step"
    assert client.post("/users/new").status_code == 400, "a form without its token is refused all the same"
    client.send("/account/second-step/prove", code=shown(secret_on(page), clock.now()))
    assert client.get("/").status_code == 200


def test_whoever_need_not_have_it_goes_on_without(app: Flask, client: PageClient) -> None:
    required(app)
    assert "您好" in first_step(client, user(Role.COMMUNITY_WORKER)).one("h1").text


def test_an_old_session_does_not_outlive_the_new_step(app: Flask) -> None:
    who = user(Role.FINANCE)
    one, other = app.test_client(), app.test_client()
    assert isinstance(one, PageClient)
    assert isinstance(other, PageClient)
    one.sign_in(who)
    other.sign_in(who)
    set_up(one)
    assert one.get("/").status_code == 200
    assert other.get("/").status_code == 302


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_new_recovery_codes_need_password_and_code(signed_in: SignedIn, password: str) -> None:
    client = signed_in(Role.FINANCE)
    secret, old = set_up(client)
    given = next_code(secret) if password == PASSWORD else "000000"
    status = 200 if password == PASSWORD else 422
    page = client.send("/account/second-step/codes", password=password, code=given, status=status)
    new = re.findall(r"(?:\w{4}-){3}\w{4}", page.text)
    assert len(new) == (10 if password == PASSWORD else 0)
    assert not set(new) & set(old)
