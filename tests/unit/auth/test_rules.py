"""What is decided about users: passwords, roles that exclude each other, codes, who may confirm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from app.auth.rules import (
    Act,
    code_hash,
    ensure_decidable,
    ensure_separate,
    ensure_strong,
    needs_second_factor,
    needs_second_person,
    new_recovery_code,
    new_secret,
    step_of,
)
from app.auth.rules.roles import rows_of_conflicts
from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Permission, Role
from tests.support.factor import shown

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC_SECRET, code, at=at, after=0) == seconds // 30
    assert shown(RFC_SECRET, at) == code


@pytest.mark.parametrize(
    ("drift", "is_taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_phones_clock_may_be_half_a_minute_off(drift: int, is_taken: bool) -> None:  # noqa: FBT001 - a column
    secret = new_secret()
    code = shown(secret, AT + timedelta(seconds=drift))
    assert (step_of(secret, code, at=AT, after=0) is not None) == is_taken


def test_a_code_is_not_taken_again_nor_an_earlier_one_after_it() -> None:
    secret = new_secret()
    step = step_of(secret, shown(secret, AT), at=AT, after=0)
    assert step is not None
    assert step_of(secret, shown(secret, AT), at=AT, after=step) is None
    assert step_of(secret, shown(secret, AT - timedelta(seconds=30)), at=AT, after=step) is None
    assert step_of(secret, shown(secret, AT + timedelta(seconds=30)), at=AT, after=step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "abcdef", "1234567"])
def test_what_is_no_code_is_not_taken(code: str) -> None:
    assert step_of(RFC_SECRET, code, at=AT, after=0) is None


def test_recovery_codes_differ_and_belong_to_one_user() -> None:
    codes = {new_recovery_code() for _ in range(100)}
    assert len(codes) == 100
    code = codes.pop()
    assert code_hash(code, user_no="U-1") != code_hash(code, user_no="U-2")
    assert code_hash(f" {code.lower()} ", user_no="U-1") == code_hash(code, user_no="U-1")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "aaaaaaaaaaaaaaaa",
        "zhang-and-1234",
        "qwertyuiop123",
        "password2026!!!!",
        "2026-changsha-2026",
        "1q2w3e4r5t6y",
        "123456789123456789",
    ],
)
def test_a_password_that_is_short_or_much_used_is_refused(password: str) -> None:
    with pytest.raises(DomainError):
        ensure_strong(password, username="zhang")


@pytest.mark.parametrize(
    "password", ["食堂门口那棵老樟树今年开花了", "four quiet river stones", "x" * 8 + "yzab.q3k"]
)
def test_a_long_password_needs_no_signs_or_capitals(password: str) -> None:
    ensure_strong(password, username="zhang")


def test_roles_that_check_each_other_are_refused_with_the_reason() -> None:
    with pytest.raises(DomainError, match="finance pays"):
        ensure_separate({Role.FINANCE, Role.DISTRICT_OFFICER})
    with pytest.raises(DomainError, match="三员分立"):
        ensure_separate({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
    with pytest.raises(DomainError, match="会计法"):
        ensure_separate({Role.SITE_STAFF, Role.COMMUNITY_WORKER})


def test_nobody_both_does_and_approves_whatever_roles_they_hold() -> None:
    apart = [
        (Permission.USERS_MANAGE, Permission.USERS_CONFIRM),
        (Permission.USERS_MANAGE, Permission.AUDIT_VIEW),
        (Permission.USERS_CONFIRM, Permission.AUDIT_VIEW),
        (Permission.STATEMENTS_SUBMIT, Permission.STATEMENTS_REVIEW),
        (Permission.STATEMENTS_DRAFT, Permission.STATEMENTS_APPROVE),
        (Permission.STATEMENTS_REVIEW, Permission.STATEMENTS_APPROVE),
        (Permission.STATEMENTS_APPROVE, Permission.STATEMENTS_PAY),
        (Permission.MEALS_RECORD, Permission.STATEMENTS_APPROVE),
        (Permission.MEALS_RECORD, Permission.STATEMENTS_PAY),
        (Permission.AWARDS_DRAFT, Permission.AWARDS_APPROVE),
    ]
    for size in (1, 2, 3):
        for roles in combinations(Role, size):
            try:
                ensure_separate(roles)
            except DomainError:
                continue
            held = {permission for role in roles for permission in role.permissions}
            assert [pair for pair in apart if set(pair) <= held] == [], roles


def test_the_table_of_conflicts_shows_every_pair_that_is_refused() -> None:
    rows = rows_of_conflicts()
    for first, second in combinations(Role, 2):
        shown_apart = any({first, second} <= row.roles for row in rows) or any(
            len(row.roles) == 1 and row.roles & {first, second} for row in rows
        )
        try:
            ensure_separate({first, second})
            refused = False
        except DomainError:
            refused = True
        assert refused == shown_apart, (first, second)


def test_whoever_administers_pays_or_approves_needs_a_second_factor() -> None:
    strong = {
        Permission.USERS_MANAGE,
        Permission.USERS_CONFIRM,
        Permission.POLICY_APPROVE,
        Permission.STATEMENTS_REVIEW,
        Permission.STATEMENTS_APPROVE,
        Permission.STATEMENTS_PAY,
        Permission.AWARDS_APPROVE,
        Permission.AWARDS_PAY,
        Permission.DONATIONS_CONFIRM,
    }
    for role in Role:
        if role.permissions & strong:
            assert needs_second_factor([role]), role


def test_a_sites_new_hand_starts_at_once_and_all_else_waits() -> None:
    assert not needs_second_person(Act.LET_IN, [Role.SITE_STAFF])
    assert needs_second_person(Act.LET_IN, [Role.FINANCE])
    for act in set(Act) - {Act.LET_IN}:
        assert needs_second_person(act, [Role.SITE_STAFF])


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"by": "U-1"}, NotAllowed),
        ({"by": "U-3"}, NotAllowed),
        ({"is_open": False}, Conflict),
        ({"at": AT + timedelta(days=8)}, Conflict),
    ],
)
def test_only_a_second_person_decides_and_in_time(
    changed: dict[str, object], refusal: type[DomainError]
) -> None:
    asked: dict[str, object] = {
        "asked_by": "U-1", "subject": "U-3", "by": "U-2", "asked_at": AT, "at": AT, "is_open": True,
    }  # fmt: skip
    ensure_decidable(**asked)  # type: ignore[arg-type]  # a row of the table
    with pytest.raises(refusal):
        ensure_decidable(**asked | changed)  # type: ignore[arg-type]  # a row of the table
