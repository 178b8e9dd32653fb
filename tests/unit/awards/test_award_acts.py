"""An award's way: which act leads where, what each asks for, and who may not do two of them."""

from __future__ import annotations

import pytest

from app.awards.rules.acts import (
    LONGEST_REASON,
    AwardAct,
    AwardState,
    acts_open,
    after,
    ensure_four_eyes,
    ensure_reason,
)
from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Permission

WAY = {
    (AwardState.DRAFT, AwardAct.APPROVE): AwardState.APPROVED,
    (AwardState.APPROVED, AwardAct.PAY): AwardState.APPROVED,
    (AwardState.APPROVED, AwardAct.VOID): AwardState.VOIDED,
}


@pytest.mark.parametrize("state", AwardState)
@pytest.mark.parametrize("act", AwardAct)
def test_an_act_leads_where_the_table_says_and_is_refused_elsewhere(state: AwardState, act: AwardAct) -> None:
    if (state, act) in WAY:
        assert after(state, act) is WAY[state, act]
        return
    with pytest.raises(Conflict) as refused:
        after(state, act)
    assert str(refused.value) == f"“{act.label}” is not the next step: the award is {state.label}."


def test_each_state_offers_its_acts_with_what_they_ask_for() -> None:
    assert acts_open(AwardState.DRAFT) == [(AwardAct.APPROVE, Permission.AWARDS_APPROVE)]
    assert acts_open(AwardState.APPROVED) == [
        (AwardAct.PAY, Permission.AWARDS_PAY),
        (AwardAct.VOID, Permission.AWARDS_APPROVE),
    ]
    assert acts_open(AwardState.VOIDED) == []


def test_states_and_acts_are_kept_and_shown_by_these_words() -> None:
    assert [(state.value, str(state.label)) for state in AwardState] == [
        ("draft", "draft"),
        ("approved", "approved"),
        ("voided", "void"),
    ]
    assert [(act.value, str(act.label)) for act in AwardAct] == [
        ("approve", "Approve"),
        ("pay", "Confirm the payment"),
        ("void", "Declare void"),
    ]


@pytest.mark.parametrize(("drafted_by", "assessed_by"), [("U-1", None), ("U-2", "U-1"), ("U-1", "U-1")])
def test_whoever_drafted_or_assessed_does_not_approve(drafted_by: str, assessed_by: str | None) -> None:
    with pytest.raises(NotAllowed):
        ensure_four_eyes("U-1", drafted_by=drafted_by, assessed_by=assessed_by)


def test_a_third_person_approves() -> None:
    ensure_four_eyes("U-3", drafted_by="U-1", assessed_by="U-2")
    ensure_four_eyes("U-3", drafted_by="U-1", assessed_by=None)


@pytest.mark.parametrize("reason", ["", "  ", "字" * (LONGEST_REASON + 1)])
def test_a_reason_says_something_in_a_few_words(reason: str) -> None:
    with pytest.raises(DomainError) as refused:
        ensure_reason(reason)
    assert refused.value.field == "reason"


def test_a_reason_is_kept_without_the_spaces_around_it() -> None:
    assert ensure_reason("  分数录错了 ") == "分数录错了"
    assert ensure_reason(" " + "字" * 200 + " ") == "字" * 200
