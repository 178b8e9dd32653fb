"""Home of the verbs on sheets of paper: number and print them, print one again, declare one void."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import case, update

from app import clock
from app.audit import service as audit
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import queries as meals
from app.roles import Actor
from app.text import text
from app.till import queries
from app.till.models import PaperCounter, PaperSheet
from app.till.rules.paper import MOST_SHEETS, NAMED_ROWS, ROWS, read_sheet_no, running_number, sheet_no

_LONGEST_REASON = 200


def print_sheets(
    site_code: str,
    on: date,
    sitting: Sitting,
    *,
    count: int,
    names_regulars: bool = False,
    after: str = "",
    by: Actor,
    at: datetime,
) -> list[PaperSheet]:
    """Make new sheets for a sitting; their numbers were never used before and never will be again.

    `after` is a sheet whose number is taken, though it is not known here: of before a backup was restored.

    Raises: NotFound for a site outside the scope; DomainError for too many at once.
    """
    site = canteens.site_of(site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    if not 1 <= count <= MOST_SHEETS:
        raise DomainError(text("Print between 1 and {most} sheets at once.", most=MOST_SHEETS), field="count")
    named = _regulars(site, sitting, min(on, clock.on(at)), count) if names_regulars else []
    last = _last_number(count, at_least=running_number(read_sheet_no(after)) if after else 0)
    made = [
        PaperSheet(
            sheet_no=sheet_no(last - count + page),
            site_code=site.site_code,
            served_on=on,
            sitting=sitting,
            page=page,
            pages=count,
            rows=ROWS,
            named=named[(page - 1) * NAMED_ROWS : page * NAMED_ROWS],
            printed_at=at,
            printed_by=by.user_no,
            copies=1,
            void_reason="",
        )
        for page in range(1, count + 1)
    ]
    db.session.add_all(made)
    db.session.flush()
    where = {"site": site.site_code, "on": on.isoformat(), "sitting": sitting.value}
    detail = {**where, "sheets": count, "last": made[-1].sheet_no}
    audit.record("sheet.printed", _subject(made[0]), by=by, at=at, detail=detail)
    return made


def print_again(number: str, *, by: Actor, at: datetime) -> PaperSheet:
    """Note that a sheet is printed again: the same document under the same number, marked as a further copy.

    Raises: NotFound outside the scope; Conflict when it is void or in the ledger already.
    """
    sheet = open_sheet(number, by=by)
    sheet.copies += 1
    audit.record("sheet.printed", _subject(sheet), by=by, at=at, detail={"copies": sheet.copies})
    return sheet


def declare_void(number: str, reason: str, *, by: Actor, at: datetime) -> PaperSheet:
    """Declare a sheet void that was lost or spoiled; it cannot be keyed any more.

    Raises: NotFound outside the scope; Conflict when it is void or in the ledger already; DomainError without
    a reason.
    """
    sheet = open_sheet(number, by=by)
    if not reason.strip() or len(reason.strip()) > _LONGEST_REASON:
        raise DomainError(
            text("Say why the sheet is void, in at most {most} characters.", most=_LONGEST_REASON),
            field="reason",
        )
    sheet.voided_at, sheet.void_reason = at, reason.strip()
    audit.record("sheet.voided", _subject(sheet), by=by, at=at, detail={"keyings": len(sheet.entries)})
    return sheet


def open_sheet(number: str, *, by: Actor) -> PaperSheet:
    """Give a sheet to act on, held until the transaction ends.

    Raises: NotFound outside the scope; Conflict when it is void or in the ledger already.
    """
    sheet = queries.sheet_locked(read_sheet_no(number), by.scope)
    if sheet is None:
        raise NotFound(text("There is no sheet {sheet_no} in your area.", sheet_no=number))
    if sheet.voided_at is not None:
        raise Conflict(text("Sheet {sheet_no} is void. Use another one.", sheet_no=sheet.sheet_no))
    if sheet.taken_at is not None:
        raise Conflict(
            text("Sheet {sheet_no} is in the ledger already. Nothing was changed.", sheet_no=sheet.sheet_no)
        )
    return sheet


def _last_number(count: int, *, at_least: int) -> int:
    """Take the next numbers and give the last of them; whoever else prints waits until they are ours."""
    known = case((PaperCounter.last < at_least, at_least), else_=PaperCounter.last)
    return db.session.execute(
        update(PaperCounter).values(last=known + count).returning(PaperCounter.last)
    ).scalar_one()


def _regulars(site: Site, sitting: Sitting, on: date, count: int) -> list[str]:
    """Give who usually eats here, sorted by name so that they are found on paper."""
    people = meals.regulars(site.site_code, sitting, on, limit=count * NAMED_ROWS)
    return [each.resident_no for each in sorted(people, key=lambda each: (each.name_key, each.resident_no))]


def _subject(sheet: PaperSheet) -> str:
    return f"sheet:{sheet.sheet_no}"
