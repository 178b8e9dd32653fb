"""The donations ledger: written down by one, confirmed by another, corrected by entries with a sign."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from io import BytesIO, StringIO
from json import loads
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.donations import queries, service
from app.donations.forms.file import DONATIONS_FILE
from app.donations.models import CharityFund
from app.donations.rules.months import FundMonth, months_of
from app.donations.rules.records import FundRecord
from app.errors import BadFile, Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import Actor, Scope
from app.transaction import transaction
from tests.factories.donations import AT, CHECKER, CLERK, a_donation, a_fund, given, written_down

ELSEWHERE = Actor("U-90", CLERK.permissions, Scope("430104"))
EVERYTHING = Scope()


def a_waiting_donation(fen: int = 500_00, **changes: object) -> int:
    with transaction():
        return written_down(a_fund(0), fen, **changes).id


def balances() -> list[int]:
    db.session.expire_all()
    return [fund.balance_fen for fund in queries.funds(EVERYTHING)]


def test_a_donation_counts_once_somebody_else_has_confirmed_it(app: Flask) -> None:  # noqa: ARG001 - its context
    number = a_waiting_donation()
    assert balances() == [0]
    with pytest.raises(Conflict, match="Somebody else must confirm"), transaction():
        service.confirm([number], by=CLERK, at=AT)
    with transaction():
        assert service.confirm([number], by=CHECKER, at=AT) == 500_00
    assert balances() == [500_00]
    with pytest.raises(Conflict, match="meanwhile"), transaction():
        service.confirm([number], by=CHECKER, at=AT)
    assert balances() == [500_00]
    assert queries.waiting(EVERYTHING) == []


def test_several_are_confirmed_at_once_and_their_sum_is_told(app: Flask) -> None:  # noqa: ARG001 - as above
    with transaction():
        fund = a_fund(0)
        numbers = [written_down(fund, fen, receipt_no=f"A-{fen}").id for fen in (1_00, 20_00, 300_00)]
    with transaction():
        assert service.confirm(numbers, by=CHECKER, at=AT) == 321_00
    assert balances() == [321_00]


def test_what_is_refused_never_counts_and_frees_its_receipt(app: Flask) -> None:  # noqa: ARG001 - as above
    number = a_waiting_donation(receipt_no="A-1")
    with pytest.raises(Conflict, match="written down before"), transaction():
        service.register(queries.funds(EVERYTHING)[0], a_donation(receipt_no="A-1"), by=CLERK, at=AT)
    with pytest.raises(DomainError, match="Say why"), transaction():
        service.refuse(number, "  ", by=CHECKER, at=AT)
    with transaction():
        service.refuse(number, "金额与票据不符", by=CHECKER, at=AT)
        given(queries.funds(EVERYTHING)[0], 300_00, receipt_no="A-1")
    assert balances() == [300_00]


def test_the_same_receipt_cannot_count_twice_even_when_two_wrote_it_down(app: Flask) -> None:  # noqa: ARG001 - as above
    with transaction():
        fund = a_fund(0)
        first = written_down(fund, 1_00, receipt_no="A-1").id
        record = a_donation(1_00, receipt_no="A-1")
        second = service.books.added(fund, record, by=CLERK, at=AT).id
    with pytest.raises(Conflict, match="counts already"), transaction():
        service.confirm([first, second], by=CHECKER, at=AT)
    assert balances() == [0]


def test_a_correction_is_an_entry_of_its_own_and_waits_too(app: Flask) -> None:  # noqa: ARG001 - as above
    number = a_waiting_donation(500_00)
    with pytest.raises(Conflict, match="Only a donation that was confirmed"), transaction():
        service.correct(number, -1_00, "多记", by=CLERK, at=AT)
    with transaction():
        service.confirm([number], by=CHECKER, at=AT)
        entry = service.correct(number, -100_00, "多记 100 元", by=CLERK, at=AT).id
    assert balances() == [500_00]
    with transaction():
        service.confirm([entry], by=CHECKER, at=AT)
    assert balances() == [400_00]
    with pytest.raises(DomainError, match="more than the donation") as refused, transaction():
        service.correct(number, -400_01, "退回", by=CLERK, at=AT)
    assert refused.value.field == "amount"
    for fen, reason, field in ((0, "为何", "amount"), (1, " ", "reason"), (1, "长" * 201, "reason")):
        with pytest.raises(DomainError) as refused, transaction():
            service.correct(number, fen, reason, by=CLERK, at=AT)
        assert refused.value.field == field
    with transaction():
        service.confirm([service.correct(number, -400_00, "长" * 200, by=CLERK, at=AT).id], by=CHECKER, at=AT)
    assert balances() == [0]


def test_what_waits_or_was_refused_is_no_part_of_a_gift(app: Flask) -> None:  # noqa: ARG001 - as above
    with transaction():
        other = given(a_fund(0), 1_00, donor="别处", is_public=True)
        fund = a_fund(0)
        later = given(fund, 20_00, received_on=date(2026, 8, 2), donor="李四", is_public=True)
        earlier = given(fund, 10_00, received_on=date(2026, 8, 1), donor="张三", is_public=True)
        same_day = given(fund, 30_00, received_on=date(2026, 8, 2))
        waits = written_down(fund, 40_00, donor="等着", is_public=True)
        rejected = written_down(fund, 50_00, donor="没有给", is_public=True)
        service.refuse(rejected.id, "没有到账", by=CHECKER, at=AT)
        refused = service.correct(later.id, -1_00, "多记", by=CLERK, at=AT)
        service.refuse(refused.id, "没有多记", by=CHECKER, at=AT)
        service.correct(later.id, -2_00, "多记", by=CLERK, at=AT)
        counts = service.correct(later.id, -4_00, "多记", by=CLERK, at=AT)
        service.confirm([counts.id], by=CHECKER, at=AT)
    worth = [(earlier.id, 10_00), (later.id, 16_00), (same_day.id, 30_00)]
    assert queries.gifts_worth(fund.id) == worth
    assert [queries.worth_of(each) for each in (earlier, later, other)] == [10_00, 16_00, 1_00]
    assert queries.donor_names(fund.id, since=date(2026, 8, 1)) == sorted(["张三", "李四"])
    assert queries.donor_names(fund.id, since=date(2026, 8, 2)) == ["李四"]
    assert {waits.id, rejected.id}.isdisjoint(dict(worth))


def test_nobody_reaches_beyond_their_area(app: Flask) -> None:  # noqa: ARG001 - as above
    number = a_waiting_donation()
    with pytest.raises(NotFound), transaction():
        service.confirm([number], by=ELSEWHERE, at=AT)
    with pytest.raises(NotAllowed), transaction():
        service.open_fund(FundRecord("别区", "430103", "老年助餐"), by=ELSEWHERE, at=AT)
    with transaction():
        city = service.open_fund(
            FundRecord("全市", "4301", "老年助餐"), by=Actor("U-1", CLERK.permissions, Scope("4301")), at=AT
        )
        waits = written_down(city, 1_00).id
    # A district sees what the city's fund does for it, and leaves it to the city.
    assert [fund.name for fund in queries.funds(ELSEWHERE.scope)] == ["全市"]
    with pytest.raises(NotAllowed), transaction():
        service.confirm([waits], by=ELSEWHERE, at=AT)


def test_the_trail_names_no_donor(app: Flask) -> None:  # noqa: ARG001 - as above
    number = a_waiting_donation(donor="张三丰", is_public=True)
    with transaction():
        service.confirm([number], by=CHECKER, at=AT)
    entries = db.session.execute(select(AuditEntry.action, AuditEntry.detail)).all()
    actions = [entry.action for entry in entries]
    assert actions == ["fund.opened", "donation.registered", "donation.confirmed"]
    assert not any("张三丰" in entry.detail for entry in entries)


def test_the_trail_tells_what_was_corrected_and_refused(app: Flask) -> None:  # noqa: ARG001 - as above
    with transaction():
        number = given(a_fund(0), 500_00).id
        entry = service.correct(number, -100_00, "多记", by=CLERK, at=AT).id
        service.refuse(entry, "没有多记", by=CHECKER, at=AT)
    told = select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail).order_by(AuditEntry.seq)
    corrected, refused = db.session.execute(told).all()[-2:]
    assert corrected[:2] == ("donation.corrected", f"donation:{entry}")
    assert loads(corrected.detail) == {"amount_fen": -100_00, "corrects": number}
    assert refused[:2] == ("donation.refused", f"donation:{entry}")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": date(2026, 9, 2)}, "received_on"),
        ({"received_on": date(1999, 12, 31)}, "received_on"),
    ],
)
def test_a_donation_that_cannot_be_is_refused(app: Flask, changes: dict[str, object], field: str) -> None:  # noqa: ARG001 - as above
    with transaction():
        fund = a_fund(0)
        with pytest.raises(DomainError) as refused:
            service.register(fund, a_donation(1_00, **changes), by=CLERK, at=AT)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"is_public": True}, "is_public"),
    ],
)
def test_a_record_that_does_not_go_together_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        a_donation(**{"amount_fen": 1_00, **changes})  # type: ignore[arg-type]  # any field of it
    assert refused.value.field == field


def test_months_add_up_to_what_is_left() -> None:
    months = months_of([(2026, 9, 2, 1_000), (2026, 11, 1, 50)], [(2026, 9, 3, 600), (2026, 10, 1, 400)])
    assert months == [
        FundMonth(2026, 9, 2, 1_000, 3, 600, 400),
        FundMonth(2026, 10, 0, 0, 1, 400, 0),
        FundMonth(2026, 11, 1, 50, 0, 0, 50),
    ]


# ---- donations.csv ----

Rows = tuple[Mapping[str, str], ...]

CELLS = {
    "receipt_no": "P-1",
    "fund": "示例慈善资金",
    "received_on": "2026-08-31",
    "donor": "示例公司",
    "public": "yes",
    "amount_fen": "50000",
}


def written(*rows: Mapping[str, str]) -> bytes:
    target = StringIO(newline="")
    writer = csv.DictWriter(target, list(CELLS))
    writer.writeheader()
    writer.writerows({**CELLS, **row} for row in rows)
    return target.getvalue().encode()


def take(*rows: Mapping[str, str], skip_bad_rows: bool = False) -> tuple[int, int, int]:
    with transaction():
        reading = DONATIONS_FILE.read(BytesIO(written(*rows)))
        report = service.import_donations(reading, skip_bad_rows=skip_bad_rows, by=CLERK, at=AT)
    return report.created, report.unchanged, len(report.bad)


def test_a_file_is_taken_once_and_waits_like_any_other(app: Flask) -> None:  # noqa: ARG001 - as above
    with transaction():
        a_fund(0, name="示例慈善资金")
    rows: Rows = ({}, {"receipt_no": "P-2", "donor": "匿名", "public": "否"})
    assert take(*rows) == (2, 0, 0)
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert (entry.action, entry.subject) == ("donations.imported", "donations")
    assert loads(entry.detail) == {"created": 2, "unchanged": 0, "left_out": 0, "amount_fen": 1_000_00}
    assert take(*rows) == (0, 2, 0)
    assert [(each.donor, each.is_public) for each in queries.waiting(EVERYTHING)] == [
        ("示例公司", True),
        ("", False),
    ]
    assert balances() == [0]


def test_bad_rows_are_told_by_line_and_column_and_nothing_is_written(app: Flask) -> None:  # noqa: ARG001 - as above
    with transaction():
        a_fund(0, name="示例慈善资金")
    rows: Rows = (
        {},
        {"receipt_no": "P-2", "fund": "没有的"},
        {"receipt_no": "P-3", "amount_fen": "500.00"},
        {"receipt_no": "P-4", "received_on": "2026-09-02"},
        {"receipt_no": "P-1"},
    )
    with pytest.raises(BadFile) as refused:
        take(*rows)
    assert [(fault.line, fault.column) for fault in refused.value.rows] == [
        (3, "fund"),
        (4, "amount_fen"),
        (5, "received_on"),
        (6, "receipt_no"),
    ]
    assert queries.waiting(EVERYTHING) == []
    assert take(*rows, skip_bad_rows=True) == (1, 0, 4)
    with pytest.raises(BadFile) as other:
        take({"amount_fen": "50001"})
    assert [(fault.line, fault.column) for fault in other.value.rows] == [(2, "receipt_no")]


def test_the_command_takes_a_file_and_proves_the_ledger(app: Flask, tmp_path: Path) -> None:
    with transaction():
        fund = a_fund(1_00, name="示例慈善资金")
        fund_id = fund.id
    file = tmp_path / "donations.csv"
    file.write_bytes(written({}))
    run = app.test_cli_runner().invoke
    taken = run(args=["donations", "import", str(file)])
    assert (taken.exit_code, taken.output) == (0, "1 new, 0 changed, 0 as before, 0 not taken.\n")
    proven = run(args=["donations", "verify"])
    assert (proven.exit_code, "to the fen" in proven.output) == (0, True)
    with transaction() as session:
        session.get_one(CharityFund, fund_id).balance_fen = 2_00
    broken = run(args=["donations", "verify"])
    assert broken.exit_code == 1
    assert "it holds 2.00 yuan, but 1.00 came in and 0.00 was allotted" in broken.output
