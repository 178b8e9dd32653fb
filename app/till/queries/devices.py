"""Home of the queries on tablets; always ordered, and within a viewer's scope where rows are listed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager

from app.canteens import queries as canteens
from app.extensions import db
from app.roles import Scope
from app.till.models import Tablet


def last_tablet_id() -> int:
    """Give the highest id in use, 0 when there is none."""
    return db.session.execute(select(func.coalesce(func.max(Tablet.id), 0))).scalar_one()


def tablet_named(site_code: str, name: str) -> Tablet | None:
    """Give the tablet of this name that is in use at a site."""
    return db.session.execute(
        select(Tablet).where(Tablet.site_code == site_code, Tablet.name == name, Tablet.revoked_at.is_(None))
    ).scalar_one_or_none()


def tablet_of_code(code_digest: str) -> Tablet | None:
    """Give the tablet that a one-time code enrols."""
    return db.session.execute(
        select(Tablet).where(Tablet.code_digest == code_digest).with_for_update()
    ).scalar_one_or_none()


def tablet_of_token(token_digest: str) -> Tablet | None:
    """Give the tablet that holds a token, also a revoked one."""
    return db.session.execute(_OF_TOKEN, {"token_digest": token_digest}).scalar_one_or_none()


# Every request of a tablet asks this first, so it is put together once.
_OF_TOKEN = select(Tablet).where(Tablet.token_digest == bindparam("token_digest"))


def tablet_locked(tablet_id: int) -> Tablet:
    """Give a tablet as it is now, held until the transaction ends: it sends one batch at a time."""
    return db.session.execute(_LOCKED, {"tablet_id": tablet_id}).scalar_one()


_LOCKED = (
    select(Tablet)
    .where(Tablet.id == bindparam("tablet_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def tablet_numbered(tablet_no: str, scope: Scope) -> Tablet | None:
    """Give a tablet by number, unless it lies outside the scope."""
    return db.session.execute(
        tablets(scope).where(Tablet.tablet_no == tablet_no).limit(1)
    ).scalar_one_or_none()


def tablets_by_number(tablet_nos: Collection[str]) -> dict[str, Tablet]:
    """Give tablets by their numbers, wherever they are."""
    if not tablet_nos:
        return {}
    rows = db.session.execute(
        select(Tablet).where(Tablet.tablet_no.in_(tablet_nos)).order_by(Tablet.id)
    ).scalars()
    return {tablet.tablet_no: tablet for tablet in rows}


def tablets(scope: Scope) -> Select[Tablet]:
    """Select the tablets within the scope: those in use first, by site, then by number."""
    return (
        select(Tablet)
        .join(Tablet.site)
        .options(contains_eager(Tablet.site))
        .where(canteens.within(scope))
        .order_by(Tablet.revoked_at.is_not(None), Tablet.site_code, Tablet.id)
    )


def tablets_in(scope: Scope) -> list[Tablet]:
    """Give the tablets within the scope, in the order of `tablets`."""
    return list(db.session.execute(tablets(scope)).scalars())
