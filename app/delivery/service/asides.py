"""Home of settling reports that were kept apart: taken as a fact for the right stop, or set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.audit import service as audit
from app.delivery.models import ReportAside
from app.delivery.models.asides import AsideSettlement
from app.delivery.queries.asides import aside, settlements_of, stops_meant
from app.delivery.rules.asides import report_id_for
from app.delivery.rules.proof import Outcome, StopReport, Via, instant_of
from app.delivery.service.proof import Taken, take_reports
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Mended:
    """A report as a person has put it right; `at_seconds` after midnight, None for the planned minute."""

    run_id: int
    position: int
    outcome: Outcome
    at_seconds: int | None
    note: str


def take_aside(aside_id: int, mended: Mended, *, by: Actor, at: datetime) -> None:
    """Take a report that was kept apart as what a rider said of a stop of that day.

    Raises: NotFound outside the scope; Conflict when it is settled; DomainError for another kitchen's stop,
    or a time that has not come.
    """
    row = _waiting(aside_id, by=by)
    stops = {(run.id, stop.position): stop for _, run, stop in stops_meant(row.link)}
    stop = stops.get((mended.run_id, mended.position))
    if stop is None:
        raise DomainError(text("This stop is on no run of this kitchen's day. Choose another."), field="stop")
    seconds = stop.handover_seconds if mended.at_seconds is None else mended.at_seconds
    happened_at = instant_of(row.link.served_on, seconds)
    if mended.at_seconds is not None and happened_at > at:
        raise DomainError(text("This time has not come yet. Check day and time."), field="at")
    report = StopReport(
        id=report_id_for(aside_id),
        run_id=mended.run_id,
        position=mended.position,
        outcome=mended.outcome,
        happened_at=happened_at,
        via=Via.LINK,
        reported_by=row.link.rider.rider_no,
        note=mended.note,
    )
    (receipt,) = take_reports([report], by=by, at=at)
    if receipt.taken is not Taken.ACCEPTED:
        raise Conflict(text("What is known has changed since the page was shown. Look at the record again."))
    _settle(row, report_id=report.id, by=by, at=at)


def set_aside(aside_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Leave a report out for good, with a reason; it stays where it is and can be read.

    Raises: NotFound outside the scope; Conflict when it is settled; DomainError without a reason.
    """
    row = _waiting(aside_id, by=by)
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise DomainError(text("Say in at most 200 characters why it is set aside."), field="reason")
    _settle(row, reason=reason, by=by, at=at)


def _waiting(aside_id: int, *, by: Actor) -> ReportAside:
    lock_names(db.session, "aside", [str(aside_id)])
    row = aside(aside_id, by.scope)
    if row is None:
        raise NotFound(text("There is no such report, or it is not yours to see."))
    if settlements_of([aside_id]):
        raise Conflict(text("Somebody settled this report meanwhile. Nothing was changed."))
    return row


def _settle(
    row: ReportAside,
    *,
    report_id: UUID | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    db.session.add(
        AsideSettlement(
            aside_id=row.id,
            report_id=report_id,
            reason=reason,
            settled_at=at,
            settled_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"problem": row.problem.value, "rider": row.link.rider.rider_no}
    act = "delivery.aside_set_aside" if report_id is None else "delivery.aside_taken"
    audit.record(act, f"aside:{row.id}", by=by, at=at, detail=detail)
