"""The proof and the files of a year of awards: facts alone give the same, and every file says the same."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, update
from sqlalchemy import text as sql

from app.awards import queries, service
from app.awards.models import Award
from app.awards.rules.content import content_from_canonical, hash_of
from app.awards.service import WantedAwards
from app.awards.service.papers import award_paper, year_paper
from app.errors import NotFound
from app.extensions import db
from app.meals import service as meals
from app.meals.models import Decision, DecisionLayer
from app.money import format_yuan
from app.roles import Scope
from app.settlement.rules.canonical import check_code
from app.settlement.service import Format
from app.subsidy.rules.awards import AgeRate, PerAge
from app.transaction import transaction
from tests.factories.awards import (
    AFTERWARDS,
    APPROVER,
    AWARD,
    PAYER,
    YEAR,
    an_award_policy,
    assessed,
    drafted,
    person,
    published,
)
from tests.factories.settlement import a_meal, a_month, take, undoing


@pytest.fixture(autouse=True)
def _year(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    published(an_award_policy(PerAge((AgeRate(60, 50_00), AgeRate(77, 100_00)))))
    assessed()
    assessed(750, site_code="C02")
    drafted()
    with transaction():
        service.approve(AWARD, seen=award().hash, by=person(APPROVER), at=AFTERWARDS)
    with transaction():
        service.pay(AWARD, 1, paid_on=date(2026, 11, 23), by=person(PAYER), at=AFTERWARDS)


def award(number: str = AWARD) -> Award:
    found = queries.award(number, Scope())
    assert found is not None
    return found


def differences() -> list[str]:
    return [str(found.as_text()) for found in service.verify_year(YEAR).differences]


def tampered(statement: str) -> None:
    """Change what the database would keep, as whoever rules it could."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sql("alter table award disable trigger user"))
        else:
            connection.execute(sql("drop trigger award_stands_update"))
        connection.execute(sql(statement))


def test_an_untouched_year_agrees_with_the_facts() -> None:
    found = service.verify_year(YEAR)
    assert (found.awards, found.differences) == (2, ())


def test_the_last_day_that_was_counted_counts_in_the_proof_too() -> None:
    take(a_meal(90, site_code="C02", served_on=date(2026, 11, 22)))
    drafted()
    assert award("A2026-C02-01").document.facts.meals == 2
    assert differences() == []


def test_the_facts_are_read_without_the_decisions() -> None:
    with transaction() as session:
        session.execute(delete(DecisionLayer))
        session.execute(delete(Decision))
    assert differences() == []


def test_a_wrong_count_is_told_even_where_the_decisions_agree_with_it() -> None:
    with transaction() as session:
        session.execute(delete(DecisionLayer))
        session.execute(
            update(Decision).values(
                government_fen=0, charity_fen=0, resident_fen=Decision.price_fen, operator_fen=0
            )
        )
    drafted()
    found = differences()
    assert "Award A2026-C02-01: meals: stored 0, from the facts 1" in found
    assert not any(AWARD in each for each in found)


def test_a_meal_that_was_reversed_since_is_told_by_field() -> None:
    with transaction():
        meals.take([undoing(70, a_meal(7, served_on=date(2026, 10, 31)))], by=person(9), at=AFTERWARDS)
    found = differences()
    assert f"Award {AWARD}: meals: stored 7, from the facts 6" in found
    assert f"Award {AWARD}: served_days: stored 5, from the facts 4" in found
    assert any("amount_fen: stored 40000, from the facts" in each for each in found)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (f"update award set amount_fen = 1 where award_no = '{AWARD}'", "amount_fen: stored 1"),  # noqa: S608 - written here
        (f"update award set award_no = 'A' where award_no = '{AWARD}'", f"stored A, must be {AWARD}"),  # noqa: S608 - as above
        (f"update award set hash = 'x' where award_no = '{AWARD}'", "hash: stored x"),  # noqa: S608 - as above
        (f"update award set content = replace(content, '40000', '50000') where award_no = '{AWARD}'", "hash"),  # noqa: S608 - as above
    ],
)
@pytest.mark.as_owner
def test_an_award_that_was_tampered_with_is_told(statement: str, told: str) -> None:
    tampered(statement)
    db.session.rollback()
    assert any(told in each for each in differences())


