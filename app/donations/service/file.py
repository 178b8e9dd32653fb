"""Home of taking donations from a file; each waits for a second person like any other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.audit import service as audit
from app.clock import on
from app.donations import queries
from app.donations.models import CharityFund, Donation
from app.donations.rules.records import DonationRecord
from app.donations.service.books import added
from app.roles import Actor
from app.sheet.cells import Unreadable
from app.sheet.form import BadRow, Row
from app.sheet.report import ImportReport, refuse_bad
from app.text import text


def import_donations(
    rows: Iterable[Row[DonationRecord] | BadRow], *, skip_bad_rows: bool = False, by: Actor, at: datetime
) -> ImportReport:
    """Take donations from a file's rows; a receipt that is written down already, and alike, stays.

    Raises: BadFile naming every fault, unless `skip_bad_rows`; then the report gives the rows left out.
    """
    walked = list(rows)
    bad = [row for row in walked if isinstance(row, BadRow)]
    read = [row for row in walked if isinstance(row, Row)]
    good, refused = _judged(read, by, at)
    bad = sorted([*bad, *refused], key=lambda row: row.line)
    if not skip_bad_rows:
        refuse_bad(bad)
    made = [added(fund, record, by=by, at=at) for fund, record in good]
    report = ImportReport(len(made), 0, len(read) - len(refused) - len(made), tuple(bad))
    detail = {
        "created": report.created,
        "unchanged": report.unchanged,
        "left_out": len(bad),
        "amount_fen": sum(each.amount_fen for each in made),
    }
    audit.record("donations.imported", "donations", by=by, at=at, detail=detail)
    return report


def _judged(
    rows: list[Row[DonationRecord]], by: Actor, at: datetime
) -> tuple[list[tuple[CharityFund, DonationRecord]], list[BadRow]]:
    """Tell what is new and can be written from what cannot; what is there already is neither."""
    funds = {fund.name: fund for fund in queries.funds(by.scope) if by.scope.covers(fund.area)}
    known = queries.of_receipts([row.value.receipt_no for row in rows])
    good: list[tuple[CharityFund, DonationRecord]] = []
    refused: list[BadRow] = []
    for row in rows:
        record = row.value
        try:
            record.ensure_received_by(on(at))
            fund = _fund(record, funds)
            there = known.get(record.receipt_no)
            if there is None:
                good.append((fund, record))
            else:
                _ensure_same(record, there)
        except Unreadable as error:
            refused.append(row.refused(error.reason, error.remedy, column=error.field or ""))
    return good, refused


def _fund(record: DonationRecord, funds: dict[str, CharityFund]) -> CharityFund:
    if record.fund not in funds:
        raise Unreadable(
            text("There is no fund “{name}”.", name=record.fund),
            text("Open it first, or write the name of one that is there."),
            field="fund",
        )
    return funds[record.fund]


def _ensure_same(record: DonationRecord, there: Donation) -> None:
    held = (there.fund.name, there.received_on, there.amount_fen, there.donor, there.is_public)
    if held != (record.fund, record.received_on, record.amount_fen, record.donor, record.is_public):
        raise Unreadable(
            text("Receipt {number} was written down before with other content.", number=record.receipt_no),
            text("Compare the two. What counts already is put right by a correction."),
            field="receipt_no",
        )
