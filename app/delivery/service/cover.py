"""Home of the verbs on cover: let a rider ride for another or at another kitchen, and end it earlier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.audit import service as audit
from app.clock import on
from app.delivery import queries
from app.delivery.models import Rider
from app.delivery.models.riders import RiderCover
from app.delivery.rules.cover import NewCover, ensure_cover
from app.delivery.service.crew import covers_already, riding
from app.delivery.service.kitchens import ensure_cooks
from app.errors import DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import Text, text


def told_cover(cover: RiderCover | None) -> Text | None:
    """Say for whom or where a rider rides by a cover, as their paper and their phone do; None for none."""
    if cover is None:
        return None
    if cover.covered is not None:
        return text("for {rider} today", rider=cover.covered.name)
    return text("at {kitchen} today", kitchen=cover.kitchen.name)


def note_cover(rider_no: str, new: NewCover, *, by: Actor, at: datetime) -> RiderCover:
    """Let a rider ride for another, or at another kitchen, from a day on until before another.

    Raises: NotFound outside the scope; DomainError without a near end, for a kitchen that does not cook or is
    the rider's own, or when an absence or another cover of either shares a day with it.
    """
    ensure_cover(new, today=on(at))
    rider = riding(rider_no, by.scope)
    covered = riding(new.covered_no, by.scope) if new.covered_no else None
    kitchen_code = covered.kitchen_code if covered else new.kitchen_code
    ensure_cooks(kitchen_code, on=new.from_on, scope=by.scope)
    _ensure_elsewhere(rider, covered, kitchen_code)
    both = [each for each in (rider, covered) if each is not None]
    lock_names(db.session, "rider", sorted(each.rider_no for each in both))
    _ensure_free(rider, both, new)
    cover = RiderCover(
        rider_id=rider.id,
        covered_id=covered.id if covered else None,
        kitchen_code=kitchen_code,
        from_on=new.from_on,
        until_on=new.until_on,
        noted_at=at,
        noted_by=by.user_no,
    )
    db.session.add(cover)
    db.session.flush()
    _record("rider.covers", rider, cover, by=by, at=at)
    return cover


def _ensure_elsewhere(rider: Rider, covered: Rider | None, kitchen_code: str) -> None:
    if covered is not None and covered.id == rider.id:
        raise DomainError(text("Nobody covers themselves. Choose another rider."), field="whom")
    if covered is None and kitchen_code == rider.kitchen_code:
        raise DomainError(text("The rider rides for this kitchen anyway. Choose another."), field="whom")


def _ensure_free(rider: Rider, both: Sequence[Rider], new: NewCover) -> None:
    """Refuse what an absence of the one who covers, or another cover of either, shares a day with."""
    absence = queries.absences_of([rider.id], after=new.from_on).get(rider.id)
    if absence is not None and absence.from_on < new.until_on:
        raise DomainError(
            text(
                "Rider {rider_no} is noted as away from {from_on} until {until_on} already.",
                rider_no=rider.rider_no,
                from_on=absence.from_on,
                until_on=absence.until_on,
            ),
            field="from_on",
        )
    for other in queries.covers_between([each.id for each in both], new.from_on, new.until_on):
        raise covers_already(other)


def end_cover(rider_no: str, *, by: Actor, at: datetime) -> RiderCover:
    """Let a rider ride in their own place again from today on, or take back a cover that has not begun.

    Raises: NotFound when there is no such rider, or no cover that is on or to come.
    """
    rider, today = riding(rider_no, by.scope), on(at)
    found = queries.covers_between([rider.id], today, None)
    cover = next((each for each in found if each.rider_id == rider.id), None)
    if cover is None:
        raise NotFound(text("No cover by rider {rider_no} is noted.", rider_no=rider_no))
    cover.until_on = max(cover.from_on, today)
    db.session.flush()
    _record("rider.cover_ended", rider, cover, by=by, at=at)
    return cover


def _record(act: str, rider: Rider, cover: RiderCover, *, by: Actor, at: datetime) -> None:
    detail = {
        "kitchen": cover.kitchen_code,
        "covered": cover.covered.rider_no if cover.covered else None,
        "from": cover.from_on.isoformat(),
        "until": cover.until_on.isoformat(),
    }
    audit.record(act, f"rider:{rider.rider_no}", by=by, at=at, detail=detail)
