"""Letting people in, from the terminal and by the verbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.auth import queries, service
from app.auth.rules import NewUser
from app.errors import Conflict, DomainError
from app.roles import COMMAND, Role
from app.transaction import transaction

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def newcomer(*roles: Role, username: str = "zhang", site_code: str | None = None) -> NewUser:
    return NewUser(username, "张三", "a-long-enough-password", frozenset(roles), "430103", site_code)


def test_the_first_administrator_gets_in_from_the_terminal(app: Flask) -> None:
    arguments = ["users", "add", "chief", "--name", "彭辉", "--role", "administrator"]
    typed = "a-long-enough-password\na-long-enough-password\n"
    done = app.test_cli_runner().invoke(args=arguments, input=typed)
    assert done.exit_code == 0, done.output
    with transaction():
        assert service.sign_in("chief", "a-long-enough-password", at=AT).user_no == "U-1"
    again = app.test_cli_runner().invoke(args=arguments, input=typed)
    assert again.exit_code == 1
    assert "taken" in again.output


def test_a_password_is_hashed_anew_when_the_settings_ask_for_more(app: Flask) -> None:
    with transaction():
        service.let_in(newcomer(Role.FINANCE), by=COMMAND, at=AT)
        before = queries.user_named("zhang").password_hash  # type: ignore[union-attr]  # just let in
    config = app.config["MEAL_CIRCLE"]
    app.config["MEAL_CIRCLE"] = config.model_copy(update={"argon2_time_cost": config.argon2_time_cost + 1})
    with transaction():
        after = service.sign_in("zhang", "a-long-enough-password", at=AT).password_hash
    assert before.startswith("$argon2id$")
    assert after.startswith("$argon2id$")
    assert f"t={config.argon2_time_cost + 1}," in after
    assert after != before
    with transaction():
        assert service.sign_in("zhang", "a-long-enough-password", at=AT).password_hash == after


@pytest.mark.parametrize(
    "roles",
    [
        (),
        (Role.FINANCE, Role.DISTRICT_OFFICER),
        (Role.AUDITOR, Role.FINANCE),
        (Role.ADMINISTRATOR, Role.COMMUNITY_WORKER),
        (Role.SITE_STAFF, Role.COMMUNITY_WORKER),
    ],
)
@pytest.mark.usefixtures("app")
def test_roles_that_check_each_other_are_kept_apart(roles: tuple[Role, ...]) -> None:
    with pytest.raises(DomainError), transaction():
        service.let_in(newcomer(*roles, site_code="C01"), by=COMMAND, at=AT)


@pytest.mark.usefixtures("app")
def test_a_site_that_does_not_exist_is_refused_with_a_sentence() -> None:
    with pytest.raises(Conflict, match="not known"), transaction():
        service.let_in(newcomer(Role.SITE_STAFF, site_code="C99"), by=COMMAND, at=AT)


@pytest.mark.usefixtures("app")
def test_whoever_is_shut_out_cannot_sign_in_and_loses_open_sessions() -> None:
    with transaction():
        user = service.let_in(newcomer(Role.FINANCE), by=COMMAND, at=AT)
        hashed = service.token_hash(service.begin_session(user, lasts_minutes=60, at=AT))
    assert queries.user_of_session(hashed, at=AT) is not None
    with transaction():
        service.shut_out("U-1", by=COMMAND, at=AT)
    assert queries.user_of_session(hashed, at=AT) is None
    with pytest.raises(DomainError), transaction():
        service.sign_in("zhang", "a-long-enough-password", at=AT)


@pytest.mark.usefixtures("app")
def test_a_new_password_ends_the_sessions_of_the_old_one() -> None:
    with transaction():
        user = service.let_in(newcomer(Role.FINANCE), by=COMMAND, at=AT)
        token = service.begin_session(user, lasts_minutes=60, at=AT)
    with transaction():
        service.set_password("U-1", "another-long-password", by=COMMAND, at=AT)
    assert queries.user_of_session(service.token_hash(token), at=AT) is None


@pytest.mark.usefixtures("app")
def test_a_session_ends_at_its_limit_however_busy_it_is() -> None:
    with transaction():
        user = service.let_in(newcomer(Role.FINANCE), by=COMMAND, at=AT)
        hashed = service.token_hash(service.begin_session(user, lasts_minutes=60, at=AT))
    assert queries.user_of_session(hashed, at=AT + timedelta(minutes=59)) is not None
    assert queries.user_of_session(hashed, at=AT + timedelta(minutes=60)) is None
    assert queries.user_of_session(service.token_hash("guessed"), at=AT) is None


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "zhang-zhang-1"])
@pytest.mark.usefixtures("app")
def test_a_weak_password_is_refused(password: str) -> None:
    weak = NewUser("zhang", "张三", password, frozenset({Role.FINANCE}), "", None)
    with pytest.raises(DomainError), transaction():
        service.let_in(weak, by=COMMAND, at=AT)
