"""Home of the verbs on when a site is open: how it is found, its hours, and the days it stays shut."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from app.audit import service as audit
from app.canteens import queries
from app.canteens.models import Site, SiteClosure, SiteHours, SiteHoursChange
from app.canteens.queries.opening import announced_for, closure_numbered, is_entered
from app.canteens.rules import NewClosure, OpenSpan, Sitting
from app.clock import on
from app.errors import DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text

_FARTHEST = timedelta(days=366)


def set_door(site_code: str, address: str | None, telephone: str | None, *, by: Actor, at: datetime) -> Site:
    """Write down where a site is found and by which number it is called; everybody may read both.

    Raises: NotFound.
    """
    site = _site(site_code, by)
    if (site.address, site.telephone) != (address, telephone):
        site.address, site.telephone = address, telephone
        db.session.flush()
        audit.record("site.door_set", f"site:{site_code}", by=by, at=at)
    return site


def set_hours(
    site_code: str,
    sitting: Sitting,
    weekdays: Collection[int],
    span: OpenSpan | None,
    *,
    from_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Set from when until when a sitting is served on some weekdays; None: it is not served then.

    With a day that is to come they are announced, and hold from then on.

    Raises: NotFound; DomainError when no weekday is chosen, and for a day more than a year ahead.
    """
    _site(site_code, by)
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise DomainError(text("Choose at least one weekday."), field="weekdays")
    today = on(at)
    begins = max(from_on or today, today)
    if begins > today + _FARTHEST:
        raise DomainError(
            text("Hours are announced for at most a year ahead. Check the day."), field="from_on"
        )
    lock_names(db.session, "canteens.hours", [site_code])
    if begins > today:
        _announce(site_code, sitting, sorted(weekdays), span, from_on=begins)
    else:
        _hold(site_code, sitting, sorted(weekdays), span, today=today)
    db.session.flush()
    detail: dict[str, object] = {"sitting": sitting.value, "weekdays": sorted(weekdays)}
    if begins > today:
        detail["from_on"] = begins.isoformat()
    if span is not None:
        detail |= {"opens_seconds": span.opens_seconds, "closes_seconds": span.closes_seconds}
    audit.record("site.hours_set", f"site:{site_code}", by=by, at=at, detail=detail)


def _hold(
    site_code: str, sitting: Sitting, weekdays: Sequence[int], span: OpenSpan | None, *, today: date
) -> None:
    """Write down hours that hold at once, in the place of those before and of what was announced by now."""
    before = (SiteHours.sitting == sitting, SiteHours.weekday.in_(weekdays))
    db.session.execute(delete(SiteHours).where(SiteHours.site_code == site_code, *before))
    announced = (SiteHoursChange.sitting == sitting, SiteHoursChange.weekday.in_(weekdays))
    db.session.execute(
        delete(SiteHoursChange).where(
            SiteHoursChange.site_code == site_code, SiteHoursChange.from_on <= today, *announced
        )
    )
    if span is not None:
        db.session.add_all(
            SiteHours(
                site_code=site_code,
                weekday=weekday,
                sitting=sitting,
                opens_seconds=span.opens_seconds,
                closes_seconds=span.closes_seconds,
            )
            for weekday in weekdays
        )


def _announce(
    site_code: str, sitting: Sitting, weekdays: Sequence[int], span: OpenSpan | None, *, from_on: date
) -> None:
    """Write down hours that hold from a day on, in the place of those announced for that day."""
    announced = (SiteHoursChange.sitting == sitting, SiteHoursChange.weekday.in_(weekdays))
    db.session.execute(
        delete(SiteHoursChange).where(
            SiteHoursChange.site_code == site_code, SiteHoursChange.from_on == from_on, *announced
        )
    )
    db.session.add_all(
        SiteHoursChange(
            site_code=site_code,
            from_on=from_on,
            weekday=weekday,
            sitting=sitting,
            opens_seconds=None if span is None else span.opens_seconds,
            closes_seconds=None if span is None else span.closes_seconds,
        )
        for weekday in weekdays
    )


def take_hours_back(site_code: str, from_on: date, *, by: Actor, at: datetime) -> None:
    """Take back what was announced for a day that is still to come.

    Raises: NotFound.
    """
    _site(site_code, by)
    lock_names(db.session, "canteens.hours", [site_code])
    found = announced_for(site_code, from_on, after=on(at))
    if not found:
        raise NotFound(text("Nothing is announced for this day any more. Reload the page."))
    for row in found:
        db.session.delete(row)
    db.session.flush()
    detail = {"from_on": from_on.isoformat()}
    audit.record("site.hours_taken_back", f"site:{site_code}", by=by, at=at, detail=detail)


def close_for(new: NewClosure, site_codes: Collection[str], *, by: Actor, at: datetime) -> list[SiteClosure]:
    """Write down that sites stay shut on some days; what is written down already stays as it is.

    Raises: NotFound for a site out of reach.
    """
    entered = []
    for site_code in sorted(site_codes):
        _site(site_code, by)
        lock_names(db.session, "canteens.closure", [site_code])
        if is_entered(site_code, new.first_on, new.last_on):
            continue
        closure = SiteClosure(
            site_code=site_code,
            first_on=new.first_on,
            last_on=new.last_on,
            reason=new.reason,
            words=new.words,
            entered_by=by.user_no,
            entered_at=at,
        )
        db.session.add(closure)
        db.session.flush()
        audit.record("site.closure_entered", f"site:{site_code}", by=by, at=at, detail=_told(closure))
        entered.append(closure)
    return entered


def take_closure_back(closure_id: int, *, by: Actor, at: datetime) -> SiteClosure:
    """Take back that a site stays shut.

    Raises: NotFound.
    """
    closure = closure_numbered(closure_id, by.scope)
    if closure is None:
        raise NotFound(text("There is no such closure in your area."))
    db.session.delete(closure)
    db.session.flush()
    audit.record("site.closure_taken_back", f"site:{closure.site_code}", by=by, at=at, detail=_told(closure))
    return closure


def _told(closure: SiteClosure) -> dict[str, object]:
    return {
        "first_on": closure.first_on.isoformat(),
        "last_on": closure.last_on.isoformat(),
        "reason": closure.reason.value,
    }


def _site(site_code: str, by: Actor) -> Site:
    site = queries.site_of(site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return site
