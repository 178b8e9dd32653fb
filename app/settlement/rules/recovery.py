"""Home of the recovery (追回): money that was wrongly paid for a reason that the facts do not tell.

What facts tell (a meal reversed late, a death learnt late) the next statement corrects by itself. A recovery
is for what they do not: meals that nobody ate, found by an audit. One person opens the case with what was
found, another decides it; then it is offset in the site's next statement, or repaid in cash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Permission
from app.text import Text, text

LONGEST_REASON = 500


class RecoveryStatus(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    DEMANDED = "demanded"
    WAIVED = "waived"
    REPAID = "repaid"

    @property
    def label(self) -> Text:
        """Give the status's name for a screen."""
        return {
            RecoveryStatus.OPEN: text("waits for a decision"),
            RecoveryStatus.DEMANDED: text("to be recovered"),
            RecoveryStatus.WAIVED: text("recovery waived"),
            RecoveryStatus.REPAID: text("repaid in cash"),
        }[self]


class RecoveryAct(StrEnum):
    """A step that a person takes with a case."""

    OPEN = "open"
    DEMAND = "demand"
    WAIVE = "waive"
    REPAY = "repay"

    @property
    def label(self) -> Text:
        """Give the step's name for a button."""
        return {
            RecoveryAct.OPEN: text("Open a case"),
            RecoveryAct.DEMAND: text("Decide: recover"),
            RecoveryAct.WAIVE: text("Decide: waive"),
            RecoveryAct.REPAY: text("Confirm the repayment in cash"),
        }[self]

    @property
    def past(self) -> str:
        """Give the step's name in the trail."""
        return {
            RecoveryAct.OPEN: "opened",
            RecoveryAct.DEMAND: "demanded",
            RecoveryAct.WAIVE: "waived",
            RecoveryAct.REPAY: "repaid",
        }[self]


STEPS: dict[tuple[RecoveryStatus, RecoveryAct], tuple[RecoveryStatus, Permission]] = {
    (RecoveryStatus.OPEN, RecoveryAct.DEMAND): (RecoveryStatus.DEMANDED, Permission.STATEMENTS_APPROVE),
    (RecoveryStatus.OPEN, RecoveryAct.WAIVE): (RecoveryStatus.WAIVED, Permission.STATEMENTS_APPROVE),
    (RecoveryStatus.DEMANDED, RecoveryAct.REPAY): (RecoveryStatus.REPAID, Permission.STATEMENTS_PAY),
}
"""The one transition table. An offset is no step: it is that a statement carries the case."""

ACTED_BEFORE = text("You took a step in this case already. Somebody else must take this one.")
STEP_TAKEN = text("Somebody took this step a moment ago. Look at the case again.")
OFFSET_TWICE = text("Another statement carries this recovery already. Draft again.")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: which statement paid too much, which payer and fund it goes back to, the evidence."""

    statement_no: str
    payer: str
    fund: str
    amount_fen: int
    found_on: date
    finding: str
    evidence: str


@dataclass(frozen=True, slots=True)
class RecoveryLine:
    """What a statement takes back of one case; negative."""

    recovery_no: str
    payer: str
    fund: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RecoveryDone:
    """A step that was taken."""

    act: RecoveryAct
    by: str
    at: datetime
    reason: str


def ensure_finding(finding: Finding, *, paid_fen: int, claimed_fen: int, today: date) -> None:
    """Refuse a finding that cannot be: more than was paid, less the other cases of it, or of a day to come.

    Raises: DomainError.
    """
    if finding.amount_fen <= 0:
        raise DomainError(text("Write an amount above nought."), field="amount")
    if finding.amount_fen > paid_fen - claimed_fen:
        raise DomainError(
            text("More than the statement gave from this fund, less what other cases take back of it."),
            field="amount",
        )
    if finding.found_on > today:
        raise DomainError(text("The day lies ahead."), field="found_on")
    for name in ("finding", "evidence"):
        if not getattr(finding, name).strip():
            raise DomainError(text("Please fill this in."), field=name)


def next_status(
    status: RecoveryStatus, act: RecoveryAct, *, by: str, reason: str, taken: set[str]
) -> RecoveryStatus:
    """Give where a step leads; `taken` are those who took a step in the case before.

    Raises: Conflict when it stands elsewhere by now; NotAllowed for who acted before; DomainError without a
    reason.
    """
    if (status, act) not in STEPS:
        raise Conflict(STEP_TAKEN)
    if by in taken:
        raise NotAllowed(ACTED_BEFORE)
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise DomainError(text("Say why, in at most 500 characters."), field="reason")
    return STEPS[status, act][0]
