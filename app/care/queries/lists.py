"""Home of the queries on lists: which were brought, one with its rows, and meals recorded since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.care.models import StatusList, StatusListRow
from app.care.rules.lists import RowState
from app.extensions import db
from app.meals.models import Meal
from app.meals.queries import is_reversed
from app.month import month_of
from app.residents.models import Resident
from app.residents.queries import identity_lookups, within
from app.residents.rules.facts import StatusChange
from app.roles import Scope
from app.settlement.models import Statement
from app.settlement.queries.settled import frozen_lines


@dataclass(frozen=True, slots=True)
class LateMeal:
    """A meal recorded while its resident was dead, gone or in an institution.

    `paid_fen` is what the statement was handed in with for it; both None where none was.
    """

    meal: Meal
    statement: Statement | None = None
    paid_fen: int | None = None


def lists(scope: Scope) -> Select[StatusList]:
    """Select the lists that were brought within a scope, the newest first."""
    found = select(StatusList).where(StatusList.area.startswith(scope.area, autoescape=True))
    return found.order_by(StatusList.id.desc())


def status_list(list_id: int, scope: Scope) -> StatusList | None:
    """Give a list, if it was brought within the scope."""
    return db.session.execute(lists(scope).where(StatusList.id == list_id)).scalar_one_or_none()


def rows_of(list_id: int, scope: Scope) -> list[StatusListRow]:
    """Give a list's rows about residents within a scope, by line."""
    return list(db.session.execute(_rows(scope).where(StatusListRow.list_id == list_id)).scalars())


def row(row_id: int, scope: Scope) -> StatusListRow | None:
    """Give one row, if the resident lies within the scope."""
    return db.session.execute(_rows(scope).where(StatusListRow.id == row_id)).scalar_one_or_none()


def _rows(scope: Scope) -> Select[StatusListRow]:
    resident = contains_eager(StatusListRow.resident)
    return (
        select(StatusListRow)
        .join(StatusListRow.resident)
        .options(
            resident.selectinload(Resident.statuses),
            resident.selectinload(Resident.categories),
            joinedload(StatusListRow.list),
        )
        .where(within(scope))
        .order_by(StatusListRow.line, StatusListRow.id)
        .execution_options(populate_existing=True)
    )


def residents_numbered(numbers: Collection[str], scope: Scope) -> dict[str, Resident]:
    """Give the residents within a scope with these identity numbers, by number."""
    indexes = {each: number for number in numbers for each in identity_lookups(number)}
    rows = db.session.execute(
        select(Resident)
        .where(Resident.identity_index.in_(indexes), within(scope))
        .options(selectinload(Resident.statuses), selectinload(Resident.categories))
        .order_by(Resident.id)
    ).scalars()
    return {indexes[each.identity_index]: each for each in rows if each.identity_index is not None}


def taken_back(resident_ids: Collection[int]) -> dict[int, list[StatusChange]]:
    """Give what lists had said of these residents and a person took back, by row id."""
    rows = db.session.execute(
        select(StatusListRow)
        .where(
            StatusListRow.resident_id.in_(resident_ids),
            StatusListRow.state.in_([RowState.TAKEN_BACK, RowState.REFUSED]),
        )
        .options(joinedload(StatusListRow.list))
        .order_by(StatusListRow.id)
    ).scalars()
    found: dict[int, list[StatusChange]] = defaultdict(list)
    for each in rows:
        found[each.resident_id].append(each.change)
    return found


def late_meals(rows: Sequence[StatusListRow]) -> dict[int, list[LateMeal]]:
    """Give the meals recorded after these rows' statuses began and while they lasted, by row id."""
    found: dict[int, list[Meal]] = {}
    for each in rows:
        if each.state is not RowState.APPLIED:
            continue
        facts = each.resident.facts
        meals = db.session.execute(
            select(Meal)
            .where(
                Meal.resident_no == each.resident.resident_no,
                Meal.served_on >= each.from_on,
                ~is_reversed(),
            )
            .options(joinedload(Meal.site), joinedload(Meal.decision))
            .order_by(Meal.served_on, Meal.served_at, Meal.id)
        ).scalars()
        late = [meal for meal in meals if facts.status_on(meal.served_on) is each.list.kind]
        if late:
            found[each.id] = late
    paid = _paid([meal for meals_of in found.values() for meal in meals_of])
    return {
        row_id: [LateMeal(meal, *paid.get(meal.id, (None, None))) for meal in meals]
        for row_id, meals in found.items()
    }


def _paid(meals: Sequence[Meal]) -> Mapping[UUID, tuple[Statement, int]]:
    """Give the handed-in statement that holds each of these meals, and what it asked for it."""
    wanted: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for meal in meals:
        wanted[meal.site_code, str(month_of(meal.served_on))].append(meal.id)
    statements = db.session.execute(
        select(Statement)
        .where(
            Statement.site_code.in_({site for site, _ in wanted}),
            Statement.month.in_({month for _, month in wanted}),
        )
        .order_by(Statement.id)
    ).scalars()
    found: dict[UUID, tuple[Statement, int]] = {}
    for statement in statements:
        ids = wanted.get((statement.site_code, statement.month))
        if ids and statement.stage.binds and statement.stage.is_frozen:
            for line in frozen_lines(statement.id, only=ids):
                found[UUID(line.meal_id)] = (statement, line.government_fen + line.charity_fen)
    return found


def named_before(before: datetime) -> list[StatusListRow]:
    """Give the rows that hold a name still, of lists that were brought before an instant."""
    return list(
        db.session.execute(
            select(StatusListRow)
            .join(StatusListRow.list)
            .where(StatusListRow.name.is_not(None), StatusList.brought_at < before)
            .order_by(StatusListRow.id)
        ).scalars()
    )


def count_questions(scope: Scope) -> int:
    """Count the rows that wait for a person."""
    found = (
        select(func.count(StatusListRow.id))
        .join(StatusListRow.resident)
        .where(within(scope), StatusListRow.state == RowState.WAITING)
    )
    return db.session.execute(found).scalar_one()
