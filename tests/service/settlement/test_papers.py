"""What the month's papers say, to the letter: each figure, name and mark where it belongs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.canteens.models import Operator
from app.extensions import db
from app.month import Month
from app.paper import PaperList
from app.roles import Scope
from app.settlement import queries, service
from app.settlement.rules.accounts import BankAccount
from app.settlement.rules.disclosure import Row
from app.settlement.rules.steps import Act
from app.settlement.service import Wanted
from app.settlement.service.books import month_sheets
from app.settlement.service.disclosure import Notice, notice_pdf, write_notice_csv
from app.settlement.service.listing import listing_of
from app.settlement.service.papers import statement_paper, summary_paper
from app.settlement.service.reading import Reading
from app.settlement.service.summary import Summary
from app.transaction import transaction
from tests.factories.district import canteen
from tests.factories.settlement import (
    AFTERWARDS,
    OCTOBER,
    a_meal,
    a_month,
    acted,
    draft,
    person,
    take,
    undone_and_demanded_back,
)

NOVEMBER = OCTOBER.next
GENERAL = "一般公共预算"
PAID, NEXT = "202610-C01-01", "202611-C01-01"
IN_NOVEMBER = {
    "persons": "1",
    "subsidised_meals": "1",
    "meals": "1",
    "reversed": "0",
    "government": "3.00",
    "operator": "1.00",
    "charity": "0.50",
    "resident": "10.50",
    "price": "15.00",
    "earned": "3.50",
    "adjustment": "-5.50",
    "recovery": "-1.00",
    "amount": "-3.00",
    "capitals": "人民币负叁元整",
}
"""What November comes to, as papers write it."""


@pytest.fixture(autouse=True)
def _autumn(app: Flask) -> None:
    """Let C01's October be paid, one meal of it undone and one yuan demanded back; November is a draft."""
    assert app
    a_month()
    draft(OCTOBER)
    acted(PAID, Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)
    undone_and_demanded_back(PAID)
    draft(NOVEMBER)


def paper_of(number: str) -> tuple[dict[str, Any], PaperList]:
    found = queries.statement(number, Scope())
    assert found is not None
    paper = statement_paper(listing_of(found), at=AFTERWARDS)
    listed = paper.pop("lines")
    assert isinstance(listed, PaperList)
    return paper, listed


def summary_of(month: Month) -> tuple[dict[str, Any], PaperList]:
    statements = queries.statements_of(month, Scope())
    paper = summary_paper(Summary.of(statements), statements, month, at=AFTERWARDS)
    listed = paper.pop("rows")
    assert isinstance(listed, PaperList)
    return paper, listed


def test_a_statements_paper_says_what_is_asked_for_and_why_it_is_less() -> None:
    paper, listed = paper_of(NEXT)
    code = paper.pop("check_code")
    correction = {
        "corrects": PAID,
        "day": "2026-10-08",
        "sitting": "午餐",
        "name": "龙䶮",
        "meal": "00000000-0000-0000-0000-000000000003",
    }
    assert len(code) == 19
    assert paper == {
        "running": "C01老年食堂 2026年11月资金结算单",
        "number": NEXT,
        "draft": True,
        "printed_at": "2026-11-23 14:52",
        "operator": "C01运营公司",
        "uscc": "",
        "account": {"holder": "", "bank": "", "number": ""},
        "site": "C01 C01老年食堂",
        "place": "地区430103005 地区430103005001",
        "period": "2026年11月1日至2026年11月30日",
        "amounts": [
            {"payer": "市级财政", "fund": GENERAL, "persons": "0", "meals": "0", "amount": "-2.00"},
            {"payer": "区级财政", "fund": GENERAL, "persons": "1", "meals": "1", "amount": "-1.00"},
            {"payer": "慈善", "fund": "慈善资助", "persons": "1", "meals": "1", "amount": "0.00"},
        ],
        "totals": {**IN_NOVEMBER, "lines": "1"},
        "recoveries": [
            {
                "number": "ZH-0001",
                "paid_by": PAID,
                "finding": "多记",
                "payer": "区级财政",
                "fund": GENERAL,
                "amount": "-1.00",
            }
        ],
        "adjustments": [
            {**correction, "payer": "慈善", "fund": "慈善资助", "amount": "-0.50"},
            {**correction, "payer": "市级财政", "fund": GENERAL, "amount": "-2.00"},
            {**correction, "payer": "区级财政", "fund": GENERAL, "amount": "-3.00"},
        ],
        "waiver": "",
    }
    assert listed.total == "合计 1 人次（不含冲正 0 条）"
    place = "地区430103005001"
    (row,) = listed.rows
    assert list(row.cells) == [
        *("1", "11-01", "午餐", "堂食", "王秀英", "", "76", place, place, ""),
        *("15.00", "3.00", "1.00", "0.50", "10.50", "", "U-1", "已享受补贴", ""),
    ]
    assert (list(row.amounts), row.is_struck) == ([15_00, 3_00, 1_00, 50, 10_50], False)


