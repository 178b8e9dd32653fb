"""Tablets: prepared once, enrolled with a code that works once, revoked for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Scope
from app.till import service
from app.till.models import Tablet
from app.till.rules.credentials import digest
from app.transaction import transaction
from tests.factories.district import canteen
from tests.factories.meals import NOON

HERE = Actor("U-5", scope=Scope("430103", "C01"))


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")


def prepared(name: str = "前台", site_code: str = "C01") -> tuple[str, str]:
    with transaction():
        tablet, code = service.prepare(site_code, name, by=HERE, at=NOON)
        return tablet.tablet_no, code


def enrolled(code: str, minutes: int = 1) -> tuple[str, str]:
    with transaction():
        tablet, token = service.enrol(code, at=NOON + timedelta(minutes=minutes))
        return tablet.tablet_no, token


def heard_from() -> None:
    with transaction():
        db.session.execute(select(Tablet)).scalar_one().last_seen_at = NOON


def the_tablet() -> Tablet:
    db.session.rollback()
    return db.session.execute(select(Tablet)).scalar_one()


def test_a_code_becomes_a_token_once_however_it_is_typed() -> None:
    tablet_no, code = prepared()
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert enrolled(typed)[0] == tablet_no
    with pytest.raises(DomainError, match="no longer"):
        enrolled(code)


def test_neither_code_nor_token_is_kept_as_it_is() -> None:
    _, code = prepared()
    assert the_tablet().code_digest == digest(code)
    _, token = enrolled(code)
    kept = the_tablet()
    assert (kept.token_digest, kept.code_digest) == (digest(token), None)


def test_a_code_is_good_for_half_an_hour() -> None:
    _, code = prepared()
    with pytest.raises(DomainError, match="no longer"):
        enrolled(code, minutes=30)
    assert enrolled(code, minutes=29)


def test_a_wrong_code_is_refused_like_a_spent_one() -> None:
    prepared()
    with pytest.raises(DomainError, match="no longer"):
        enrolled("AAAAAAAA")


def test_prepared_again_it_is_the_same_tablet_with_a_new_code() -> None:
    first, old = prepared()
    second, new = prepared()
    assert first == second
    with pytest.raises(DomainError):
        enrolled(old)
    assert enrolled(new)


def test_the_name_of_a_tablet_in_use_is_taken_until_it_is_revoked() -> None:
    tablet_no, code = prepared()
    enrolled(code)
    heard_from()
    with pytest.raises(Conflict, match="T-1 here is called “前台” already"):
        prepared()
    with transaction():
        service.revoke(tablet_no, by=HERE, at=NOON)
    assert prepared()[0] == "T-2"


def test_an_enrolment_that_was_broken_off_is_begun_again_under_the_same_name() -> None:
    _, code = prepared()
    _, lost = enrolled(code)
    tablet_no, again = prepared()
    assert tablet_no == "T-1"
    _, token = enrolled(again)
    assert the_tablet().token_digest == digest(token) != digest(lost)


@pytest.mark.parametrize("name", ["", "  ", "平" * 65])
def test_a_tablet_needs_a_name(name: str) -> None:
    with pytest.raises(DomainError, match="name"):
        prepared(name)


def test_nobody_prepares_or_revokes_a_tablet_beyond_their_site() -> None:
    with pytest.raises(NotFound):
        prepared(site_code="C02")
    with transaction():
        service.prepare("C02", "别处", by=COMMAND, at=NOON)
    with pytest.raises(NotFound), transaction():
        service.revoke("T-1", by=HERE, at=NOON)


def test_a_revoked_code_enrols_nothing() -> None:
    tablet_no, code = prepared()
    with transaction():
        service.revoke(tablet_no, by=HERE, at=NOON)
    with pytest.raises(DomainError):
        enrolled(code)


def test_the_trail_tells_who_prepared_enrolled_and_revoked() -> None:
    tablet_no, code = prepared()
    _, token = enrolled(code)
    with transaction():
        service.revoke(tablet_no, by=HERE, at=NOON)
        service.revoke(tablet_no, by=HERE, at=NOON)
        service.note_wiped(token, at=NOON)
        service.note_wiped(token, at=NOON)
        service.note_wiped("another", at=NOON)
    entries = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq)).scalars().all()
    assert [(entry.action, entry.actor, entry.subject) for entry in entries] == [
        ("tablet.made", "U-5", "tablet:T-1"),
        ("tablet.enrolled", "T-1", "tablet:T-1"),
        ("tablet.revoked", "U-5", "tablet:T-1"),
        ("tablet.wiped", "T-1", "tablet:T-1"),
    ]
    written = "".join(entry.detail for entry in entries)
    assert code not in written
    assert token not in written
