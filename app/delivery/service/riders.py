"""Home of the verbs on riders: let one in, note when one is away, let one go."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.audit import service as audit
from app.clock import on
from app.delivery import queries
from app.delivery.models import Rider, RiderAbsence
from app.delivery.models.riders import RiderWaiver, WaiverEnd
from app.delivery.queries.riders import waivers_in_force
from app.delivery.rules.days import ensure_span
from app.delivery.rules.doors import MapApp
from app.delivery.rules.readiness import NewWaiver, Papers, ensure_papers, ensure_waiver
from app.delivery.rules.requests import NewRider, next_rider_no
from app.delivery.service.crew import covers_already, riding
from app.delivery.service.kitchens import ensure_cooks
from app.errors import DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text


def add_rider(new: NewRider, *, by: Actor, at: datetime) -> Rider:
    """Take in a volunteer who rides for a kitchen, under the next rider number.

    Raises: DomainError for a kitchen that does not cook, a shift that ends before it begins, or papers that
    cannot be.
    """
    ensure_cooks(new.kitchen_code, on=on(at), scope=by.scope)
    ensure_span(new.shift_from_seconds, new.shift_until_seconds, field="shift_until")
    ensure_papers(Papers(new.trained_on, new.last_insured_on), today=on(at))
    lock_names(db.session, "rider", ["number"])
    rider = Rider(
        rider_no=next_rider_no(queries.rider_numbers()),
        name=new.name,
        phone=new.phone,
        kitchen_code=new.kitchen_code,
        capacity=new.capacity,
        weekdays=new.weekdays,
        shift_from_seconds=new.shift_from_seconds,
        shift_until_seconds=new.shift_until_seconds,
        is_active=True,
        trained_on=new.trained_on,
        last_insured_on=new.last_insured_on,
        map_app=new.map_app,
    )
    db.session.add(rider)
    db.session.flush()
    detail = {"kitchen": new.kitchen_code, "capacity": new.capacity, "weekdays": new.weekdays}
    audit.record("rider.added", f"rider:{rider.rider_no}", by=by, at=at, detail=detail)
    return rider


def retire_rider(rider_no: str, *, by: Actor, at: datetime) -> Rider:
    """Let a rider go: no later plan counts on them, their phone is erased; their runs keep their name.

    Raises: NotFound; DomainError when they have gone already.
    """
    rider = riding(rider_no, by.scope)
    rider.is_active, rider.phone = False, None
    audit.record("rider.retired", f"rider:{rider_no}", by=by, at=at)
    return rider


def enter_papers(rider_no: str, papers: Papers, *, by: Actor, at: datetime) -> Rider:
    """Enter when a rider was trained and until when they are insured; plans go by it from now on.

    Raises: NotFound; DomainError when they have stopped, or for days that cannot be.
    """
    rider = riding(rider_no, by.scope)
    ensure_papers(papers, today=on(at))
    was = rider.papers
    rider.trained_on, rider.last_insured_on = papers.trained_on, papers.last_insured_on
    detail = {"trained": _written(was.trained_on, papers.trained_on)}
    detail["insured"] = _written(was.last_insured_on, papers.last_insured_on)
    audit.record("rider.papers_entered", f"rider:{rider_no}", by=by, at=at, detail=detail)
    return rider


def choose_map(rider_no: str, map_app: MapApp, *, by: Actor, at: datetime) -> Rider:
    """Let the codes on a rider's paper open the map app that they have; their phone offers it first.

    Raises: NotFound; DomainError when they have stopped.
    """
    rider = riding(rider_no, by.scope)
    detail = {"map": [rider.map_app.value, map_app.value]}
    rider.map_app = map_app
    audit.record("rider.map_chosen", f"rider:{rider_no}", by=by, at=at, detail=detail)
    return rider


def _written(*days: date | None) -> list[str | None]:
    """Give what a day was and is, for the trail."""
    return [None if day is None else day.isoformat() for day in days]


def waive_papers(rider_no: str, new: NewWaiver, *, by: Actor, at: datetime) -> RiderWaiver:
    """Let a rider whose papers have a gap ride all the same, from today until before a day.

    Raises: NotFound; DomainError when they have stopped, lack nothing, or ride for as long already, without
    a reason or a near end.
    """
    rider, today = riding(rider_no, by.scope), on(at)
    ensure_waiver(new, today=today)
    if all(rider.papers.gap_on(day) is None for day in (today, new.until_on - timedelta(days=1))):
        raise DomainError(text("Rider {rider_no} may ride on these days anyway.", rider_no=rider_no))
    lock_names(db.session, "rider", [rider_no])
    there = queries.waivers_on(today, [rider.id]).get(rider.id)
    if there is not None and there >= new.until_on:
        raise DomainError(text("The rider rides until before {day} already.", day=there), field="until_on")
    waiver = RiderWaiver(
        rider_id=rider.id,
        from_on=today,
        until_on=new.until_on,
        reason=new.reason,
        granted_at=at,
        granted_by=by.user_no,
    )
    db.session.add(waiver)
    db.session.flush()
    detail = {"from": today.isoformat(), "until": new.until_on.isoformat()}
    audit.record("rider.papers_waived", f"rider:{rider_no}", by=by, at=at, detail=detail)
    return waiver


def end_waiver(rider_no: str, *, by: Actor, at: datetime) -> None:
    """Let a rider ride without papers no longer, from today on; runs that are in force stay.

    Raises: NotFound when there is no such rider, or nothing that lets them ride so.
    """
    rider, today = riding(rider_no, by.scope), on(at)
    lock_names(db.session, "rider", [rider_no])
    found = waivers_in_force(rider.id, today)
    if not found:
        raise NotFound(text("Nothing lets rider {rider_no} ride without papers.", rider_no=rider_no))
    db.session.add_all(
        WaiverEnd(waiver_id=each.id, ended_on=today, ended_at=at, ended_by=by.user_no) for each in found
    )
    db.session.flush()
    audit.record("rider.waiver_ended", f"rider:{rider_no}", by=by, at=at)


def note_absence(rider_no: str, from_on: date, until_on: date, *, by: Actor, at: datetime) -> RiderAbsence:
    """Note that a rider does not ride from a day on until the day of their return, which is not one of them.

    A sitting of these days that is planned already is planned again by whoever plans.
    Raises: NotFound; DomainError when they have stopped, the return is not after the first day, a day lies in
    the past, an absence is noted for one of the days already, or the rider covers somebody then.
    """
    rider = riding(rider_no, by.scope)
    if from_on < on(at):
        raise DomainError(text("That day is over. Choose today or a later day."), field="from_on")
    if until_on <= from_on:
        raise DomainError(text("The return must come after the first day away."), field="until_on")
    lock_names(db.session, "rider", [rider_no])
    there = queries.absences_of([rider.id], after=from_on).get(rider.id)
    if there is not None and there.from_on < until_on:
        raise DomainError(
            text(
                "Rider {rider_no} is noted as away from {from_on} until {until_on} already.",
                rider_no=rider_no,
                from_on=there.from_on,
                until_on=there.until_on,
            ),
            field="from_on",
        )
    for cover in queries.covers_between([rider.id], from_on, until_on):
        if cover.rider_id == rider.id:
            raise covers_already(cover)
    absence = RiderAbsence(
        rider_id=rider.id, from_on=from_on, until_on=until_on, noted_at=at, noted_by=by.user_no
    )
    db.session.add(absence)
    db.session.flush()
    _record("rider.away", rider_no, absence, by=by, at=at)
    return absence


def end_absence(rider_no: str, *, by: Actor, at: datetime) -> RiderAbsence:
    """Let a rider ride again from today on, or take back an absence that has not begun.

    Raises: NotFound when there is no such rider, or no absence that is on or to come.
    """
    rider, today = riding(rider_no, by.scope), on(at)
    absence = queries.absences_of([rider.id], after=today).get(rider.id)
    if absence is None:
        raise NotFound(text("No absence of rider {rider_no} is noted.", rider_no=rider_no))
    absence.until_on = max(absence.from_on, today)
    db.session.flush()
    _record("rider.back", rider_no, absence, by=by, at=at)
    return absence


def _record(act: str, rider_no: str, absence: RiderAbsence, *, by: Actor, at: datetime) -> None:
    detail = {"from": absence.from_on.isoformat(), "until": absence.until_on.isoformat()}
    audit.record(act, f"rider:{rider_no}", by=by, at=at, detail=detail)
