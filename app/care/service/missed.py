"""Home of following up a missed meal: it is a case like a door's, and ends as only a missed meal may."""

from __future__ import annotations

from datetime import datetime

from app.care.models import MissedMealClosing, MissedMealStep
from app.care.queries.missed import FollowedUp, missed_meal
from app.care.rules.watching import OUTCOMES
from app.delivery.rules.cases import CaseOutcome
from app.delivery.service.follow_up import Followed, FollowUp, closed_meanwhile
from app.errors import DomainError
from app.roles import Actor, Permission, Scope
from app.text import Text, text


def _followed(missed_id: int, scope: Scope) -> Followed | None:
    """Give a missed meal as it is followed up."""
    found = missed_meal(missed_id, scope)
    if found is None:
        return None
    missed = found.missed
    return Followed(missed.resident, f"missed_meal:{missed_id}", len(missed.steps), _over(found))


def _over(found: FollowedUp) -> Text | None:
    if found.missed.closing is not None:
        return closed_meanwhile(found.missed.closing.outcome)
    if found.ended is None:
        return None
    return text("This case is over meanwhile: {reason}. Nothing was changed.", reason=found.ended.label)


_MEALS = FollowUp(
    found=_followed,
    step=MissedMealStep,
    closing=MissedMealClosing,
    key="missed_meal_id",
    told="missed_meal",
    acts={"step": "care.step_taken", "closed": "care.closed"},
    permission=Permission.CARE_RECORD,
)
note_step = _MEALS.note_step
reveal_phone, reveal_contact = _MEALS.reveal_phone, _MEALS.reveal_contact


def close(missed_id: int, outcome: CaseOutcome, *, note: str, by: Actor, at: datetime) -> None:
    """Close a missed meal, once: of two who close it together one wins, and the other is told.

    Raises: NotFound outside the scope; Conflict when it is over already; DomainError for a meal handed over,
    which there is none of, and for something else that nobody names.
    """
    _MEALS.ensure_open(missed_id, by=by)
    if outcome not in OUTCOMES:
        raise DomainError(text("Record the meal, and this ends by itself."), field="outcome")
    _MEALS.close(missed_id, outcome, note=note, by=by, at=at)
