"""Home of what may become of a finding: one table of steps, and who may take them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Conflict, DomainError, NotAllowed
from app.roles import Actor, Permission
from app.text import Text, text

LONGEST_WORDS = 500


class CaseStatus(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    ASSIGNED = "assigned"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        """Give the status for a screen."""
        return _STATUSES[self]


_STATUSES = {
    CaseStatus.OPEN: text("nobody has it yet"),
    CaseStatus.ASSIGNED: text("somebody looks into it"),
    CaseStatus.ASKED: text("the site was asked"),
    CaseStatus.ANSWERED: text("the site has answered"),
    CaseStatus.CLOSED: text("case closed"),
}


class CaseOutcome(StrEnum):
    """What a case turned out to be."""

    EXPLAINED = "explained"
    MENDED = "mended"
    FRAUD = "fraud"

    @property
    def label(self) -> Text:
        """Give the outcome for a screen."""
        return _OUTCOMES[self]


_OUTCOMES = {
    CaseOutcome.EXPLAINED: text("explained: nothing was wrong"),
    CaseOutcome.MENDED: text("a mistake, and mended"),
    CaseOutcome.FRAUD: text("cheating"),
}


class CaseAct(StrEnum):
    """One step with a case."""

    ASSIGN = "assign"
    ASK = "ask"
    ANSWER = "answer"
    NOTE = "note"
    CLOSE = "close"
    LINK = "link"
    REOPEN = "reopen"

    @property
    def label(self) -> Text:
        """Give the step for a button."""
        return _ACTS[self]


_ACTS = {
    CaseAct.ASSIGN: text("Assign"),
    CaseAct.ASK: text("Ask the site"),
    CaseAct.ANSWER: text("Explain"),
    CaseAct.NOTE: text("Note what was found"),
    CaseAct.CLOSE: text("Close the case"),
    CaseAct.LINK: text("Link the recovery"),
    CaseAct.REOPEN: text("Open again"),
}

_S, _A = CaseStatus, CaseAct
STEPS: dict[tuple[CaseStatus, CaseAct], CaseStatus] = {
    (_S.OPEN, _A.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _A.ASSIGN): _S.ASSIGNED,
    (_S.ASKED, _A.ASSIGN): _S.ASKED,
    (_S.ANSWERED, _A.ASSIGN): _S.ANSWERED,
    (_S.ASSIGNED, _A.ASK): _S.ASKED,
    (_S.ANSWERED, _A.ASK): _S.ASKED,
    (_S.ASKED, _A.ANSWER): _S.ANSWERED,
    (_S.ASSIGNED, _A.NOTE): _S.ASSIGNED,
    (_S.ASKED, _A.NOTE): _S.ASKED,
    (_S.ANSWERED, _A.NOTE): _S.ANSWERED,
    (_S.ASSIGNED, _A.CLOSE): _S.CLOSED,
    (_S.ASKED, _A.CLOSE): _S.CLOSED,
    (_S.ANSWERED, _A.CLOSE): _S.CLOSED,
    (_S.CLOSED, _A.LINK): _S.CLOSED,
    (_S.CLOSED, _A.REOPEN): _S.ASSIGNED,
}
"""Where each step leads; what is not here cannot be done."""

PERMISSIONS: dict[CaseAct, Permission] = {
    **dict.fromkeys(CaseAct, Permission.CHECKS_DECIDE),
    CaseAct.ANSWER: Permission.CHECKS_ANSWER,
}
"""What each step asks for: who is checked explains, and never decides."""

_HAVE_WORDS = frozenset({CaseAct.ASK, CaseAct.ANSWER, CaseAct.NOTE, CaseAct.CLOSE, CaseAct.REOPEN})


@dataclass(frozen=True, slots=True)
class CaseStep:
    """What somebody wants to do with a case.

    `assigned_to` goes with an assignment, `outcome` with a closing, `recovery_no` with a link. `turn` says
    which step of the case it is for whoever takes it, and so tells when others went on meanwhile.
    """

    act: CaseAct
    words: str = ""
    assigned_to: str = ""
    outcome: CaseOutcome | None = None
    recovery_no: str = ""
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands before a step: who has it, who answered for the site, who is in its evidence."""

    status: CaseStatus
    assigned_to: str | None
    answered_by: frozenset[str]
    concerned: frozenset[str]
    outcome: CaseOutcome | None = None
    steps: int = 0


def next_status(standing: Standing, step: CaseStep, *, by: Actor) -> CaseStatus:
    """Give where a step leads.

    Raises: Conflict when the case stands elsewhere by now; NotAllowed without the permission, or for whom the
    case is about; DomainError when the step says too little.
    """
    is_seen = step.turn is None or step.turn == standing.steps + 1
    if (standing.status, step.act) not in STEPS or not is_seen:
        raise Conflict(text("The case has gone on meanwhile. Look at it again."))
    if not by.may(PERMISSIONS[step.act]):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
    if step.act is not CaseAct.ANSWER:
        _ensure_unconcerned(by, standing.answered_by | standing.concerned)
    _ensure_said(step)
    if step.act is CaseAct.CLOSE and step.outcome is CaseOutcome.FRAUD and by.user_no == standing.assigned_to:
        raise NotAllowed(
            text("You looked into this case. That it was fraud, somebody else has to decide with you.")
        )
    if step.act is CaseAct.LINK and standing.outcome not in (CaseOutcome.FRAUD, CaseOutcome.MENDED):
        raise Conflict(text("Only a case that was no false alarm leads to a recovery."))
    return STEPS[standing.status, step.act]


def _ensure_unconcerned(by: Actor, concerned: Collection[str]) -> None:
    """Let nobody decide who is checked: of a site, in the evidence, or having answered for it."""
    if by.scope.site_code is not None or by.user_no in concerned:
        raise NotAllowed(text("This case is about your own work. You may explain it; somebody else decides."))


def _ensure_said(step: CaseStep) -> None:
    words = step.words.strip()
    if len(words) > LONGEST_WORDS or (step.act in _HAVE_WORDS and not words):
        raise DomainError(text("Say it in at most 500 characters."), field="words")
    if step.act is CaseAct.ASSIGN and not step.assigned_to:
        raise DomainError(text("Choose who looks into it."), field="assigned_to")
    if step.act is CaseAct.CLOSE and step.outcome is None:
        raise DomainError(text("Choose what it turned out to be."), field="outcome")
    if step.act is CaseAct.LINK and not step.recovery_no.strip():
        raise DomainError(text("Write the number of the recovery."), field="recovery_no")
