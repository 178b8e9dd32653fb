"""Home of an award's way: its states, what is done with it, and who may do it. Pure.

Source: 会计法 art. 35 (a cashier may not check) and art. 14 (a wrong voucher is issued anew, not corrected).
"""

from __future__ import annotations

from enum import StrEnum

from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Permission
from app.text import Text, text

LONGEST_REASON = 200
NEEDS_ANOTHER = text("Whoever drafted or assessed an award cannot approve it too. Ask a second person.")
PAYER_APPROVED = text("Whoever approved an award cannot confirm its payment too. Ask a second person.")
PAID_ALREADY = text("This instalment is paid already. Look at the award again.")
MOVED_ON = text("Somebody took this step a moment ago. Look at the award again.")


class AwardState(StrEnum):
    """How far an award has come; a draft follows its facts, an approved one stands, a void one is kept."""

    DRAFT = "draft"
    APPROVED = "approved"
    VOIDED = "voided"

    @property
    def label(self) -> Text:
        """Give the state's name for a screen."""
        return {
            AwardState.DRAFT: text("draft"),
            AwardState.APPROVED: text("approved"),
            AwardState.VOIDED: text("void"),
        }[self]


class AwardAct(StrEnum):
    """What a person does with an award."""

    APPROVE = "approve"
    PAY = "pay"
    VOID = "void"

    @property
    def label(self) -> Text:
        """Give the act's name for a button."""
        return {
            AwardAct.APPROVE: text("Approve"),
            AwardAct.PAY: text("Confirm the payment"),
            AwardAct.VOID: text("Declare void"),
        }[self]


STEPS: dict[tuple[AwardState, AwardAct], tuple[AwardState, Permission]] = {
    (AwardState.DRAFT, AwardAct.APPROVE): (AwardState.APPROVED, Permission.AWARDS_APPROVE),
    (AwardState.APPROVED, AwardAct.PAY): (AwardState.APPROVED, Permission.AWARDS_PAY),
    (AwardState.APPROVED, AwardAct.VOID): (AwardState.VOIDED, Permission.AWARDS_APPROVE),
}
"""The one transition table: where an act leads from a state, and what whoever does it must be allowed."""


def acts_open(state: AwardState) -> list[tuple[AwardAct, Permission]]:
    """Give what may be done now, and what each act asks for.

    >>> [act.value for act, _ in acts_open(AwardState.APPROVED)]
    ['pay', 'void']
    """
    return [(act, permission) for (where, act), (_, permission) in STEPS.items() if where is state]


def after(state: AwardState, act: AwardAct) -> AwardState:
    """Give where an act leads.

    Raises: Conflict when the award stands elsewhere by now.
    """
    if (state, act) not in STEPS:
        raise Conflict(
            text("“{act}” is not the next step: the award is {state}.", act=act.label, state=state.label)
        )
    return STEPS[state, act][0]


def ensure_four_eyes(by: str, *, drafted_by: str, assessed_by: str | None) -> None:
    """Refuse the approval of whoever drafted or assessed the award.

    Raises: NotAllowed.
    """
    if by in (drafted_by, assessed_by):
        raise NotAllowed(NEEDS_ANOTHER)


def ensure_reason(reason: str) -> str:
    """Give the reason without the spaces around it.

    Raises: DomainError when there is none, or it is too long.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise DomainError(text("Say why, in at most 200 characters."), field="reason")
    return said
