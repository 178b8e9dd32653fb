"""Home of what the page of one sheet of paper shows: the rows to key, two keyings side by side, its meals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import render_template

from app import clock
from app.access import viewer
from app.auth import queries as auth
from app.errors import Conflict
from app.meals import queries as meals
from app.meals.models import Meal
from app.text import Text
from app.till import queries, service
from app.till.forms.paper import KeyingForm, SettleForm, VoidForm
from app.till.models import PaperSheet
from app.till.rules.keying import differences, totals
from app.till.rules.paper import MOST_MEALS, SheetState
from app.till.service.meant import ReadRow
from app.till.views.persons import Person, persons
from app.web.form import EmptyForm

WAITING = {SheetState.PRINTED, SheetState.KEYED_ONCE}
"""The states in which a sheet waits to be keyed."""


def sheet_page(
    sheet: PaperSheet,
    *,
    keying: KeyingForm | None = None,
    settling: SettleForm | None = None,
    voiding: VoidForm | None = None,
    read: Sequence[ReadRow] = (),
) -> str:
    """Show a sheet with what is to be done next; `read` is how the rows of a refused form were understood."""
    parts: dict[str, Any] = {"people": {}}
    if sheet.state in WAITING:
        parts = _keying(sheet, keying, read)
    elif sheet.state is SheetState.DIFFERING:
        parts = _settling(sheet, settling, read)
    elif sheet.state is SheetState.TAKEN:
        parts = _taken(sheet)
    return render_template(
        "till/sheet.html",
        sheet=sheet,
        is_open=sheet.state in WAITING or sheet.state is SheetState.DIFFERING,
        keyers=[(entry, auth.user_numbered(entry.keyed_by)) for entry in sheet.entries],
        price_fen=meals.price_on(sheet.site_code, sheet.sitting, sheet.served_on),
        read={each.row: each for each in read},
        voiding=voiding or VoidForm(None),
        printing=EmptyForm(),
        **parts,
    )


def _keying(sheet: PaperSheet, form: KeyingForm | None, read: Sequence[ReadRow]) -> dict[str, Any]:
    """Give the rows to be keyed, or why this person may not key them."""
    facts = sheet.facts
    named = {row: facts.regular(row) for row in range(1, sheet.rows + 1)}
    return {
        "refusal": _refusal(sheet),
        "form": form or KeyingForm.blank(len(sheet.entries) + 1, named),
        "named": named,
        "came_to": totals(each.keyed for each in read if each.keyed is not None),
        "people": _people(sheet, set(named.values()), read),
    }


def _refusal(sheet: PaperSheet) -> Text | None:
    try:
        service.ensure_may_key(sheet, by=viewer(), at=clock.now())
    except Conflict as error:
        return error.message
    return None


def _settling(sheet: PaperSheet, form: SettleForm | None, read: Sequence[ReadRow]) -> dict[str, Any]:
    """Give two keyings side by side where they differ."""
    first, second = queries.keyings(sheet)
    differing = differences(first, second)
    return {
        "differing": differing,
        "settling": form or SettleForm.of(differing),
        "came_to": (totals(first), totals(second)),
        "people": _people(sheet, {row.resident_no for row in (*first, *second)}, read),
    }


def _taken(sheet: PaperSheet) -> dict[str, Any]:
    """Give the meals that the sheet became."""
    became = queries.meals_of_sheet(sheet)
    return {
        "meals": became,
        "row_of": _rows_of(sheet),
        "reversed_ids": meals.reversed_among([meal.id for meal in became]),
        "price_total_fen": sum(meal.price_fen for meal in became),
        "resident_total_fen": sum(_own_part_fen(meal) for meal in became),
        "people": _people(sheet, {meal.resident_no for meal in became}, ()),
    }


def _own_part_fen(meal: Meal) -> int:
    return meal.decision.resident_fen if meal.decision else 0


def _rows_of(sheet: PaperSheet) -> dict[object, int]:
    """Give the row on the paper of each meal that may come from it."""
    facts = sheet.facts
    return {
        facts.meal_id(row, copy): row for row in range(1, sheet.rows + 1) for copy in range(2 * MOST_MEALS)
    }


def _people(sheet: PaperSheet, numbers: Collection[str], read: Sequence[ReadRow]) -> dict[str, Person]:
    """Give everybody whom the page shows."""
    residents = meals.people([number for number in numbers if number])
    residents |= {each.resident_no: each for row in read for each in row.people}
    return persons(residents.values(), sheet.served_on)
