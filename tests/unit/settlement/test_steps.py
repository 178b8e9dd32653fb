"""A statement's way: the steps that there are, who may take them, and never the same person twice."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Role
from app.settlement.rules.steps import STEPS, Act, StatementStatus, Step, acts_open, next_status

AT = datetime(2026, 11, 5, tzinfo=UTC)
WAY = [
    (Act.SUBMIT, StatementStatus.SUBMITTED),
    (Act.REVIEW, StatementStatus.REVIEWED),
    (Act.APPROVE, StatementStatus.APPROVED),
    (Act.PAY, StatementStatus.PAID),
]


def test_four_people_bring_a_statement_from_the_site_to_the_bank() -> None:
    status, taken = StatementStatus.DRAFT, list[Step]()
    for number, (act, after) in enumerate(WAY):
        status = next_status(status, act, by=f"U-{number}", reason="", taken=taken, round_no=1)
        taken.append(Step(1, act, f"U-{number}", AT))
        assert status is after


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("before", [0, 1, 2])
def test_nobody_takes_two_steps_of_one_round(place: int, before: int) -> None:
    if before >= place:
        return
    act, status = WAY[place][0], WAY[place - 1][1]
    taken = [Step(1, earlier, f"U-{number}", AT) for number, (earlier, _) in enumerate(WAY[:place])]
    with pytest.raises(NotAllowed, match="Somebody else"):
        next_status(status, act, by=f"U-{before}", reason="", taken=taken, round_no=1)
    next_status(status, act, by=f"U-{before}", reason="", taken=taken, round_no=2)


@pytest.mark.parametrize("status", StatementStatus)
@pytest.mark.parametrize("act", Act)
def test_only_the_steps_of_the_table_are_taken(status: StatementStatus, act: Act) -> None:
    if (status, act) in STEPS:
        assert (
            next_status(status, act, by="U-1", reason="错了", taken=[], round_no=1) is STEPS[status, act][0]
        )
    else:
        with pytest.raises(Conflict) as refused:
            next_status(status, act, by="U-1", reason="错了", taken=[], round_no=1)
        assert str(refused.value) == f"“{act.label}” is not the next step: the statement is {status.label}."


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "Say why."),
        ("  ", "Say why."),
        ("长" * 201, "The reason is too long. Keep it under 200 characters."),
    ],
)
def test_who_returns_a_statement_says_why_in_a_few_words(reason: str, says: str) -> None:
    with pytest.raises(DomainError) as refused:
        next_status(StatementStatus.SUBMITTED, Act.RETURN, by="U-1", reason=reason, taken=[], round_no=1)
    assert (refused.value.field, str(refused.value)) == ("reason", says)


def test_two_hundred_characters_of_reason_are_not_too_many() -> None:
    longest = f" {'长' * 200} "
    after = next_status(StatementStatus.SUBMITTED, Act.RETURN, by="U-1", reason=longest, taken=[], round_no=1)
    assert after is StatementStatus.DRAFT


def test_whoever_reviewed_may_still_return_it() -> None:
    taken = [Step(1, Act.SUBMIT, "U-1", AT), Step(1, Act.REVIEW, "U-2", AT)]
    after = next_status(
        StatementStatus.REVIEWED, Act.RETURN, by="U-2", reason="看错了", taken=taken, round_no=1
    )
    assert after is StatementStatus.DRAFT


def test_what_is_approved_is_a_voucher_and_never_a_draft_again() -> None:
    for status in (StatementStatus.APPROVED, StatementStatus.PAID, StatementStatus.VOIDED):
        assert StatementStatus.DRAFT not in {STEPS[status, act][0] for act, _ in acts_open(status)}


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_a_paid_statement_has_passed_every_desk(acts: list[Act]) -> None:
    status, passed = StatementStatus.DRAFT, []
    for number, act in enumerate(acts):
        try:
            status = next_status(status, act, by=f"U-{number}", reason="错了", taken=[], round_no=1)
        except Conflict:
            continue
        passed.append(act)
    if status is StatementStatus.PAID:
        assert passed[-4:] == [act for act, _ in WAY]


def test_no_role_alone_brings_a_statement_through() -> None:
    wanted = [STEPS[StatementStatus.DRAFT, Act.SUBMIT][1]]
    wanted += [STEPS[status, act][1] for (_, status), (act, _) in pairwise(WAY)]
    for role in Role:
        assert len(role.permissions & set(wanted)) <= 1
