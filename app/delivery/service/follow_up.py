"""Home of following a case up: steps and a closing by named persons, and whom they call; of any kind of case.

A door that nobody answered and a meal that somebody missed are followed up alike: their rows, and what their
acts are called, are all that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.audit import service as audit
from app.delivery.queries.family import contacts_of
from app.delivery.rules.cases import LONGEST_NOTE, CaseOutcome, Step, StepResult
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.model import Base
from app.residents.models import Resident
from app.residents.queries import phone_of
from app.roles import Actor, Permission, Scope
from app.text import Text, text

UNKNOWN = text("There is no such case, or it is not yours to see.")


@dataclass(frozen=True, slots=True)
class Followed:
    """One case: whom it is about, what the trail calls it, its steps so far, and why it is over, if it is."""

    resident: Resident
    subject: str
    steps: int
    over: Text | None


def closed_meanwhile(outcome: CaseOutcome) -> Text:
    """Say that somebody else was quicker."""
    return text(
        "Somebody has closed this case meanwhile: {outcome}. Nothing was changed.", outcome=outcome.label
    )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One kind of case: how one is found, where its rows go, what the trail says, who may look at numbers.

    `key` names the case in its steps and closings, and `told` in the trail.
    """

    found: Callable[[int, Scope], Followed | None]
    step: type[Base]
    closing: type[Base]
    key: str
    told: str
    acts: Mapping[str, str]
    permission: Permission

    def note_step(
        self, number: int, step: Step, result: StepResult, *, note: str, turn: int, by: Actor, at: datetime
    ) -> None:
        """Note that somebody took a step, and what came of it; `turn` is which step of the case it would be.

        Raises: NotFound outside the scope; Conflict when it is over, or somebody noted a step meanwhile.
        """
        found = self._open(number, by=by)
        if turn != found.steps + 1:
            raise Conflict(text("Somebody else has just noted a step of this case. Look at it first."))
        taken = {"turn": turn, "step": step, "result": result, "note": _short(note)}
        db.session.add(self.step(**{self.key: number}, **taken, taken_at=at, taken_by=by.user_no))
        db.session.flush()
        detail = {"step": step.value, "result": result.value, "turn": turn}
        audit.record(self.acts["step"], found.subject, by=by, at=at, detail=detail)

    def close(self, number: int, outcome: CaseOutcome, *, note: str, by: Actor, at: datetime) -> None:
        """Close a case, once: of two who close it together one wins, and the other is told.

        Raises: NotFound outside the scope; Conflict when it is over already; DomainError for "something else"
        without a word on what it was.
        """
        found = self._open(number, by=by)
        if outcome is CaseOutcome.OTHER and not note.strip():
            raise DomainError(text("Write what it is."), field="words")
        ended = {"outcome": outcome, "note": _short(note)}
        db.session.add(self.closing(**{self.key: number}, **ended, closed_at=at, closed_by=by.user_no))
        db.session.flush()
        detail = {"outcome": outcome.value, "steps": found.steps}
        audit.record(self.acts["closed"], found.subject, by=by, at=at, detail=detail)

    def reveal_phone(self, number: int, *, by: Actor, at: datetime) -> str:
        """Give the phone number of whom the case is about; the trail keeps who looked.

        Raises: NotAllowed for those who only look on; NotFound outside the scope, or without a number.
        """
        resident = self._shown(number, by=by)
        phone = phone_of(resident.id)
        if phone is None:
            raise NotFound(text("No phone number of this resident is kept. Take the next step."))
        subject = f"resident:{resident.resident_no}"
        audit.record("resident.phone_revealed", subject, by=by, at=at, detail={self.told: number})
        return phone

    def reveal_contact(self, number: int, contact_id: int, *, by: Actor, at: datetime) -> str:
        """Give the number of one of the family of whom the case is about; the look is recorded.

        Raises: NotAllowed for those who only look on; NotFound outside the scope, or for a contact of others.
        """
        resident = self._shown(number, by=by)
        contact = next((each for each in contacts_of(resident.id) if each.id == contact_id), None)
        if contact is None:
            raise NotFound(text("This contact is no longer kept."))
        detail = {self.told: number, "contact": contact_id}
        subject = f"resident:{resident.resident_no}"
        audit.record("family_contact.phone_revealed", subject, by=by, at=at, detail=detail)
        return contact.phone

    def ensure_open(self, number: int, *, by: Actor) -> None:
        """Refuse what is over, and hold the case until the act is done.

        Raises: NotFound outside the scope; Conflict when it is over.
        """
        self._open(number, by=by)

    def _shown(self, number: int, *, by: Actor) -> Resident:
        if not by.may(self.permission):
            raise NotAllowed(text("Your role shows phone numbers masked only."))
        return self._found(number, by=by).resident

    def _found(self, number: int, *, by: Actor) -> Followed:
        found = self.found(number, by.scope)
        if found is None:
            raise NotFound(UNKNOWN)
        return found

    def _open(self, number: int, *, by: Actor) -> Followed:
        lock_names(db.session, self.told, [str(number)])
        found = self._found(number, by=by)
        if found.over is not None:
            raise Conflict(found.over)
        return found


def _short(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise DomainError(text("A note has at most 200 characters."), field="note")
    return note
