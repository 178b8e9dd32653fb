"""Home of the queries on closed sittings; always ordered, within a viewer's scope where rows are listed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.extensions import db
from app.kept import unless_changed
from app.meals.models import Decision, LedgerRecord, Meal
from app.meals.queries import states_of
from app.meals.rules import Channel, Payment
from app.roles import Scope
from app.subsidy.rules import Reason
from app.till.models import DayClose, Tablet
from app.till.rules.sittings import Counted, Figures, is_open


def closes_by_id(ids: Collection[UUID]) -> dict[UUID, DayClose]:
    """Give the day closes with these ids."""
    rows = db.session.execute(select(DayClose).where(DayClose.id.in_(ids)).order_by(DayClose.id)).scalars()
    return {close.id: close for close in rows}


class TillSitting(NamedTuple):
    """One sitting of one day at one till: a tablet's number, or with an empty one the site's desk."""

    site_code: str
    served_on: date
    sitting: Sitting
    tablet_no: str


def counted(scope: Scope, first: date, last: date) -> dict[TillSitting, Counted]:
    """Count what the ledger holds of each sitting at each till within the scope, in their order.

    What was keyed from paper is left out: it has a till of its own, the sheet.
    """
    meals = _meals(scope, first, last)
    stands = ~meals.c.is_undone
    till = tuple(meals.c[column.key] for column in _TILL)
    is_cash = or_(meals.c.payment.is_(None), meals.c.payment == Payment.CASH)
    rows = db.session.execute(
        select(
            *till,
            *(_count(and_(stands, meals.c.channel == channel)) for channel in Channel),
            _count(meals.c.is_undone),
            _count(and_(stands, meals.c.decided == Reason.NOT_REGISTERED)),
            _count(and_(stands, meals.c.government_fen > 0)),
            _sum(and_(stands, is_cash), meals.c.resident_fen),
            func.max(case((stands, meals.c.served_at))),
            func.min(meals.c.received_at),
        )
        .group_by(*till)
        .order_by(*till)
    )
    found = {}
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        figures = Figures(*values[len(_TILL) : -3])
        found[TillSitting(*values[: len(_TILL)])] = Counted(figures, *values[-3:])
    return found


_TILL = (Meal.site_code, Meal.served_on, Meal.sitting, Meal.tablet)


def _meals(scope: Scope, first: date, last: date) -> CTE:
    """Give the meals that `counted` counts, and whether each was undone, which is looked up once for each.

    Joined with the undone ones, PostgreSQL may read all of those for every meal: it takes the few for none.
    """
    return (
        select(
            *_TILL,
            Meal.channel,
            Meal.payment,
            Meal.served_at,
            Meal.received_at,
            Decision.reason.label("decided"),
            Decision.government_fen,
            Decision.resident_fen,
            _is_undone().label("is_undone"),
        )
        .join(Meal.site)
        .outerjoin(Decision, Decision.meal_id == Meal.id)
        .where(*_of_tills(scope, first, last))
        .cte("meals")
        .prefix_with("MATERIALIZED")
    )


def _of_tills(scope: Scope, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return Meal.served_on.between(first, last), Meal.sheet_no.is_(None), canteens.within(scope)


def _is_undone() -> ColumnElement[bool]:
    """Say that a meal was undone; among those that were, so that PostgreSQL may read the few of them once."""
    undoing = aliased(LedgerRecord)
    return exists().where(undoing.reverses == Meal.id, undoing.reverses.is_not(None))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _sum(condition: ColumnElement[bool], amount: Any) -> ColumnElement[int]:  # noqa: ANN401 - a mapped column
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)


class Standing(NamedTuple):
    """The meals that stand of a sitting at a till: how many, when the last was served, the first received."""

    meals: int
    last_served_at: datetime
    first_received_at: datetime


def open_sittings(scope: Scope, first: date, last: date) -> dict[TillSitting, Standing]:
    """Give the sittings of some days within the scope at which meals were recorded after the last closing."""
    sites = select(Site.site_code).where(canteens.within(scope)).order_by(Site.site_code)
    states = states_of(db.session.execute(sites).scalars().all(), first, last)
    state = frozenset(states.items())
    tills = unless_changed(("standing", scope, first, last), state, lambda: _standing(scope, first, last))
    place = (DayClose.site_code, DayClose.served_on, DayClose.sitting, func.coalesce(Tablet.tablet_no, ""))
    closings = db.session.execute(
        select(*place, func.max(DayClose.closed_at))
        .join(Site, Site.site_code == DayClose.site_code)
        .outerjoin(DayClose.tablet)
        .where(DayClose.served_on.between(first, last), canteens.within(scope))
        .group_by(*place)
    )
    closed = {TillSitting(*row[:-1]): [row[-1]] for row in map(tuple[Any, ...], closings)}
    return {
        till: standing
        for till, standing in tills.items()
        if is_open(standing.last_served_at, closed.get(till, ()))
    }


def _standing(scope: Scope, first: date, last: date) -> dict[TillSitting, Standing]:
    rows = db.session.execute(
        select(*_TILL, func.count(), func.max(Meal.served_at), func.min(Meal.received_at))
        .join(Meal.site)
        .where(*_of_tills(scope, first, last), ~_is_undone())
        .group_by(*_TILL)
        .order_by(*_TILL)
    )
    own = len(_TILL)
    return {TillSitting(*row[:own]): Standing(*row[own:]) for row in map(tuple[Any, ...], rows)}


def day_closes(scope: Scope, first: date, last: date) -> list[DayClose]:
    """Give the closed sittings of some days within the scope, in the order in which they were closed."""
    return list(
        db.session.execute(
            select(DayClose)
            .join(Site, Site.site_code == DayClose.site_code)
            .where(DayClose.served_on.between(first, last), canteens.within(scope))
            .options(joinedload(DayClose.tablet))
            .order_by(DayClose.closed_at, DayClose.id)
        ).scalars()
    )
