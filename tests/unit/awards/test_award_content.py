"""What an award says: its form to the byte, how it is read back, and each thing that can differ."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from app.awards.rules.content import (
    Assessed,
    AwardContent,
    Grounds,
    PolicyNamed,
    award_number,
    award_of,
    content_from_canonical,
    hash_of,
)
from app.awards.rules.differences import differences
from app.awards.rules.year import Year
from app.errors import DomainError
from app.subsidy.rules.awards import (
    AgeRate,
    AwardPolicy,
    Band,
    Every,
    Instalment,
    Marks,
    PerAge,
    PerMeal,
    Schedule,
    YearFacts,
)

YEAR = Year(2026)
UNTIL = date(2026, 12, 31)
FACTS = YearFacts(meals=7, served_days=5, days_open=364, days_in_year=365, meals_from_age=((60, 6), (77, 1)))
BY_AGE = AwardPolicy(
    "示例〔2025〕9号",
    date(2026, 1, 1),
    "430103",
    PerAge((AgeRate(60, 50_00), AgeRate(77, 100_00))),
    schedule=Schedule(Every.QUARTERLY),
)
UNASSESSED = replace(BY_AGE, formula=PerMeal(1_00), cuts=())
ASSESSED = Assessed(3, Marks(925, 965, 120))
GROUNDS = Grounds(BY_AGE, "ab12", UNTIL, FACTS, ASSESSED, {})


def written(grounds: Grounds = GROUNDS, issue: int = 1) -> AwardContent:
    return award_of(grounds, site_code="C01", year=YEAR, issue=issue)


def test_the_form_is_the_documented_one_to_the_byte() -> None:
    award = written(replace(GROUNDS, paid={"2027-04": 30_00, "2027-01": 120_00}), issue=2)
    assert award.canonical == (
        '["meal-circle-award/1","A2026-C01-02","C01",2026]\n'
        '["policy","430103","2026-01-01","示例〔2025〕9号","ab12"]\n'
        '["facts","2026-12-31",364,365,5,7,[[60,6],[77,1]]]\n'
        '["assessment",3,925,965,120]\n'
        '["amount",40000]\n'
        '["paid","2027-01",12000]\n'
        '["paid","2027-04",3000]\n'
        '["instalment",1,"2027-07",12500]\n'
        '["instalment",2,"2027-10",12500]\n'
    )
    assert award.hash == hash_of(award.canonical) == sha256(award.canonical.encode("utf-8")).hexdigest()


def test_without_an_assessment_its_line_is_there_and_says_nothing() -> None:
    facts = replace(FACTS, meals_from_age=())
    award = written(Grounds(UNASSESSED, "ab12", UNTIL, facts, None, {}))
    assert award.canonical.splitlines()[2:5] == [
        '["facts","2026-12-31",364,365,5,7,[]]',
        '["assessment"]',
        '["amount",700]',
    ]
    assert award.marks is None


@pytest.mark.parametrize(
    "grounds",
    [
        GROUNDS,
        replace(GROUNDS, policy=UNASSESSED, assessed=None),
        replace(GROUNDS, assessed=Assessed(1, Marks(0))),
        replace(GROUNDS, paid={"2027-01": 500_00}),
        replace(GROUNDS, facts=replace(FACTS, meals_from_age=())),
    ],
)
def test_what_is_read_back_is_what_was_written(grounds: Grounds) -> None:
    award = written(grounds)
    assert content_from_canonical(award.canonical) == award


def test_an_award_is_made_of_its_grounds_and_nothing_else() -> None:
    award = written(replace(GROUNDS, paid={"2027-04": 30_00, "2027-01": 120_00}), issue=2)
    assert award == AwardContent(
        award_no="A2026-C01-02",
        site_code="C01",
        year=YEAR,
        policy=PolicyNamed("430103", date(2026, 1, 1), "示例〔2025〕9号", "ab12"),
        counted_until=UNTIL,
        facts=FACTS,
        assessed=ASSESSED,
        amount_fen=400_00,
        paid=(("2027-01", 120_00), ("2027-04", 30_00)),
        instalments=(Instalment(1, "2027-07", 125_00), Instalment(2, "2027-10", 125_00)),
    )
    assert award.paid_before_fen == 150_00
    assert award.paid_before_fen + sum(part.amount_fen for part in award.instalments) == award.amount_fen


def test_what_void_awards_paid_too_much_is_asked_back() -> None:
    award = written(replace(GROUNDS, paid={"2027-01": 500_00}))
    assert award.instalments == (Instalment(1, "2027-04", -100_00),)


def test_the_assessment_decides_where_the_formula_asks_for_it() -> None:
    band = replace(GROUNDS, policy=replace(BY_AGE, formula=Band(50_000_00, 100_000_00)))
    award = written(replace(band, facts=replace(FACTS, days_open=365)))
    assert (award.amount_fen, award.marks) == (96_250_00, ASSESSED.marks)
    assert award.steps(band.policy)[-1].value == award.amount_fen
    with pytest.raises(DomainError, match="no assessment"):
        written(replace(band, assessed=None))


def test_numbers_name_year_site_and_issue() -> None:
    assert [award_number(YEAR, "C01"), award_number(YEAR, "C01", 2), award_number(YEAR, "C01", 12)] == [
        "A2026-C01-01",
        "A2026-C01-02",
        "A2026-C01-12",
    ]
    assert award_of(GROUNDS, site_code="C01", year=YEAR).award_no == "A2026-C01-01"


CHANGES: dict[str, Any] = {
    "award_no": "A2026-C01-09",
    "site_code": "C02",
    "year": Year(2025),
    "policy": replace(written().policy, digest="cd34"),
    "counted_until": date(2026, 12, 30),
    "assessed": None,
    "amount_fen": 400_01,
    "paid": (("2027-01", 1),),
    "instalments": (Instalment(1, "2027-01", 400_00),),
}
FACT_CHANGES: dict[str, Any] = {
    "meals": 8,
    "served_days": 4,
    "days_open": 1,
    "days_in_year": 366,
    "meals_from_age": (),
}


def test_every_field_has_a_change_in_the_tables() -> None:
    assert {each.name for each in fields(AwardContent)} == {*CHANGES, "facts"}
    assert {each.name for each in fields(YearFacts)} == set(FACT_CHANGES)


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_differs_is_told_by_field_and_changes_the_hash(name: str) -> None:
    award = written()
    other = replace(award, **{name: CHANGES[name]})
    assert [str(found.as_text()) for found in differences(award, other)] == [
        f"Award A2026-C01-01: {name}: stored {getattr(award, name)}, from the facts {CHANGES[name]}"
    ]
    assert other.hash != award.hash


@pytest.mark.parametrize("name", FACT_CHANGES)
def test_of_the_facts_only_those_that_differ_are_told(name: str) -> None:
    award = written()
    other = replace(award, facts=replace(FACTS, **{name: FACT_CHANGES[name]}))
    assert [(found.award_no, str(found.what)) for found in differences(other, award)] == [
        ("A2026-C01-01", f"{name}: stored {FACT_CHANGES[name]}, from the facts {getattr(FACTS, name)}")
    ]
    assert other.hash != award.hash


def test_nothing_differs_when_nothing_differs() -> None:
    assert list(differences(written(), content_from_canonical(written().canonical))) == []
