"""The second factor: proven, asked for, never taken twice, and what ends when it changes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.auth import queries, service
from app.auth.models import RecoveryCode, User
from app.errors import DomainError
from app.extensions import db
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.support.factor import shown

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


def with_factor() -> tuple[str, str, list[str]]:
    """Give the number of a user, the secret on their phone, and their codes on paper."""
    made = user(Role.FINANCE)
    number, actor = made.user_no, made.actor
    with transaction():
        service.begin_factor(PASSWORD, "", by=actor, at=AT)
    secret = secret_of(number, "factor_pending")
    with transaction():
        _, codes = service.prove_factor(shown(secret, AT), by=actor, at=AT)
    return number, secret, codes


def secret_of(user_no: str, column: str = "factor_secret") -> str:
    found = db.session.execute(select(getattr(User, column)).where(User.user_no == user_no)).scalar_one()
    db.session.rollback()
    return str(found)


@pytest.mark.usefixtures("app")
def test_a_code_lets_in_once() -> None:
    number, secret, _ = with_factor()
    code = shown(secret, LATER)
    with transaction():
        assert service.check_second_step(number, code, at=LATER).user_no == number
    with pytest.raises(DomainError, match="taken already"), transaction():
        service.check_second_step(number, code, at=LATER)


@pytest.mark.usefixtures("app")
def test_the_code_that_proved_the_factor_lets_nobody_in() -> None:
    number, secret, _ = with_factor()
    with pytest.raises(DomainError), transaction():
        service.check_second_step(number, shown(secret, AT), at=AT)


@pytest.mark.usefixtures("app")
def test_a_recovery_code_lets_in_once_and_is_kept_as_a_hash_alone() -> None:
    number, _, codes = with_factor()
    assert len(codes) == 10
    kept = set(db.session.execute(select(RecoveryCode.code_hash)).scalars())
    assert len(kept) == 10
    assert not kept & set(codes)
    with transaction():
        service.check_second_step(number, codes[3].lower().replace("-", " "), at=LATER)
    with pytest.raises(DomainError), transaction():
        service.check_second_step(number, codes[3], at=LATER)
    found = queries.user_numbered(number)
    assert found is not None
    assert queries.unused_codes(found.id) == 9


@pytest.mark.usefixtures("app")
def test_another_users_recovery_code_opens_nothing() -> None:
    _, _, codes = with_factor()
    other, _, _ = with_factor()
    with pytest.raises(DomainError), transaction():
        service.check_second_step(other, codes[0], at=LATER)


@pytest.mark.usefixtures("app")
def test_a_new_factor_needs_the_password_and_a_code_of_the_old_one() -> None:
    number, secret, _ = with_factor()
    found = queries.user_numbered(number)
    assert found is not None
    actor = found.actor
    for password, code in (("wrong", shown(secret, LATER)), (PASSWORD, ""), (PASSWORD, "000000")):
        with pytest.raises(DomainError), transaction():
            service.begin_factor(password, code, by=actor, at=LATER)
    with transaction():
        service.begin_factor(PASSWORD, shown(secret, LATER), by=actor, at=LATER)
    assert secret_of(number) == secret, "the old one holds until the new one is proven"


@pytest.mark.usefixtures("app")
def test_a_picture_that_was_left_open_proves_nothing() -> None:
    actor = user(Role.FINANCE).actor
    with transaction():
        service.begin_factor(PASSWORD, "", by=actor, at=AT)
    late = AT + timedelta(minutes=16)
    code = shown(secret_of(actor.user_no, "factor_pending"), late)
    with pytest.raises(DomainError, match="too old"), transaction():
        service.prove_factor(code, by=actor, at=late)


@pytest.mark.usefixtures("app")
def test_every_session_ends_when_the_factor_the_password_or_the_roles_change() -> None:
    number, secret, _ = with_factor()

    def open_session() -> str:
        with transaction():
            found = queries.user_numbered(number)
            assert found is not None
            return service.token_hash(service.begin_session(found, lasts_minutes=60, at=LATER))

    found = queries.user_numbered(number)
    assert found is not None
    actor = found.actor
    hashed = open_session()
    with transaction():
        service.change_password(PASSWORD, "four quiet river stones", by=actor, at=LATER)
    assert queries.user_of_session(hashed, at=LATER) is None
    hashed = open_session()
    with transaction():
        held = queries.user_for_update(number)
        assert held is not None
        service.reset_factor(held, by=COMMAND, at=LATER)
    assert queries.user_of_session(hashed, at=LATER) is None
    with pytest.raises(DomainError), transaction():
        service.check_second_step(number, shown(secret, LATER), at=LATER)


def test_two_who_send_the_same_code_at_once_do_not_both_come_in(app: Flask) -> None:
    number, secret, _ = with_factor()
    code, outcomes, gate = shown(secret, LATER), [], threading.Barrier(2)

    def attempt() -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    service.check_second_step(number, code, at=LATER)
                outcomes.append("in")
            except DomainError:
                outcomes.append("refused")

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]
