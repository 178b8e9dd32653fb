"""Home of the queries on statements and their lines; always ordered, within a viewer's scope where listed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Row, ScalarSelect, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.canteens.models import Site
from app.database import among, fetch
from app.extensions import db
from app.kept import unless_changed
from app.meals.models import Decision, DecisionLayer, Meal
from app.meals.queries import MealsState, is_reversed
from app.meals.rules import MealFact
from app.month import Month, month_of, parse_month
from app.residents.models import Resident
from app.roles import Scope
from app.settlement.models import Statement, StatementRecovery, StatementStep
from app.settlement.rules.lines import Line
from app.settlement.rules.steps import Act, StatementStatus
from app.subsidy.models import PolicyVersion
from app.subsidy.rules import LayerShare, Reason

_AT_ONCE = 2000


def statements_of(month: Month, scope: Scope) -> list[Statement]:
    """Give the month's statements within the scope that are not void, by site."""
    return list(
        db.session.execute(
            _statements(scope)
            .where(Statement.month == str(month), Statement.status != StatementStatus.VOIDED)
            .order_by(Statement.site_code, Statement.issue)
        ).scalars()
    )


def void_statements(month: Month, scope: Scope) -> list[Statement]:
    """Give the month's void statements within the scope, by number: they are kept, and pay nothing."""
    return list(
        db.session.execute(
            _statements(scope)
            .where(Statement.month == str(month), Statement.status == StatementStatus.VOIDED)
            .order_by(Statement.statement_no)
        ).scalars()
    )


def paid_and_void(month: Month, scope: Scope) -> list[Statement]:
    """Give the month's void statements within the scope that had been paid, by number."""
    paid = Statement.steps.any(StatementStep.act == Act.PAY)
    return list(
        db.session.execute(
            _statements(scope)
            .where(Statement.month == str(month), Statement.status == StatementStatus.VOIDED, paid)
            .order_by(Statement.statement_no)
        ).scalars()
    )


def statement(statement_no: str, scope: Scope) -> Statement | None:
    """Give a statement by its number, if it lies within the scope."""
    return db.session.execute(
        _statements(scope).where(Statement.statement_no == statement_no)
    ).scalar_one_or_none()


def newest_statements(month: Month, site_codes: Collection[str]) -> dict[str, Statement]:
    """Give the last statement issued for each of these sites, by site; those without one are left out."""
    rows = db.session.execute(
        select(Statement)
        .where(Statement.month == str(month), among(Statement.site_code, "sites"))
        .options(*_PARTS)
        .order_by(Statement.site_code, Statement.issue),
        {"sites": list(site_codes)},
    ).scalars()
    return {each.site_code: each for each in rows}


def statement_issues(site_code: str, month: Month) -> list[Statement]:
    """Give every statement issued for a site and month, void ones too, the first one first."""
    return list(
        db.session.execute(
            select(Statement)
            .where(Statement.site_code == site_code, Statement.month == str(month))
            .order_by(Statement.issue)
        ).scalars()
    )


def _statements(scope: Scope) -> Select[Any]:
    return (
        select(Statement)
        .join(Statement.site)
        .where(*_within(scope))
        .options(
            joinedload(Statement.site).options(joinedload(Site.area), joinedload(Site.operator)), *_PARTS
        )
    )


_PARTS = (
    selectinload(Statement.amounts),
    selectinload(Statement.adjustments),
    selectinload(Statement.recoveries).joinedload(StatementRecovery.recovery),
)


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What the statements of one month come to."""

    month: Month
    statements: int
    meals: int
    amount_fen: int


class SettledMonth(NamedTuple):
    """A month and how many statements of it stand."""

    month: Month
    statements: int


def settled_since(day: date, scope: Scope) -> list[SettledMonth]:
    """Give the months from a day's on that have statements which were handed in, within the scope."""
    rows = db.session.execute(
        select(Statement.month, func.count())
        .join(Statement.site)
        .where(
            Statement.month >= str(month_of(day)),
            Statement.status.in_([status for status in StatementStatus if status.binds]),
            *_within(scope),
        )
        .group_by(Statement.month)
        .order_by(Statement.month)
    )
    return [SettledMonth(parse_month(month), count) for month, count in rows]


