"""The pages on accounts: one's own, and those that one administrator asks about and another confirms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import clock
from app.auth import queries
from app.extensions import db
from app.roles import Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NEW_PASSWORD = "four quiet river stones"
FIRST_PASSWORD = "three-long-rivers"


def newcomer(username: str, name: str, *roles: str) -> dict[str, Any]:
    return {"username": username, "name": name, "password": FIRST_PASSWORD, "roles": list(roles)}


def test_a_new_finance_user_waits_and_then_chooses_a_password_first(
    signed_in: SignedIn, client: PageClient
) -> None:
    fields = newcomer("li", "李会计", "finance")
    page = signed_in(Role.ADMINISTRATOR).send("/users/new", area="430103", **fields)
    assert "安全管理员确认后" in page.text
    assert "不正确" in client.send("/sign-in", username="li", password=FIRST_PASSWORD, status=422).text
    security = signed_in(Role.SECURITY_ADMINISTRATOR)
    page = security.page("/users/requests")
    (confirm,) = [form for form in page.all("form") if form.get("action").endswith("/confirm")]
    security.submit(confirm)
    page = client.send("/sign-in", username="li", password=FIRST_PASSWORD)
    assert page.one("h1").text == "我的密码"
    assert client.get("/settlement").location == "/account/password"
    page = client.send("/account/password", password=FIRST_PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert "李会计" in page.one("h1").text


def test_a_sites_hand_is_let_in_at_once_by_one(signed_in: SignedIn, client: PageClient) -> None:
    fields = newcomer("wu", "吴社工", "community_worker")
    page = signed_in(Role.ADMINISTRATOR).send("/users/new", area="430103005", **fields)
    assert "现在可以登录" in page.text
    assert client.send("/sign-in", username="wu", password=FIRST_PASSWORD).one("h1").text == "我的密码"


@pytest.mark.parametrize(
    ("address", "fields", "act"),
    [
        ("password", {"password": NEW_PASSWORD}, "新密码"),
        ("roles", {"roles": ["auditor"], "area": "430103"}, "角色或辖区"),
        ("leaving", {}, "离岗"),
    ],
)
def test_what_is_asked_for_is_shown_to_the_second_person_with_its_reason(
    signed_in: SignedIn, address: str, fields: dict[str, Any], act: str
) -> None:
    number = user(Role.FINANCE).user_no
    administrator = signed_in(Role.ADMINISTRATOR)
    administrator.send(f"/users/{number}/{address}", reason="本人来电", **fields)
    page = signed_in(Role.SECURITY_ADMINISTRATOR).page("/users/requests")
    row = page.one("tbody").text
    assert act in row
    assert "本人来电" in row
    labels = {each.text for each in administrator.page("/users/requests").all("button")}
    assert "撤回" in labels
    assert "确认" not in labels
    assert signed_in(Role.AUDIT_ADMINISTRATOR).page("/users/requests").all("button", name="active") == []


def test_roles_that_exclude_each_other_are_refused_with_the_reason(signed_in: SignedIn) -> None:
    fields = newcomer("li", "李", "finance", "district_officer")
    administrator = signed_in(Role.ADMINISTRATOR)
    page = administrator.send("/users/new", area="430103", status=422, **fields)
    assert "财政付款" in page.text
    assert "三员分立" in administrator.page("/users/roles").text


def test_an_administrator_sees_and_touches_nobody_of_another_district(signed_in: SignedIn) -> None:
    elsewhere = user(Role.FINANCE, area="430102", username="far")
    number = elsewhere.user_no
    administrator = signed_in(Role.ADMINISTRATOR)
    assert "far" not in administrator.page("/users").text
    missing = administrator.page("/users/U-999", status=404).one("main").text
    assert administrator.page(f"/users/{number}", status=404).one("main").text == missing.replace(
        "U-999", number
    )
    sent = {"reason": "x", "password": NEW_PASSWORD, "roles": "finance", "area": "430103"}
    for act in ("active", "leaving", "factor", "password", "roles"):
        data = {"csrf_token": administrator.token(), **sent}
        assert administrator.post(f"/users/{number}/{act}", data=data).status_code == 404, act
    found = queries.user_numbered(number)
    assert found is not None
    assert found.is_active
    assert queries.acts_waiting([found.id]) == {}


def test_signing_out_ends_the_session_of_a_copied_cookie_too(app: Flask) -> None:
    who = user(Role.FINANCE)
    client, copied = app.test_client(), app.test_client()
    assert isinstance(client, PageClient)
    assert isinstance(copied, PageClient)
    client.sign_in(who)
    with client.session_transaction() as mine, copied.session_transaction() as theirs:
        theirs["_user_id"] = mine["_user_id"]
    assert copied.get("/").status_code == 200
    client.send("/sign-out")
    assert copied.get("/").status_code == 302


def test_a_person_ends_their_sessions_everywhere_else(app: Flask) -> None:
    who = user(Role.FINANCE)
    here, there = app.test_client(), app.test_client()
    assert isinstance(here, PageClient)
    assert isinstance(there, PageClient)
    there.sign_in(who)
    page = here.sign_in(who).page("/account")
    assert "在其他地方全部退出" in page.text
    here.send("/account/sessions/end")
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "wrong"}, "密码不对"),
        ({"again": "four quiet river stone"}, "两次输入的密码不一样"),
        ({"new": "short", "again": "short"}, "至少"),
        ({"new": PASSWORD, "again": PASSWORD}, "现在的密码"),
    ],
)
def test_an_own_password_that_will_not_do_is_refused(
    signed_in: SignedIn, fields: dict[str, str], said: str
) -> None:
    given = {"password": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD, **fields}
    assert said in signed_in(Role.AUDITOR).send("/account/password", status=422, **given).text


def test_an_account_is_tried_only_so_often_from_wherever(app: Flask) -> None:
    settings = app.config["MEAL_CIRCLE"]
    app.config["MEAL_CIRCLE"] = settings.model_copy(update={"account_limit": "3 per 15 minutes"})
    user(Role.FINANCE, username="li")
    for name in ("li", "nobody"):
        answers = []
        for attempt in range(4):
            client = app.test_client()
            assert isinstance(client, PageClient)
            token = client.page("/sign-in").all("input", name="csrf_token")[0].get("value")
            answer = client.post(
                "/sign-in",
                data={
                    "username": name.upper() if attempt == 1 else name,
                    "password": "x" * 12,
                    "csrf_token": token,
                },
                environ_base={"REMOTE_ADDR": f"10.0.0.{attempt}"},
            )
            answers.append(answer.status_code)
        assert answers == [422, 422, 422, 429], name
    client = app.test_client()
    assert isinstance(client, PageClient)
    assert client.send("/sign-in", username="li", password=PASSWORD, status=429)


def test_a_refused_sign_in_stands_in_the_trail_without_what_was_typed(
    client: PageClient, signed_in: SignedIn
) -> None:
    number = user(Role.FINANCE, username="li").user_no
    client.send("/sign-in", username="li", password="guess-guess-1", status=422)
    client.send("/sign-in", username="secret-typed-here", password="guess-guess-1", status=422)
    db.session.rollback()
    text = signed_in(Role.AUDIT_ADMINISTRATOR).page("/audit/").text
    assert f"user:{number}" in text
    assert "user:unknown" in text
    assert "secret-typed-here" not in text


@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 302), (Role.COMMUNITY_WORKER, 200)])
def test_whoever_pays_or_approves_comes_in_anew_after_half_an_hour_of_rest(
    client: PageClient, role: Role, status: int
) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False) as traveller:
        client.sign_in(user(role)).page("/")
        for _ in range(3):
            traveller.shift(timedelta(minutes=29))
            assert client.get("/").status_code == 200
        traveller.shift(timedelta(minutes=31))
        assert client.get("/").status_code == status
        traveller.shift(timedelta(hours=11))
        assert client.get("/").status_code == 302


def test_the_rules_of_passwords_are_given_to_who_must_change_theirs_and_to_nobody_else(
    app: Flask, client: PageClient
) -> None:
    assert client.get("/account/password-rules.json").status_code == 302
    someone = user(Role.AUDITOR)
    with transaction():
        someone.password_until = clock.now() + timedelta(days=3)
    visitor = app.test_client()
    assert isinstance(visitor, PageClient)
    told = visitor.sign_in(someone).get("/account/password-rules.json").json
    assert told is not None
    assert told["least"] == 12
    assert {"password", "changsha"} <= set(told["tried_first"])
