"""Home of the queries on sheets of paper; always ordered, and within a scope where rows are listed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.canteens import queries as canteens
from app.extensions import db
from app.meals.models import Meal
from app.roles import Scope
from app.till.models import PaperEntry, PaperSheet
from app.till.rules.keying import KeyedRow, rows_from_json


def sheets(scope: Scope) -> Select[PaperSheet]:
    """Select the sheets within the scope, the newest first."""
    return (
        select(PaperSheet)
        .join(PaperSheet.site)
        .options(contains_eager(PaperSheet.site))
        .where(canteens.within(scope))
        .order_by(PaperSheet.id.desc())
    )


def sheet_numbered(sheet_no: str, scope: Scope) -> PaperSheet | None:
    """Give a sheet by number, unless it lies outside the scope."""
    return db.session.execute(sheets(scope).where(PaperSheet.sheet_no == sheet_no)).scalar_one_or_none()


def sheet_locked(sheet_no: str, scope: Scope) -> PaperSheet | None:
    """Give a sheet within the scope, held until the transaction ends, so that it is taken in once."""
    return db.session.execute(
        sheets(scope).where(PaperSheet.sheet_no == sheet_no).with_for_update(of=PaperSheet)
    ).scalar_one_or_none()


def sheets_numbered(sheet_nos: Collection[str]) -> list[PaperSheet]:
    """Give these sheets, in the order they were made."""
    return list(
        db.session.execute(
            select(PaperSheet)
            .where(PaperSheet.sheet_no.in_(sheet_nos))
            .options(joinedload(PaperSheet.site))
            .order_by(PaperSheet.id)
        ).scalars()
    )


def half_keyed(scope: Scope, first: date, last: date) -> list[PaperSheet]:
    """Give the sheets of some days within the scope that were keyed but not taken in, the oldest first."""
    return list(
        db.session.execute(
            sheets(scope)
            .where(
                PaperSheet.served_on.between(first, last),
                PaperSheet.taken_at.is_(None),
                PaperSheet.voided_at.is_(None),
                PaperSheet.entries.any(),
            )
            .order_by(None)
            .order_by(PaperSheet.served_on, PaperSheet.id)
        ).scalars()
    )


def keyings(sheet: PaperSheet) -> list[list[KeyedRow]]:
    """Give the rows that were keyed from a sheet, the first keying first."""
    contents = db.session.execute(
        select(PaperEntry.content).where(PaperEntry.sheet_id == sheet.id).order_by(PaperEntry.turn)
    ).scalars()
    return [rows_from_json(content) for content in contents]


def meals_of_sheet(sheet: PaperSheet) -> list[Meal]:
    """Give the meals that a sheet became, in the paper's order."""
    return list(
        db.session.execute(
            select(Meal)
            .where(
                Meal.site_code == sheet.site_code,
                Meal.served_on == sheet.served_on,
                Meal.sheet_no == sheet.sheet_no,
            )
            .options(joinedload(Meal.decision))
            .order_by(Meal.served_at, Meal.id)
        ).scalars()
    )