def months(scope: Scope) -> list[MonthSums]:
    """Give every month in which meals were served within the scope, the newest first."""
    first, last = db.session.execute(
        select(func.min(_at_its_end(func.min)), func.max(_at_its_end(func.max))).where(*_within(scope))
    ).one()
    rows = db.session.execute(
        select(
            Statement.month,
            func.count().label("statements"),
            func.sum(Statement.subsidised_meals).label("meals"),
            func.sum(
                Statement.government_fen
                + Statement.charity_fen
                + Statement.adjustment_fen
                + Statement.recovery_fen
            ).label("amount_fen"),
        )
        .join(Statement.site)
        .where(*_within(scope), Statement.status != StatementStatus.VOIDED)
        .group_by(Statement.month)
        .order_by(Statement.month)
    )
    sums = {row.month: row for row in rows}
    return [_month_sums(month, sums.get(str(month))) for month in _months_between(first, last)]


def _at_its_end(pick: Callable[[InstrumentedAttribute[date]], ColumnElement[date]]) -> ScalarSelect[date]:
    """Give the first or the last day of meals at a site: it lies at an end of an index."""
    of_site = select(pick(Meal.served_on)).where(Meal.site_code == Site.site_code)
    return of_site.correlate(Site).scalar_subquery()


def _months_between(first: date | None, last: date | None) -> Iterator[Month]:
    if first is None or last is None:
        return
    month = month_of(last)
    while month >= month_of(first):
        yield month
        month = month.previous


def _month_sums(month: Month, row: Row[str, int, int, int] | None) -> MonthSums:
    if row is None:
        return MonthSums(month, 0, 0, 0)
    return MonthSums(month, row.statements, int(row.meals), int(row.amount_fen))


def sites_of(month: Month, scope: Scope, *, site_code: str | None = None) -> list[str]:
    """Give the sites within the scope that served meals in the month, by code."""
    chosen = (
        select(Site.site_code)
        .where(
            *_within(scope),
            select(Meal.id).where(Meal.site_code == Site.site_code, of_month(month)).correlate(Site).exists(),
        )
        .order_by(Site.site_code)
    )
    if site_code is not None:
        chosen = chosen.where(Site.site_code == site_code)
    return list(db.session.execute(chosen).scalars())


def site_is_in(scope: Scope, site_code: str) -> bool:
    """Tell whether there is such a site within the scope."""
    found = select(Site.site_code).where(Site.site_code == site_code, *_within(scope))
    return db.session.execute(found).first() is not None


def lines_of(site_code: str, month: Month) -> Iterator[Line]:
    """Give the lines of a site's month from its decisions, by meal id.

    It is one query, so that the layers are those of the decision that they stand with.
    """
    return _lines(_LINES.where(Meal.site_code == site_code, of_month(month)), {})


def lines_among(ids: Collection[UUID]) -> Iterator[Line]:
    """Give the lines of some meals from their decisions, by meal id."""
    return _lines(_LINES.where(among(Meal.id, "ids")), {"ids": list(ids)})


def _lines(chosen: Executable, values: dict[str, Any]) -> Iterator[Line]:
    rows = fetch(db.session, chosen, values, at_once=_AT_ONCE)
    for _, shares in groupby(rows, itemgetter(0)):
        yield _line(list(shares))


_LINES = (
    select(
        Meal.id,
        Meal.site_code,
        Meal.resident_no,
        Meal.served_on,
        Meal.sitting,
        Meal.channel,
        Decision.price_fen,
        Decision.government_fen,
        Decision.operator_fen,
        Decision.charity_fen,
        Decision.resident_fen,
        Decision.reason,
        func.coalesce(PolicyVersion.reference, "").label("policy_reference"),
        DecisionLayer.payer,
        DecisionLayer.fund,
        DecisionLayer.amount_fen,
    )
    .join(Decision, Decision.meal_id == Meal.id)
    .outerjoin(PolicyVersion, PolicyVersion.id == Decision.policy_id)
    .outerjoin(DecisionLayer, DecisionLayer.meal_id == Meal.id)
    .order_by(Meal.id, DecisionLayer.position)
)