def test_a_paid_statements_paper_is_no_draft_and_names_the_account_in_force() -> None:
    operator_id = db.session.execute(select(Operator.id).where(Operator.name == "C01运营公司")).scalar_one()
    account = BankAccount("C01运营公司", "示例银行天心支行", "43001782061052500001")
    with transaction():
        service.propose_account(operator_id, account, by=person(7), at=AFTERWARDS)
    assert paper_of(PAID)[0]["account"] == {"holder": "", "bank": "", "number": ""}
    with transaction():
        service.confirm_account(operator_id, account.number, by=person(8), at=AFTERWARDS)
    paper, listed = paper_of(PAID)
    assert paper["account"] == {
        "holder": "C01运营公司",
        "bank": "示例银行天心支行",
        "number": "43001782061052500001",
    }
    assert (paper["draft"], paper["number"], paper["totals"]["lines"]) == (False, PAID, "7")
    # Its list is the frozen one: what was undone later stands in it, what was undone before is struck out.
    assert [
        (row.cells[4], row.is_struck, sum(row.amounts)) for row in listed.rows if row.cells[1] == "10-08"
    ] == [
        ("王秀英", False, 30_00),
        ("龙䶮", False, 30_00),
        ("*王#panic()*", True, 0),
        ("（未登记）", False, 30_00),
        ("王秀英", False, 30_00),
    ]


def test_the_summarys_rows_part_meals_from_corrections_and_name_each_site_once() -> None:
    paper, listed = summary_of(NOVEMBER)
    code = next(iter(listed.rows)).cells[-1]
    assert code == paper_of(NEXT)[0]["check_code"]
    city, district, charity = ("市级财政", GENERAL), ("区级财政", GENERAL), ("慈善", "慈善资助")
    meals, moved = ("其他老人", "3.00", "1", "1"), ("更正、追回", "", "", "")
    named, again = ("C01老年食堂", "C01运营公司"), ("", "")
    assert [(list(row.cells), list(row.amounts)) for row in listed.rows] == [
        (["1", "C01", *named, *city, *moved, "0.00", "-2.00", "-2.00", NEXT, code], [0, -2_00, -2_00]),
        (["2", "C01", *again, *district, *meals, "3.00", "0.00", "3.00", NEXT, ""], [3_00, 0, 3_00]),
        (["3", "C01", *again, *district, *moved, "0.00", "-4.00", "-4.00", NEXT, ""], [0, -4_00, -4_00]),
        (
            ["4", "C01", *again, *charity, "其他老人", "0.50", "1", "1", "0.50", "0.00", "0.50", NEXT, ""],
            [50, 0, 50],
        ),
        (["5", "C01", *again, *charity, *moved, "0.00", "-0.50", "-0.50", NEXT, ""], [0, -50, -50]),
    ]
    assert paper == {
        "running": "2026年11月助餐补贴汇总表",
        "draft": True,
        "printed_at": "2026-11-23 14:52",
        "period": "2026年11月1日至2026年11月30日",
        "amounts": [
            {
                "payer": "市级财政",
                "fund": GENERAL,
                "persons": "0",
                "meals": "0",
                "earned": "0.00",
                "moved": "-2.00",
                "amount": "-2.00",
            },
            {
                "payer": "区级财政",
                "fund": GENERAL,
                "persons": "1",
                "meals": "1",
                "earned": "3.00",
                "moved": "-4.00",
                "amount": "-1.00",
            },
            {
                "payer": "慈善",
                "fund": "慈善资助",
                "persons": "1",
                "meals": "1",
                "earned": "0.50",
                "moved": "-0.50",
                "amount": "0.00",
            },
        ],
        "totals": {**IN_NOVEMBER, "moved": "-6.50"},
        "sites": "1",
    }


