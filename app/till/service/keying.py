"""Home of keying a sheet back: twice, by two people where there are two, and then into the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app import clock
from app.audit import service as audit
from app.auth import queries as auth
from app.errors import Conflict, DomainError
from app.extensions import db
from app.meals import service as ledger
from app.meals.rules import ReceiptStatus
from app.roles import Actor, Permission
from app.text import text
from app.till import queries
from app.till.models import PaperEntry, PaperSheet
from app.till.rules.keying import (
    KeyedRow,
    Resolution,
    agreed,
    differences,
    ledger_entries,
    rows_to_json,
    totals,
)
from app.till.service.paper import open_sheet

_BOTH = 2


def key_in(number: str, turn: int, rows: Sequence[KeyedRow], *, by: Actor, at: datetime) -> PaperSheet:
    """Keep one keying of a sheet; when it is the second and agrees with the first, take the meals in.

    Raises: NotFound outside the scope; Conflict as `ensure_may_key`, and when the sheet is not waiting for
    this turn; DomainError when nothing was typed.
    """
    sheet = open_sheet(number, by=by)
    if turn != len(sheet.entries) + 1:
        raise Conflict(
            text("This sheet was keyed meanwhile. Look how far it is, then press the button again if needed.")
        )
    if not rows:
        raise DomainError(text("Nothing was typed. If nothing stands on the paper, declare the sheet void."))
    ensure_may_key(sheet, by=by, at=at)
    detail: dict[str, object] = {"turn": turn, "rows": len(rows), "meals": totals(rows).meals}
    if has_keyed(sheet, by=by):
        detail["same_person"] = True
    _keep(sheet, turn, rows, by=by, at=at)
    audit.record("sheet.keyed", f"sheet:{sheet.sheet_no}", by=by, at=at, detail=detail)
    if turn == _BOTH and not differences(*queries.keyings(sheet)):
        _take(sheet, {}, by=by, at=at)
    return sheet


def settle(number: str, resolutions: Mapping[int, Resolution], *, by: Actor, at: datetime) -> PaperSheet:
    """Take a sheet in that was keyed in two ways, now that each difference is resolved.

    Raises: NotFound outside the scope; Conflict when it is not keyed twice; DomainError for a difference that
    nobody resolved.
    """
    sheet = open_sheet(number, by=by)
    if len(sheet.entries) < _BOTH:
        raise Conflict(text("This sheet is not keyed twice yet."))
    if any(each.row not in resolutions for each in differences(*queries.keyings(sheet))):
        raise DomainError(text("Resolve every row that differs."))
    _take(sheet, resolutions, by=by, at=at)
    return sheet


def has_keyed(sheet: PaperSheet, *, by: Actor) -> bool:
    """Tell whether this person has keyed the sheet before."""
    return any(entry.keyed_by == by.user_no for entry in sheet.entries)


def ensure_may_key(sheet: PaperSheet, *, by: Actor, at: datetime) -> None:
    """Let a person key a sheet whose day has come; a second time only where nobody else works at the site.

    Raises: Conflict, naming who else is there.
    """
    if sheet.served_on > clock.on(at):
        raise Conflict(text("The day of this sheet has not come yet. Check the number."))
    if not has_keyed(sheet, by=by):
        return
    others = [
        user.name
        for user in auth.people_of(sheet.site_code)
        if user.user_no != by.user_no and user.actor.may(Permission.MEALS_RECORD)
    ]
    if others:
        raise Conflict(
            text(
                "You keyed this sheet the first time. Let somebody else key it the second time: {names}.",
                names="、".join(others),
            )
        )


def _keep(sheet: PaperSheet, turn: int, rows: Sequence[KeyedRow], *, by: Actor, at: datetime) -> None:
    sheet.entries.append(PaperEntry(turn=turn, keyed_by=by.user_no, keyed_at=at, content=rows_to_json(rows)))
    db.session.flush()


def _take(sheet: PaperSheet, resolutions: Mapping[int, Resolution], *, by: Actor, at: datetime) -> None:
    """Let the ledger take what both keyings agree on, and what was resolved.

    Raises: DomainError when nothing is left; Conflict when the ledger holds other meals under these ids.
    """
    first, second = queries.keyings(sheet)
    rows = agreed(first, second, resolutions)
    if not rows:
        raise DomainError(
            text("Nothing is left of this sheet. If nothing stands on the paper, declare the sheet void.")
        )
    keyers = [entry.keyed_by for entry in sheet.entries]
    receipts = ledger.take(ledger_entries(sheet.facts, rows, recorded_by=keyers[0]), by=by, at=at)
    if any(receipt.status is ReceiptStatus.CONFLICT for receipt in receipts):
        raise Conflict(
            text("The ledger holds other meals under the numbers of this sheet. Ask the district to compare.")
        )
    sheet.taken_at = at
    detail: dict[str, object] = {
        "site": sheet.site_code,
        "rows": len(rows),
        "meals": len(receipts),
        "resolved": {str(row): each.take.value for row, each in sorted(resolutions.items())},
    }
    if keyers[0] == keyers[1]:
        detail["same_person"] = True
    audit.record("sheet.taken", f"sheet:{sheet.sheet_no}", by=by, at=at, detail=detail)