def test_a_void_award_is_proven_by_its_own_words_alone() -> None:
    with transaction():
        service.void(AWARD, reason="分数录错了", by=person(APPROVER), at=AFTERWARDS)
    with transaction():
        meals.take([undoing(70, a_meal(1))], by=person(9), at=AFTERWARDS)
    drafted()
    assert service.verify_year(YEAR).awards == 3
    assert differences() == []


def test_a_year_without_awards_is_not_proven() -> None:
    with transaction() as session:
        session.execute(sql("select 1"))
    with pytest.raises(NotFound):
        service.verify_year(type(YEAR)(2024))


def test_the_hash_is_over_what_is_kept_and_can_be_read_back() -> None:
    found = award()
    assert found.hash == hash_of(found.content)
    assert content_from_canonical(found.content).canonical == found.content
    lines = found.content.splitlines()
    assert lines[0] == '["meal-circle-award/1","A2026-C01-01","C01",2026]'
    assert lines[2] == '["facts","2026-11-22",365,365,5,7,[[60,6],[77,1]]]'
    assert lines[3] == '["assessment",1,925,965,120]'
    assert lines[4:] == [
        '["amount",40000]',
        '["instalment",1,"2027-01",10000]',
        '["instalment",2,"2027-04",10000]',
        '["instalment",3,"2027-07",10000]',
        '["instalment",4,"2027-10",10000]',
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    told: list[Path] = []
    wanted = WantedAwards.of(YEAR, Scope())
    done = service.export_year(wanted, tmp_path / "out", tuple(Format), at=AFTERWARDS, progress=told.append)
    assert done == told
    return tmp_path / "out"


def rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(folder: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(folder / "awards-2026.xlsx").get_sheet_by_name(name).to_python()


def test_every_file_says_the_same(folder: Path) -> None:
    names = ["A2026-C01-01.pdf", "A2026-C02-01.pdf", "award_instalments.csv", "award_steps.csv"]
    assert sorted(path.name for path in folder.iterdir()) == [
        *names,
        "awards-2026.pdf",
        "awards-2026.xlsx",
        "awards.csv",
    ]
    first, second = rows(folder / "awards.csv")
    assert (first["award_no"], first["amount_fen"], first["paid_fen"], first["meals"]) == (
        AWARD,
        "40000",
        "10000",
        "7",
    )
    assert (first["hash"], first["state"], second["state"]) == (award().hash, "approved", "draft")
    assert [first[name] for name in ("score_tenths", "satisfaction_tenths", "capacity")] == [
        "925",
        "965",
        "120",
    ]
    assert all(path.read_bytes().startswith(b"%PDF") for path in folder.glob("*.pdf"))
    rates = "60 岁及以上每餐 50.00 元；77 岁及以上每餐 100.00 元"
    codes = [check_code(award(number).hash) for number in (AWARD, "A2026-C02-01")]
    title, _heading, *listed = sheet(folder, "核定表")
    assert title[0] == "2026年运营补贴核定表"
    assert listed == [
        [
            *(1, "C01", "C01老年食堂", "C01运营公司", 7, 5, 1.4, 365, 92.5, "合格", 96.5, 120, rates, 400),
            *("示例〔2025〕9号", AWARD, "已审批", codes[0]),
        ],
        [
            *(2, "C02", "C02老年食堂", "C02运营公司", 1, 2, 0.5, 365, 75, "扣减 5%", 96.5, 120, rates, 95),
            *("示例〔2025〕9号", "A2026-C02-01", "草稿", codes[1]),
        ],
        ["合计", *[""] * 3, 8, *[""] * 8, 495, *[""] * 4],
    ]
    said = [(row["award_no"], row["reckoning"], row["result"]) for row in rows(folder / "award_steps.csv")]
    assert said == [(row[0], row[4], row[5]) for row in sheet(folder, "计算步骤")[2:]]
    assert said[0] == (AWARD, "6 × ¥50.00 (60+) + 1 × ¥100.00 (77+)", "¥400.00")
    assert [row["position"] for row in rows(folder / "award_steps.csv")] == [*"123123"]
    assert [row[2] for row in sheet(folder, "计算步骤")[2:]] == [1, 2, 3, 1, 2, 3]
    parts = rows(folder / "award_instalments.csv")
    assert [part["paid_on"] for part in parts[:2]] == ["2026-11-23", ""]
    assert sum(int(part["amount_fen"]) for part in parts if part["award_no"] == AWARD) == 400_00
    paid = sheet(folder, "分期")
    assert paid[2][2:] == [1, "2027-01", 100, date(2026, 11, 23)]
    assert paid[-1] == ["合计", "", "", "", 495, ""]


def test_the_paper_shows_every_input_step_and_the_seals(folder: Path) -> None:
    reader = PdfReader(folder / f"{AWARD}.pdf")
    pages = ["".join(page.extract_text().split()) for page in reader.pages]
    whole = "".join(pages)
    code = check_code(award().hash)
    for place, page in enumerate(pages, start=1):
        assert f"核定编号{AWARD}校验码{code}" in page
        assert f"第{place}页/共{len(pages)}页" in page
    wide = reader.pages[0].mediabox
    assert float(wide.width) > float(wide.height)
    for words in (
        "运营补贴核定表",
        "人民币肆佰元整",
        "日均人次",
        "考核表第12号",
        "2027年4月",
        "2026年11月23日",
        "（盖章）",
    ):
        assert words in whole
    for step in award().document.steps(award().policy.policy):
        assert "".join(step.reckoning.split()) in whole
    assert "草稿" not in whole
    assert "草稿" in "".join(PdfReader(folder / "A2026-C02-01.pdf").pages[0].extract_text().split())


def test_the_papers_show_every_figure() -> None:
    paper = award_paper(award(), at=AFTERWARDS)
    figures = {
        "meals": "7",
        "served_days": "5",
        "average": "1.40",
        "days_open": "365 / 365",
        "ages": "60 至 76 周岁 6 人次；年满 77 周岁 1 人次",
        "score": "92.5",
        "grade": "合格",
        "satisfaction": "96.5%",
        "capacity": "120",
    }
    of_whom = {"operator": "C01运营公司", "amount": "400.00", "check_code": check_code(award().hash)}
    assert paper.items() >= (figures | of_whom | {"uscc": "", "printed_at": "2026-11-23 14:52"}).items()
    assert paper["instalments"] == [
        {"number": "1", "due": "2027年1月", "amount": "100.00", "paid": "2026年11月23日"},
        {"number": "2", "due": "2027年4月", "amount": "100.00", "paid": ""},
        {"number": "3", "due": "2027年7月", "amount": "100.00", "paid": ""},
        {"number": "4", "due": "2027年10月", "amount": "100.00", "paid": ""},
    ]
    listed: Any = year_paper(WantedAwards.of(YEAR, Scope()), at=AFTERWARDS)["rows"]
    assert listed[0] == {
        "place": "1",
        "site_code": "C01",
        "site": "C01老年食堂",
        "formula": "60 岁及以上每餐 50.00 元；77 岁及以上每餐 100.00 元",
        "number": AWARD,
        **figures,
        **of_whom,
    }
    assert [row["place"] for row in listed] == ["1", "2"]


def test_the_list_on_paper_adds_up() -> None:
    paper = year_paper(WantedAwards.of(YEAR, Scope()), at=AFTERWARDS)
    assert paper["amount"] == format_yuan(495_00)
    assert paper["draft"] is True
    text = "".join(
        page.extract_text()
        for page in PdfReader(
            io.BytesIO(service.year_pdf(WantedAwards.of(YEAR, Scope()), at=AFTERWARDS))
        ).pages
    )
    assert "人民币肆佰玖拾伍元整" in "".join(text.split())
    other = "A2026-C02-01"
    with transaction():
        service.approve(other, seen=award(other).hash, by=person(APPROVER), at=AFTERWARDS)
    assert year_paper(WantedAwards.of(YEAR, Scope()), at=AFTERWARDS)["draft"] is False


def test_a_void_award_prints_as_void() -> None:
    with transaction():
        service.void(AWARD, reason="分数录错了", by=person(APPROVER), at=AFTERWARDS)
    assert award_paper(award(), at=AFTERWARDS)["void"] is True
    printed = PdfReader(io.BytesIO(service.award_pdf(award(), at=AFTERWARDS))).pages[0].extract_text()
    assert "本表已作废：分数录错了" in "".join(printed.split())
    drafted()
    again = award_paper(award("A2026-C01-02"), at=AFTERWARDS)
    assert again["paid_before"] == "100.00"