def _line(shares: Sequence[Any]) -> Line:
    """Make a line of the rows of one meal: one for each layer, or a single one without.

    `_LINES` selects what a line has, in its order, and then a layer; a month has too many for names.
    """
    meal_id, *of_line = shares[0][:_OF_LINE]
    layers = tuple([_share(*share[_OF_LINE:]) for share in shares if share[_OF_LINE] is not None])
    fields: tuple[Any, ...] = (str(meal_id), *of_line, layers)
    return Line(*fields)


_share = lru_cache(maxsize=1024)(LayerShare)
"""A month has as many shares as meals, and hardly any that differ."""


_OF_LINE = 13
"""How many columns of `_LINES` are of the line itself."""


def names_of(resident_nos: Collection[str]) -> dict[str, str]:
    """Give the names of these residents, by number."""
    rows = db.session.execute(
        select(Resident.resident_no, Resident.name)
        .where(Resident.resident_no.in_(resident_nos))
        .order_by(Resident.resident_no)
    )
    return {row.resident_no: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Witness:
    """One meal as the ledger tells it, and whether it was reversed: facts alone, no decision."""

    fact: MealFact
    is_reversed: bool


def witnesses(first: date, last: date, *, of_site: str | None = None) -> Iterator[tuple[str, list[Witness]]]:
    """Give the ledger's meals of some days resident by resident; with `of_site` of whoever ate there."""
    chosen = (
        select(
            Meal.id,
            Meal.resident_no,
            Meal.site_code,
            Meal.served_on,
            Meal.sitting,
            Meal.channel,
            Meal.price_fen,
            Meal.served_at,
            is_reversed().label("is_reversed"),
        )
        .where(Meal.served_on.between(first, last))
        .order_by(Meal.resident_no, Meal.id)
    )
    if of_site is not None:
        there = select(Meal.resident_no).where(Meal.site_code == of_site, Meal.served_on.between(first, last))
        chosen = chosen.where(Meal.resident_no.in_(there))
    rows = fetch(db.session, chosen, at_once=_AT_ONCE)
    for resident_no, meals in groupby(rows, itemgetter(1)):
        # Whoever keeps a month of facts keeps each number and code once.
        yield (
            resident_no,
            [Witness(MealFact(row[0], resident_no, intern(row[2]), *row[3:8]), row[8]) for row in meals],
        )


def lines_page(month: Month, site_code: str, *, reason: Reason | None = None) -> Select[Any]:
    """Select the meals of a statement with their decisions, in the order of its printed list."""
    chosen = (
        select(Meal)
        .join(Decision, Decision.meal_id == Meal.id)
        .where(Meal.site_code == site_code, of_month(month))
        .options(joinedload(Meal.decision).selectinload(Decision.layers))
        .order_by(Meal.served_on, Meal.served_at, Meal.id)
    )
    return chosen if reason is None else chosen.where(Decision.reason == reason)


def reasons_of(month: Month, site_code: str, state: MealsState) -> dict[Reason, int]:
    """Count the meals of a site's month by reason, the most frequent first; `state` tells how they are."""
    return unless_changed(("reasons", month, site_code), state, lambda: _reasons_of(month, site_code))


def _reasons_of(month: Month, site_code: str) -> dict[Reason, int]:
    rows = db.session.execute(
        select(Decision.reason, func.count().label("meals"))
        .join(Meal, Meal.id == Decision.meal_id)
        .where(Meal.site_code == site_code, of_month(month))
        .group_by(Decision.reason)
        .order_by(func.count().desc(), Decision.reason)
    )
    return {row.reason: row.meals for row in rows}


def of_month(month: Month) -> ColumnElement[bool]:
    """Say in SQL that a meal is of a month."""
    return Meal.served_on.between(month.first_on, month.last_on)


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    """Keep a query that reads the site inside the scope."""
    held = [Site.area_code.startswith(scope.area, autoescape=True)] if scope.area else []
    return held if scope.site_code is None else [*held, Site.site_code == scope.site_code]
