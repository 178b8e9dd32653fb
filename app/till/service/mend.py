"""Home of settling what was kept apart: taken into the ledger as a person sees fit, or set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from app import clock
from app.audit import service as audit
from app.canteens import queries as canteens
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import queries as meals
from app.meals import service as ledger
from app.meals.rules import LedgerEntry
from app.roles import Actor, Scope
from app.text import text
from app.till import queries
from app.till.models import QuarantinedRecord
from app.till.rules.mending import Mended, maker_at
from app.till.rules.quarantine import Outcome
from app.till.service.proposals import proposals

_LONGEST_REASON = 200
_CLOCKS_DIFFER = timedelta(minutes=2)
_GONE = text("There is no such record, or it is not yours to see.")


def take_fixed(kept_id: int, key: str, *, by: Actor, at: datetime) -> QuarantinedRecord:
    """Take a record into the ledger by a fix that was offered.

    Raises: NotFound outside the scope; Conflict when it is settled, or the fix is no longer what it was.
    """
    row = _unsettled(kept_id, by)
    (proposal,) = proposals([row], scope=by.scope)
    fix = next((fix for fix in proposal.fixes if fix.key == key), None)
    if fix is None:
        raise Conflict(text("What is known has changed since the page was shown. Look at the record again."))
    return _take(row, fix.mended, by=by, at=at)


def take_as(kept_id: int, mended: Mended, *, by: Actor, at: datetime) -> QuarantinedRecord:
    """Take a record into the ledger as a person has mended it; its id and tablet are not theirs to choose.

    Raises: NotFound outside the scope; Conflict when it is settled; DomainError for what cannot be.
    """
    row = _unsettled(kept_id, by)
    (proposal,) = proposals([row], scope=by.scope)
    if canteens.site_of(mended.site_code, by.scope) is None:
        raise NotFound(text("There is no site {code} in your area.", code=mended.site_code))
    if mended.reverses is not None:
        mended = _as_its_meal(mended, mended.reverses, by)
    if mended.resident_no and not meals.registered([mended.resident_no]):
        raise DomainError(
            text("There is no resident {resident_no}.", resident_no=mended.resident_no), field="resident_no"
        )
    if mended.served_at > at + _CLOCKS_DIFFER:
        raise DomainError(text("This time has not come yet. Check day and time."), field="day")
    maker = maker_at(mended.site_code, proposal.draft, proposal.known)
    return _take(row, replace(mended, id=proposal.record_id, tablet=maker), by=by, at=at)


def set_aside(kept_id: int, reason: str, *, by: Actor, at: datetime) -> QuarantinedRecord:
    """Leave a record out of the ledger for good, with a reason; it stays where it is and can be read.

    Raises: NotFound outside the scope; Conflict when it is settled; DomainError without a reason.
    """
    row = _unsettled(kept_id, by)
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise DomainError(text("Say in at most 200 characters why it is set aside."), field="reason")
    settle(row, Outcome.SET_ASIDE, by=by, at=at)
    row.note = reason
    return row


def entry_of(mended: Mended, *, skew_seconds: int | None) -> LedgerEntry:
    """Give a mended record as the ledger takes it."""
    return LedgerEntry(
        id=mended.id,
        resident_no=mended.resident_no,
        site_code=mended.site_code,
        served_on=clock.on(mended.served_at),
        sitting=mended.sitting,
        channel=mended.channel,
        price_fen=mended.price_fen,
        served_at=mended.served_at,
        recorded_by=mended.by,
        tablet=mended.tablet,
        reverses=mended.reverses,
        reason=mended.reason,
        sent_as=mended.sent_as,
        seq=mended.seq,
        skew_seconds=skew_seconds,
        payment=mended.payment,
        companion_of=mended.companion_of,
        found_by=mended.found_by,
    )


def settle(
    row: QuarantinedRecord, outcome: Outcome, *, meal_id: UUID | None = None, by: Actor, at: datetime
) -> None:
    """Write down what became of a record, and who decided it."""
    row.settled_at, row.settled_by = at, by.user_no
    row.outcome, row.meal_id = outcome, meal_id
    detail = {"tablet": row.tablet.tablet_no, "problem": row.problem.value}
    if meal_id is not None:
        detail["record"] = str(meal_id)
    audit.record(f"quarantine.{outcome.value}", f"quarantine:{row.id}", by=by, at=at, detail=detail)


def _unsettled(kept_id: int, by: Actor) -> QuarantinedRecord:
    row = queries.kept_record_locked(kept_id, by.scope)
    if row is None:
        raise NotFound(_GONE)
    if row.settled_at is not None:
        raise Conflict(text("Somebody settled this record meanwhile. Nothing was changed."))
    return row


def _as_its_meal(mended: Mended, meal_id: UUID, by: Actor) -> Mended:
    """Give what undoes a meal the meal's own resident and site; the meal may be yet to come.

    Raises: DomainError for a meal of a site outside the scope.
    """
    meal = meals.meal(meal_id, Scope())
    if meal is None:
        return replace(mended, resident_no="")
    if canteens.site_of(meal.site_code, by.scope) is None:
        raise DomainError(
            text("The meal that it undoes is of another site. Let the district decide."), field="reverses"
        )
    return replace(mended, resident_no=meal.resident_no, site_code=meal.site_code)


def _take(row: QuarantinedRecord, mended: Mended, *, by: Actor, at: datetime) -> QuarantinedRecord:
    entry = entry_of(mended, skew_seconds=row.skew_seconds)
    try:
        with db.session.begin_nested():
            receipt = ledger.record(entry, by=by, at=at)
    except (DataError, IntegrityError):
        raise DomainError(
            text("The database would not store the record like this. Change it, or set it aside.")
        ) from None
    settle(row, Outcome.TAKEN, meal_id=receipt.id, by=by, at=at)
    return row
