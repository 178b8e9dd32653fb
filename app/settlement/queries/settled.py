"""Home of the queries on what was settled: frozen lines, and meals that are worth something else by now."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.database import among
from app.extensions import db
from app.meals.models import Decision, Meal
from app.settlement.models import Statement, StatementAdjustment, StatementContent, StatementWaiver
from app.settlement.queries.statements import lines_among, lines_of, of_month
from app.settlement.rules.adjustments import Adjustment, Shares, worth_of
from app.settlement.rules.canonical import line_from_canonical
from app.settlement.rules.lines import Line
from app.settlement.rules.month import Month
from app.settlement.rules.steps import StatementStatus

_BINDING = [status.value for status in StatementStatus if status.binds]
_STILL_ARRIVING = timedelta(days=1)
"""How long before a freeze a meal may bear its time of arrival and yet come after it."""


def frozen_lines(statement_id: int) -> Iterator[Line]:
    """Give the lines that a statement was handed in with, by meal id."""
    content = db.session.execute(
        select(StatementContent.lines).where(StatementContent.statement_id == statement_id)
    ).scalar_one()
    yield from (line_from_canonical(written) for written in zlib.decompress(content).splitlines())


def frozen_line(statement_id: int, meal_id: UUID) -> Line | None:
    """Give one meal's line as a statement was handed in with it; None when it holds no such meal."""
    return next((line for line in frozen_lines(statement_id) if line.meal_id == str(meal_id)), None)


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


def settled_otherwise(site_code: str, month: Month) -> Iterator[Settled]:
    """Give the meals of a site's other, settled months that may be worth something else by now.

    Those are the ones that were decided again, came late, or were adjusted before; others cannot differ.
    """
    statements = db.session.execute(
        select(Statement)
        .where(
            Statement.site_code == site_code, Statement.month != str(month), Statement.status.in_(_BINDING)
        )
        .order_by(Statement.month)
    ).scalars()
    for statement in statements.all():
        ids = list(db.session.execute(_suspects(statement)).scalars())
        if ids:
            yield from _compared(statement, ids)


def _suspects(statement: Statement) -> Select[Any]:
    adjusted = select(StatementAdjustment.meal_id).join(
        Statement, Statement.id == StatementAdjustment.statement_id
    )
    adjusted = adjusted.where(Statement.site_code == statement.site_code, Statement.status.in_(_BINDING))
    frozen_at = statement.frozen_at or statement.drafted_at
    return (
        select(Meal.id)
        .join(Decision, Decision.meal_id == Meal.id)
        .where(
            Meal.site_code == statement.site_code,
            of_month(statement.period),
            or_(
                Decision.revisions > 0,
                Meal.received_at > frozen_at - _STILL_ARRIVING,
                Meal.id.in_(adjusted),
            ),
        )
        .order_by(Meal.id)
    )


def _compared(statement: Statement, ids: Collection[UUID]) -> Iterator[Settled]:
    wanted = {str(each) for each in ids}
    lines = {line.meal_id: line for line in frozen_lines(statement.id) if line.meal_id in wanted}
    adjusted = adjusted_meals(ids)
    for now in lines_among(statement.site_code, ids):
        line = lines.get(now.meal_id)
        settled = worth_of(line)
        for adjustment in adjusted.get(now.meal_id, ()):
            settled[adjustment.payer, adjustment.fund] += adjustment.amount_fen
        yield Settled(now.meal_id, statement.statement_no, worth_of(now), settled)


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
