"""Home of the queries on what was settled: frozen lines, and meals that are worth something else by now."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from app.database import among
from app.extensions import db
from app.meals.models import Meal, Revision
from app.model import Instant
from app.month import Month, month_of
from app.settlement.models import Statement, StatementAdjustment, StatementContent, StatementWaiver
from app.settlement.queries.statements import lines_among, lines_of
from app.settlement.rules.adjustments import Adjustment, Shares, worth_of
from app.settlement.rules.canonical import line_from_canonical, meal_id_in
from app.settlement.rules.lines import Line
from app.settlement.rules.steps import StatementStatus
from app.settlement.rules.written import WrittenLines

_BINDING = [status.value for status in StatementStatus if status.binds]
_STILL_ARRIVING = timedelta(days=1)
"""How long before a freeze a meal may bear its time of arrival and yet come after it."""


def frozen_lines(statement_id: int, *, only: Collection[UUID] | None = None) -> Iterator[Line]:
    """Give the lines that a statement was handed in with, by meal id; with `only` those of some meals."""
    wanted = None if only is None else {str(each).encode() for each in only}
    for written in _content(statement_id).splitlines():
        if wanted is None or meal_id_in(written) in wanted:
            yield line_from_canonical(written)


def written_lines(statement_id: int) -> WrittenLines:
    """Give the lines that a statement was handed in with in the order of its list, to look through."""
    return WrittenLines.of(_content(statement_id))


def _content(statement_id: int) -> bytes:
    content = db.session.execute(
        select(StatementContent.lines).where(StatementContent.statement_id == statement_id)
    ).scalar_one()
    return zlib.decompress(content)


def frozen_line(statement_id: int, meal_id: UUID) -> Line | None:
    """Give one meal's line as a statement was handed in with it; None when it holds no such meal."""
    return next(frozen_lines(statement_id, only=[meal_id]), None)


def lines_held(statement: Statement) -> Iterator[Line]:
    """Give a statement's lines by meal id: its own once it was handed in, its meals' while a draft."""
    if statement.stage.is_frozen:
        return frozen_lines(statement.id)
    return lines_of(statement.site_code, statement.period)


