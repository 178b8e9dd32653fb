"""Home of a statement's way from the site to the bank: its states, and who may take which step.

Source: 会计法 art. 35 (a cashier may not check) and art. 14 (a wrong voucher is issued anew, not corrected).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Permission
from app.text import Text, text

LONGEST_REASON = 200


class StatementStatus(StrEnum):
    """How far a statement has come; a draft follows its meals until it is handed in."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PAID = "paid"
    VOIDED = "voided"

    @property
    def label(self) -> Text:
        """Give the status's name for a screen."""
        return _STATUS_LABELS[self]

    @property
    def is_frozen(self) -> bool:
        """Tell whether the lines stand still: they do from the moment that the site hands them in."""
        return self is not StatementStatus.DRAFT

    @property
    def binds(self) -> bool:
        """Tell whether the statement settles its meals: a draft does not yet, a voided one no longer."""
        return self not in (StatementStatus.DRAFT, StatementStatus.VOIDED)


_STATUS_LABELS = {
    StatementStatus.DRAFT: text("draft"),
    StatementStatus.SUBMITTED: text("handed in"),
    StatementStatus.REVIEWED: text("reviewed"),
    StatementStatus.APPROVED: text("approved"),
    StatementStatus.PAID: text("paid"),
    StatementStatus.VOIDED: text("void"),
}


class Act(StrEnum):
    """A step that a person takes with a statement."""

    SUBMIT = "submit"
    REVIEW = "review"
    APPROVE = "approve"
    PAY = "pay"
    RETURN = "return"
    VOID = "void"

    @property
    def label(self) -> Text:
        """Give the step's name for a button."""
        return _ACT_LABELS[self]

    @property
    def needs_reason(self) -> bool:
        """Tell whether the step must say why."""
        return self in (Act.RETURN, Act.VOID)

    @property
    def past(self) -> str:
        """Give the step's name in the trail."""
        return _ACT_PAST[self]


_ACT_LABELS = {
    Act.SUBMIT: text("Hand in"),
    Act.REVIEW: text("Confirm the review"),
    Act.APPROVE: text("Approve"),
    Act.PAY: text("Confirm the payment"),
    Act.RETURN: text("Return"),
    Act.VOID: text("Declare void"),
}
_ACT_PAST = {
    Act.SUBMIT: "submitted",
    Act.REVIEW: "reviewed",
    Act.APPROVE: "approved",
    Act.PAY: "paid",
    Act.RETURN: "returned",
    Act.VOID: "voided",
}

STEPS: dict[tuple[StatementStatus, Act], tuple[StatementStatus, Permission]] = {
    (StatementStatus.DRAFT, Act.SUBMIT): (StatementStatus.SUBMITTED, Permission.STATEMENTS_SUBMIT),
    (StatementStatus.SUBMITTED, Act.REVIEW): (StatementStatus.REVIEWED, Permission.STATEMENTS_REVIEW),
    (StatementStatus.REVIEWED, Act.APPROVE): (StatementStatus.APPROVED, Permission.STATEMENTS_APPROVE),
    (StatementStatus.APPROVED, Act.PAY): (StatementStatus.PAID, Permission.STATEMENTS_PAY),
    (StatementStatus.SUBMITTED, Act.RETURN): (StatementStatus.DRAFT, Permission.STATEMENTS_REVIEW),
    (StatementStatus.REVIEWED, Act.RETURN): (StatementStatus.DRAFT, Permission.STATEMENTS_APPROVE),
    (StatementStatus.APPROVED, Act.RETURN): (StatementStatus.VOIDED, Permission.STATEMENTS_PAY),
    (StatementStatus.APPROVED, Act.VOID): (StatementStatus.VOIDED, Permission.STATEMENTS_APPROVE),
    (StatementStatus.PAID, Act.VOID): (StatementStatus.VOIDED, Permission.STATEMENTS_APPROVE),
}
"""The one transition table: where a step leads from a state, and what whoever takes it must be allowed.

Whoever takes the next step may return the statement instead. Until it is approved that makes it a draft
again; an approved one is a voucher, so returning it makes it void, and the next draft bears a new number.
"""


ACTED_BEFORE = text("You took a step with this statement already. Somebody else must take this one.")
STEP_TAKEN = text("Somebody took this step a moment ago. Look at the statement again.")


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken; `round` grows each time the statement becomes a draft again."""

    round: int
    act: Act
    by: str
    at: datetime
    reason: str = ""


def acts_open(status: StatementStatus) -> list[tuple[Act, Permission]]:
    """Give the steps that may be taken now, and what each asks for.

    >>> [act.value for act, _ in acts_open(StatementStatus.APPROVED)]
    ['pay', 'return', 'void']
    """
    return [(act, permission) for (where, act), (_, permission) in STEPS.items() if where is status]


def next_status(
    status: StatementStatus, act: Act, *, by: str, reason: str, taken: Sequence[Step], round_no: int
) -> StatementStatus:
    """Give where a step leads; `taken` are the statement's steps so far.

    Raises: Conflict when the statement stands elsewhere by now; NotAllowed for whoever took a step of this
    round already; DomainError without the reason that the step needs.
    """
    if (status, act) not in STEPS:
        raise Conflict(
            text(
                "“{act}” is not the next step: the statement is {status}.", act=act.label, status=status.label
            )
        )
    if act.needs_reason and not reason.strip():
        raise DomainError(text("Say why."), field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise DomainError(text("The reason is too long. Keep it under 200 characters."), field="reason")
    own = [step for step in taken if step.by == by and step.round == round_no and not step.act.needs_reason]
    if own and not act.needs_reason:
        raise NotAllowed(ACTED_BEFORE)
    return STEPS[status, act][0]
