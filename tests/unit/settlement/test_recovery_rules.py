"""A recovery: a finding that can be, and a decision by somebody else, with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.errors import Conflict, DomainError, NotAllowed
from app.settlement.rules.recovery import (
    STEPS,
    Finding,
    RecoveryAct,
    RecoveryStatus,
    ensure_finding,
    next_status,
)

TODAY = date(2026, 11, 26)
FINDING = Finding("202610-C01-01", "district", "一般公共预算", 300_00, TODAY, "十餐无人就餐", "签到表缺签名")


@pytest.mark.parametrize(
    "change", [{}, {"amount_fen": 1}, {"amount_fen": 400_00}, {"found_on": date(2026, 1, 1)}]
)
def test_a_finding_within_what_was_paid_is_taken(change: dict[str, Any]) -> None:
    ensure_finding(replace(FINDING, **change), paid_fen=500_00, claimed_fen=100_00, today=TODAY)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"amount_fen": 0}, "amount", "Write an amount above nought."),
        ({"amount_fen": -1}, "amount", "Write an amount above nought."),
        (
            {"amount_fen": 400_01},
            "amount",
            "More than the statement gave from this fund, less what other cases take back of it.",
        ),
        ({"found_on": date(2026, 11, 27)}, "found_on", "The day lies ahead."),
        ({"finding": " "}, "finding", "Please fill this in."),
        ({"evidence": ""}, "evidence", "Please fill this in."),
    ],
)
def test_a_finding_that_cannot_be_is_refused_at_its_field(
    change: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(DomainError) as refused:
        ensure_finding(replace(FINDING, **change), paid_fen=500_00, claimed_fen=100_00, today=TODAY)
    assert (refused.value.field, str(refused.value)) == (field, says)


@pytest.mark.parametrize("status", RecoveryStatus)
@pytest.mark.parametrize("act", RecoveryAct)
def test_only_the_steps_of_the_table_are_taken(status: RecoveryStatus, act: RecoveryAct) -> None:
    if (status, act) in STEPS:
        after = next_status(status, act, by="U-2", reason="属实", taken={"U-1"})
        assert after is STEPS[status, act][0]
    else:
        with pytest.raises(Conflict, match="a moment ago"):
            next_status(status, act, by="U-2", reason="属实", taken={"U-1"})


def test_who_took_a_step_takes_no_other() -> None:
    with pytest.raises(NotAllowed, match="Somebody else must take this one"):
        next_status(RecoveryStatus.OPEN, RecoveryAct.DEMAND, by="U-1", reason="属实", taken={"U-1", "U-3"})


@pytest.mark.parametrize("reason", ["", " ", "长" * 501])
def test_a_decision_says_why_in_a_few_words(reason: str) -> None:
    with pytest.raises(DomainError) as refused:
        next_status(RecoveryStatus.OPEN, RecoveryAct.WAIVE, by="U-2", reason=reason, taken={"U-1"})
    assert (refused.value.field, str(refused.value)) == ("reason", "Say why, in at most 500 characters.")


def test_five_hundred_characters_of_reason_are_not_too_many() -> None:
    after = next_status(
        RecoveryStatus.OPEN, RecoveryAct.WAIVE, by="U-2", reason=f" {'长' * 500} ", taken={"U-1"}
    )
    assert after is RecoveryStatus.WAIVED
