"""Home of the page of one sheet of paper: key it, compare two keyings, see what it became."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, redirect, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.errors import Conflict, DomainError, NotFound
from app.money import format_yuan
from app.roles import Permission
from app.text import text
from app.till import queries, service
from app.till.forms.described import PEOPLE
from app.till.forms.paper import KeyingForm, PeopleForm, SettleForm, VoidForm
from app.till.models import PaperSheet
from app.till.rules.keying import KeyedRow, totals
from app.till.rules.paper import SheetState, read_sheet_no
from app.till.service.meant import ReadRow
from app.till.views.blueprint import bp
from app.till.views.paper import pdf_of
from app.till.views.persons import persons
from app.till.views.sheet_page import WAITING, sheet_page
from app.transaction import transaction
from app.web.described import Told, described
from app.web.notices import notice, warning

_REFUSED = 422
_COMPARE = text("Compare these names with the paper. If they are right, save.")


@bp.get("/paper/<number>")
@require(Permission.MEALS_RECORD)
def sheet(number: str) -> str:
    """Show how far a sheet has come, and what is to be done next."""
    return sheet_page(_sheet(number))


@bp.post("/paper/<number>")
@require(Permission.MEALS_RECORD)
def key_sheet(number: str) -> Redirect | tuple[str, int]:
    """Keep one keying; the second takes the meals in, if it agrees with the first."""
    shown, form = _sheet(number), KeyingForm()
    if not form.validate_on_submit():
        return sheet_page(shown, keying=form), _REFUSED
    read = service.read_rows(shown, form.typed)
    form.show(read)
    if not _is_settled(read):
        if all(each.problem is None for each in read):
            warning(_COMPARE)
        return sheet_page(shown, keying=form, read=read), _REFUSED
    rows = [each.keyed for each in read if each.keyed is not None]
    try:
        with transaction():
            keyed = service.key_in(shown.sheet_no, form.turn_typed, rows, by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _refused_keying(_sheet(number), form, read, error)
    _tell(keyed, rows)
    return redirect(url_for("till.sheet", number=number))


@bp.post("/paper/<number>/settle")
@require(Permission.MEALS_RECORD)
def settle_sheet(number: str) -> Redirect | tuple[str, int]:
    """Resolve the rows that differ, and take the meals in."""
    shown, form = _sheet(number), SettleForm()
    if not form.validate_on_submit():
        return sheet_page(shown, settling=form), _REFUSED
    read = service.read_rows(shown, form.typed_again)
    form.show(read)
    if not _is_settled(read):
        if all(each.problem is None for each in read):
            warning(_COMPARE)
        return sheet_page(shown, settling=form, read=read), _REFUSED
    try:
        with transaction():
            service.settle(shown.sheet_no, form.resolutions(read), by=viewer(), at=clock.now())
    except Conflict as error:
        warning(error.message)
        return redirect(url_for("till.sheet", number=number))
    except DomainError as error:
        form.refuse(error)
        return sheet_page(_sheet(number), settling=form, read=read), _REFUSED
    _tell(_sheet(number), [])
    return redirect(url_for("till.sheet", number=number))


@bp.post("/paper/<number>/print")
@require(Permission.MEALS_RECORD)
def print_again(number: str) -> Response | Redirect:
    """Print a sheet again, marked as a further copy of itself."""
    try:
        with transaction():
            printed = service.print_again(number, by=viewer(), at=clock.now())
    except Conflict as error:
        warning(error.message)
        return redirect(url_for("till.sheet", number=number))
    return pdf_of([printed])


@bp.post("/paper/<number>/void")
@require(Permission.MEALS_RECORD)
def void_sheet(number: str) -> Redirect | tuple[str, int]:
    """Declare a sheet void that was lost or spoiled."""
    shown, form = _sheet(number), VoidForm()
    if not form.validate_on_submit():
        return sheet_page(shown, voiding=form), _REFUSED
    try:
        with transaction():
            service.declare_void(shown.sheet_no, form.reason.data, by=viewer(), at=clock.now())
        notice(text("The sheet is void. If the paper turns up again, it cannot be keyed."))
    except Conflict as error:
        warning(error.message)
    return redirect(url_for("till.sheet", number=number))


@bp.post("/paper/<number>/people.json")
@described({200: Told("Whom it may mean.", PEOPLE)}, body=PeopleForm)
@require(Permission.MEALS_RECORD)
def sheet_people(number: str) -> dict[str, object]:
    """Give whom something typed into a row may mean; posted, since names do not belong in addresses."""
    shown, words = _sheet(number), (PeopleForm().words.data or "").strip()
    found = service.found_people(shown, [words])[words] if words else service.Found([])
    people = persons(found.people, shown.served_on)
    return {
        "people": [{"no": each.resident_no, "name": each.name, "hint": each.hint} for each in people.values()]
    }


def _sheet(number: str) -> PaperSheet:
    """Give the sheet that an address names.

    Raises: NotFound outside the scope; Unreadable for a number that is none.
    """
    found = queries.sheet_numbered(read_sheet_no(number), viewer().scope)
    if found is None:
        raise NotFound(text("There is no sheet {sheet_no} in your area.", sheet_no=number))
    return found


def _is_settled(read: Sequence[ReadRow]) -> bool:
    """Tell whether every row is plain, and nobody was found by words who has not been looked at."""
    return all(each.problem is None and not each.was_searched for each in read)


def _refused_keying(
    shown: PaperSheet, form: KeyingForm, read: Sequence[ReadRow], error: DomainError
) -> Redirect | tuple[str, int]:
    """Say why a keying was not kept; what was typed stays where its turn may still come."""
    if shown.state in WAITING and not service.has_keyed(shown, by=viewer()):
        form.turn.data = str(len(shown.entries) + 1)
        form.refuse(error)
        return sheet_page(shown, keying=form, read=read), _REFUSED
    warning(error.message)
    return redirect(url_for("till.sheet", number=shown.sheet_no))


def _tell(keyed: PaperSheet, rows: Sequence[KeyedRow]) -> None:
    """Say what a keying came to."""
    if keyed.state is SheetState.TAKEN:
        notice(
            text(
                "Taken in: {count} meals are in the ledger now.",
                count=len(queries.meals_of_sheet(keyed)),
            )
        )
    elif keyed.state is SheetState.DIFFERING:
        warning(text("The two keyings differ. Look at the paper, and choose what holds."))
    else:
        came_to = totals(rows)
        notice(
            text(
                "Keyed once: {rows} rows, {meals} meals, {yuan} yuan. Compare with the foot of the paper.",
                rows=came_to.rows,
                meals=came_to.meals,
                yuan=format_yuan(came_to.price_fen),
            )
        )