def waiver_of(statement_id: int, round_no: int) -> StatementWaiver | None:
    """Give what was waived last in a statement's round."""
    return db.session.execute(
        select(StatementWaiver)
        .where(StatementWaiver.statement_id == statement_id, StatementWaiver.round == round_no)
        .order_by(StatementWaiver.id.desc())
        .limit(1)
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Settled:
    """One meal of a settled month: the statement of its day, what it is worth now, what was settled of it."""

    meal_id: str
    corrects: str
    worth: Shares
    settled: Shares


def settled_otherwise(site_codes: Collection[str], month: Month) -> dict[str, list[Settled]]:
    """Give, by site, the meals of other, settled months that may be worth something else by now.

    Those are the ones that were decided again, came late, or were adjusted before; others cannot differ.
    """
    statements = _binding(site_codes, month)
    suspects = _suspects(statements)
    ids = [meal_id for each in suspects.values() for meal_id in each]
    if not ids:
        return {}
    now = {line.meal_id: line for line in lines_among(ids)}
    adjusted = adjusted_meals(ids)
    found: dict[str, list[Settled]] = {}
    for (site_code, at), meals in suspects.items():
        statement = statements[site_code, at]
        held = {line.meal_id: line for line in frozen_lines(statement.id, only=meals)}
        found.setdefault(site_code, []).extend(
            _settled(now[meal_id], held.get(meal_id), adjusted.get(meal_id, ()), statement)
            for meal_id in map(str, sorted(meals))
            if meal_id in now
        )
    return found


_SiteMonth = tuple[str, Month]


def _binding(site_codes: Collection[str], month: Month) -> dict[_SiteMonth, Statement]:
    """Give the statements that settle other months of these sites, the earliest month first."""
    rows = db.session.execute(
        select(Statement)
        .where(
            among(Statement.site_code, "sites"), Statement.month != str(month), Statement.status.in_(_BINDING)
        )
        .order_by(Statement.month, Statement.site_code),
        {"sites": list(site_codes)},
    ).scalars()
    return {(each.site_code, each.period): each for each in rows}


def _suspects(statements: Mapping[_SiteMonth, Statement]) -> dict[_SiteMonth, set[UUID]]:
    """Give the meals of these statements' days that need a look, by site and month.

    Whichever statement's they are is told here: a question for each of them would cost more than the draft.
    """
    found: defaultdict[_SiteMonth, set[UUID]] = defaultdict(set)
    sites = sorted({site_code for site_code, _ in statements})
    since = {key: (each.frozen_at or each.drafted_at) - _STILL_ARRIVING for key, each in statements.items()}
    for month in sorted({month for _, month in statements}):
        earliest = min(at for (_, each), at in since.items() if each == month)
        for row in db.session.execute(_ARRIVED, {"days": month.days, "since": earliest}):
            key = (row.site_code, month)
            if key in statements and row.received_at > since[key]:
                found[key].add(row.id)
    for chosen in (_DECIDED_AGAIN, _ADJUSTED):
        for meal_id, site_code, served_on in db.session.execute(chosen, {"sites": sites}):
            key = (site_code, month_of(served_on))
            if key in statements:
                found[key].add(meal_id)
    return dict(found)


# Days are named one by one, so that of each only what came late is read.
_ARRIVED = (
    select(Meal.id, Meal.site_code, Meal.received_at)
    .where(among(Meal.served_on, "days"), Meal.received_at > bindparam("since", type_=Instant))
    .order_by(Meal.id)
)
_DECIDED_AGAIN = (
    select(Revision.meal_id, Revision.site_code, Revision.served_on)
    .where(among(Revision.site_code, "sites"))
    .order_by(Revision.id)
)
_ADJUSTED = (
    select(Meal.id, Meal.site_code, Meal.served_on)
    .join(StatementAdjustment, StatementAdjustment.meal_id == Meal.id)
    .join(Statement, Statement.id == StatementAdjustment.statement_id)
    .where(Statement.status.in_(_BINDING), among(Meal.site_code, "sites"))
    .order_by(StatementAdjustment.meal_id)
)


def _settled(now: Line, held: Line | None, adjusted: Iterable[Adjustment], statement: Statement) -> Settled:
    settled = worth_of(held)
    for adjustment in adjusted:
        settled[adjustment.payer, adjustment.fund] += adjustment.amount_fen
    return Settled(now.meal_id, statement.statement_no, worth_of(now), settled)


def adjustments_of_meal(meal_id: UUID) -> list[tuple[Statement, Adjustment]]:
    """Give what statements adjust of one meal, drafts and void ones too, by statement."""
    rows = db.session.execute(
        select(Statement, StatementAdjustment)
        .join(Statement, Statement.id == StatementAdjustment.statement_id)
        .where(StatementAdjustment.meal_id == meal_id)
        .order_by(Statement.statement_no, StatementAdjustment.payer, StatementAdjustment.fund)
    )
    return [(statement, adjustment.facts) for statement, adjustment in rows]


def adjusted_meals(ids: Collection[UUID]) -> dict[str, list[Adjustment]]:
    """Give what binding statements adjusted of these meals, by meal id."""
    rows = db.session.execute(
        select(StatementAdjustment)
        .join(Statement, Statement.id == StatementAdjustment.statement_id)
        .where(among(StatementAdjustment.meal_id, "ids"), Statement.status.in_(_BINDING))
        .order_by(StatementAdjustment.statement_id, StatementAdjustment.meal_id),
        {"ids": list(ids)},
    ).scalars()
    found: dict[str, list[Adjustment]] = {}
    for row in rows:
        found.setdefault(str(row.meal_id), []).append(row.facts)
    return found
