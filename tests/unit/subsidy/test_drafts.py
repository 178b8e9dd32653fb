"""The way of a draft: which act leads where, and who may not approve."""

from __future__ import annotations

from itertools import product

import pytest

from app.errors import Conflict
from app.subsidy.rules.drafts import TRANSITIONS, DraftAct, DraftState, after, are_four_eyes

DRAFT, SUBMITTED = DraftState.DRAFT, DraftState.SUBMITTED


@pytest.mark.parametrize(
    ("state", "act", "leads_to"),
    [
        (DRAFT, DraftAct.CHANGE, DRAFT),
        (DRAFT, DraftAct.SUBMIT, SUBMITTED),
        (DRAFT, DraftAct.DISCARD, DraftState.DISCARDED),
        (SUBMITTED, DraftAct.RETURN, DRAFT),
        (SUBMITTED, DraftAct.PUBLISH, DraftState.PUBLISHED),
        (SUBMITTED, DraftAct.DISCARD, DraftState.DISCARDED),
    ],
)
def test_an_act_leads_on(state: DraftState, act: DraftAct, leads_to: DraftState) -> None:
    assert after(state, act) is leads_to


def test_everything_else_is_refused() -> None:
    refused = set(product(DraftState, DraftAct)) - set(TRANSITIONS)
    assert len(refused) == 20 - 6
    for state, act in refused:
        with pytest.raises(Conflict):
            after(state, act)


def test_nothing_leads_out_of_the_ends() -> None:
    ends = {state for state in DraftState if not state.is_open}
    assert ends == {DraftState.PUBLISHED, DraftState.DISCARDED}
    assert not [state for state, _ in TRANSITIONS if state in ends]


@pytest.mark.parametrize("writer", ["made_by", "changed_by", "submitted_by"])
def test_whoever_had_a_hand_in_it_does_not_approve_it(writer: str) -> None:
    hands = {"made_by": "U-1", "changed_by": "U-1", "submitted_by": "U-1"}
    assert are_four_eyes("U-2", **hands)
    assert not are_four_eyes("U-2", **hands | {writer: "U-2"})
