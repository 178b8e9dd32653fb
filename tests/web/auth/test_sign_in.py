"""The pages of users: signing in and out, and who may."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.auth.models import User
from app.auth.rules import pin_key
from app.extensions import db
from app.roles import Role
from tests.factories.auth import PASSWORD, user
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


def test_a_visitor_is_sent_to_sign_in_and_then_to_what_they_asked_for(client: PageClient) -> None:
    user(Role.ADMINISTRATOR, username="zhang")
    asked = client.get("/users", follow_redirects=True)
    assert asked.request.path == "/sign-in"
    page = client.page("/users")
    form = next(form for form in page.all("form") if form.all(name="password"))
    page = client.submit(form, at="/sign-in?next=/users", username="zhang", password=PASSWORD)
    assert page.one("h1").text == "用户"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/users",
        "//elsewhere.example/users",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "https:elsewhere.example",
    ],
)
def test_signing_in_leads_nowhere_but_to_pages_of_ours(client: PageClient, elsewhere: str) -> None:
    user(Role.ADMINISTRATOR, username="zhang")
    fields = {"username": "zhang", "password": PASSWORD, "csrf_token": client.token()}
    answer = client.post("/sign-in", query_string={"next": elsewhere}, data=fields)
    assert (answer.status_code, answer.location) == (302, "/")


def test_a_wrong_password_is_refused_in_the_words_for_an_unknown_name(client: PageClient) -> None:
    user(Role.ADMINISTRATOR, username="zhang")
    for name in ("zhang", "nobody"):
        page = client.send("/sign-in", username=name, password="not-the-password", status=422)
        assert "登录名或密码不正确" in page.one("main").text


def test_an_administrator_lets_in_someone_who_can_then_sign_in(
    signed_in: SignedIn, client: PageClient
) -> None:
    administrator = signed_in(Role.ADMINISTRATOR)
    form = administrator.page("/users/new").one("main").one("form")
    page = administrator.submit(
        form,
        at="/users/new",
        username="li",
        name="李社工",
        password=PASSWORD,
        roles=["community_worker"],
        area="430103",
    )
    assert "李社工" in page.one("h1").text
    assert client.send("/sign-in", username="li", password=PASSWORD).one("h1").text == "我的密码"


def test_who_is_shut_out_is_signed_out_at_once(signed_in: SignedIn, client: PageClient) -> None:
    finance = user(Role.FINANCE)
    client.sign_in(finance).page("/")
    signed_in(Role.ADMINISTRATOR).send(f"/users/{finance.user_no}/active", active="no")
    assert client.get("/").status_code == 302


def test_the_language_can_be_switched(client: PageClient) -> None:
    page = client.send("/language", language="en", back="/sign-in")
    assert page.one("html").get("lang") == "en"
    assert page.one("h1").text == "Sign in"


def test_a_post_without_its_token_is_refused(signed_in: SignedIn) -> None:
    administrator = signed_in(Role.ADMINISTRATOR)
    assert administrator.post("/sign-out").status_code == 400
    assert administrator.get("/").status_code == 200


def pin_form(client: PageClient) -> Element:
    return next(form for form in client.page("/pin").all("form") if form.all(name="again"))


def test_a_person_sets_their_own_pin_with_their_password(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_STAFF, site_code=None)
    page = client.submit(pin_form(client), at="/pin", password=PASSWORD, pin="258046", again="258046")
    assert "PIN 码已设置" in page.text
    (kept,) = db.session.execute(select(User)).scalars()
    assert kept.pin_key is not None
    assert kept.pin_salt is not None
    assert kept.pin_key == pin_key("258046", base64.b64decode(kept.pin_salt)).hex()
    raw = db.session.connection().exec_driver_sql('SELECT pin_key FROM "user"').scalar_one()
    assert kept.pin_key.encode() not in bytes(raw)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "wrong"}, "密码不对"),
        ({"again": "258047"}, "两次输入的 PIN 码不一样"),
        ({"pin": "12", "again": "12"}, "4 到 6 位数字"),
        ({"pin": "１２３４５６", "again": "１２３４５６"}, "4 到 6 位数字"),
        ({"pin": "1111", "again": "1111"}, "太容易猜到"),
        ({"pin": "4567", "again": "4567"}, "太容易猜到"),
    ],
)
def test_a_pin_that_will_not_do_is_refused(signed_in: SignedIn, fields: dict[str, str], said: str) -> None:
    client = signed_in(Role.SITE_STAFF, site_code=None)
    given = {"password": PASSWORD, "pin": "258046", "again": "258046", **fields}
    page = client.submit(pin_form(client), at="/pin", status=422, **given)
    assert said in page.text
    assert db.session.execute(select(User.pin_key)).scalar_one() is None
