"""Home of the way a policy goes before it is in force: drafted, submitted, published by another. Pure."""

from __future__ import annotations

from enum import StrEnum

from app.errors import Conflict
from app.text import Text, text


class DraftState(StrEnum):
    """Where a draft stands; published and discarded are the ends."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def label(self) -> Text:
        """Give the state's name for a screen."""
        return _STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Tell whether something can still be done with it."""
        return self in (DraftState.DRAFT, DraftState.SUBMITTED)


_STATE_LABELS = {
    DraftState.DRAFT: text("being drafted"),
    DraftState.SUBMITTED: text("waiting for approval"),
    DraftState.PUBLISHED: text("published"),
    DraftState.DISCARDED: text("discarded"),
}


class DraftAct(StrEnum):
    """What somebody does with a draft."""

    CHANGE = "change"
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    DISCARD = "discard"


TRANSITIONS: dict[tuple[DraftState, DraftAct], DraftState] = {
    (DraftState.DRAFT, DraftAct.CHANGE): DraftState.DRAFT,
    (DraftState.DRAFT, DraftAct.SUBMIT): DraftState.SUBMITTED,
    (DraftState.DRAFT, DraftAct.DISCARD): DraftState.DISCARDED,
    (DraftState.SUBMITTED, DraftAct.RETURN): DraftState.DRAFT,
    (DraftState.SUBMITTED, DraftAct.PUBLISH): DraftState.PUBLISHED,
    (DraftState.SUBMITTED, DraftAct.DISCARD): DraftState.DISCARDED,
}
"""Where each act leads; what is not here cannot be done."""


def after(state: DraftState, act: DraftAct) -> DraftState:
    """Give where a draft stands after an act.

    Raises: Conflict when the act cannot be done in this state.

    >>> after(DraftState.DRAFT, DraftAct.SUBMIT)
    <DraftState.SUBMITTED: 'submitted'>
    """
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise Conflict(_REFUSALS[state]) from None


_REFUSALS = {
    DraftState.DRAFT: text("This draft was not submitted yet, or was returned. Submit it first."),
    DraftState.SUBMITTED: text("This draft waits for approval and cannot be changed. Return it first."),
    DraftState.PUBLISHED: text("This draft is published and cannot be changed. Begin a new one from it."),
    DraftState.DISCARDED: text("This draft was discarded. Begin a new one."),
}


def are_four_eyes(approver: str, *, made_by: str, changed_by: str, submitted_by: str | None) -> bool:
    """Tell whether whoever approves is another person than those who wrote the draft and put it forward.

    >>> are_four_eyes("U-3", made_by="U-1", changed_by="U-2", submitted_by="U-1")
    True
    >>> are_four_eyes("U-2", made_by="U-1", changed_by="U-2", submitted_by="U-1")
    False
    """
    return approver not in (made_by, changed_by, submitted_by)
