"""Home of the verbs on when a site is open: how it is found, its hours, and the days it stays shut."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete

from app.access import Actor
from app.audit import service as audit
from app.canteens import queries
from app.canteens.models import Site, SiteClosure, SiteHours
from app.canteens.queries.opening import closure_numbered, is_entered
from app.canteens.rules import NewClosure, OpenSpan, Sitting
from app.database import lock_names
from app.errors import DomainError, NotFound
from app.extensions import db
from app.text import text


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
    by: Actor,
    at: datetime,
) -> None:
    """Set from when until when a sitting is served on some weekdays; None: it is not served then.

    Raises: NotFound; DomainError when no weekday is chosen.
    """
    _site(site_code, by)
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise DomainError(text("Choose at least one weekday."), field="weekdays")
    lock_names(db.session, "canteens.hours", [site_code])
    db.session.execute(
        delete(SiteHours).where(
            SiteHours.site_code == site_code, SiteHours.sitting == sitting, SiteHours.weekday.in_(weekdays)
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
            for weekday in sorted(weekdays)
        )
    db.session.flush()
    detail: dict[str, object] = {"sitting": sitting.value, "weekdays": sorted(weekdays)}
    if span is not None:
        detail |= {"opens_seconds": span.opens_seconds, "closes_seconds": span.closes_seconds}
    audit.record("site.hours_set", f"site:{site_code}", by=by, at=at, detail=detail)


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