def test_a_site_that_nobody_owes_anything_stands_in_the_summary_all_the_same() -> None:
    with transaction():
        canteen("C09")
    take(a_meal(90, site_code="C09", resident_no="R-404", served_on=date(2026, 10, 20)))
    draft(OCTOBER)
    _paper, listed = summary_of(OCTOBER)
    last = list(listed.rows)[-1]
    assert list(last.cells[:-1]) == [
        *("8", "C09", "C09老年食堂", "C09运营公司", "", "", "无", "", "0", "0"),
        *("0.00", "0.00", "0.00", "202610-C09-01"),
    ]
    assert list(last.amounts) == [0, 0, 0]
    statements = queries.statements_of(OCTOBER, Scope())
    sheets = {
        sheet.title: [list(row) for row in sheet.rows] for sheet in month_sheets(Reading(OCTOBER, statements))
    }
    written = sheets["2026年10月 助餐补贴汇总表"][-1]
    assert written[:-1] == [
        *(8, "C09", "C09老年食堂", "C09运营公司", "", "", "无", None, 0, 0, 0, 0, 0),
        *("202610-C09-01", "草稿"),
    ]
    assert written[-1] == last.cells[-1] != ""


def test_a_summary_is_a_draft_as_long_as_one_of_its_statements_is() -> None:
    paper, listed = summary_of(OCTOBER)
    assert (paper["draft"], paper["sites"]) == (True, "2")
    names = ["C01老年食堂", "", "", "", "", "C02老年食堂", ""]
    assert [row.cells[2] for row in listed.rows] == names
    assert Wanted.of(OCTOBER, Scope()).notice.is_draft
    acted("202610-C02-01", Act.SUBMIT)
    assert summary_of(OCTOBER)[0]["draft"] is False
    assert not Wanted.of(OCTOBER, Scope()).notice.is_draft


def test_the_public_notice_says_the_month_its_rows_and_whom_to_call() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    rows = (Row(("C01老年食堂",), 1234, 5678, 17_034_00), Row(("C02老年食堂", "C03老年食堂"), None, 3, 9_00))
    notice = Notice(OCTOBER, rows, 1236, 5681, 17_043_00, is_draft=False, complaint_phone="0731-85551234")
    said = _said(notice_pdf(notice, at=late))
    for words in (
        "2026年10月老年助餐补贴公示表",
        "2026年10月1日至10月31日",
        "1C01老年食堂1,2345,67817,034.00",
        "2C02老年食堂、C03老年食堂（合并公示）少于5人39.00",
        "1,2365,68117,043.00",
        "就餐老人少于5人的助餐点合并公示",
        "监督电话：0731-85551234",
        "打印时间2026-11-2400:30",
    ):
        assert words in said
    assert "草稿" not in said
    alone = replace(notice, rows=rows[:1], is_draft=True, complaint_phone="")
    said = _said(notice_pdf(alone, at=late))
    assert "合并公示" not in said
    assert "监督电话：____________________" in said
    assert "草稿" in said
    target = io.BytesIO()
    write_notice_csv(notice, target)
    assert [line.split(",") for line in target.getvalue().decode("utf-8-sig").splitlines()[1:]] == [
        ["C01老年食堂", "1234", "5678", "1703400"],
        ["C02老年食堂、C03老年食堂（合并公示）", "少于5人", "3", "900"],
    ]


def _said(paper: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)
