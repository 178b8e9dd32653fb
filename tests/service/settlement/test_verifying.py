"""The proof of a month: facts alone give the same statements, and whatever was tampered with is told."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.donations.models import CharityFund
from app.errors import NotFound
from app.extensions import db
from app.meals.models import Decision, DecisionLayer
from app.month import Month
from app.residents.models import Resident, ResidentStatus
from app.residents.rules.facts import Status
from app.roles import Scope
from app.settlement.models import Statement, StatementAmount
from app.settlement.rules.steps import Act
from app.settlement.service import verify, verify_month
from app.settlement.service.verify import recompute, verify_site
from app.subsidy.rules import Reason
from app.transaction import transaction
from tests.factories.settlement import NUMBER, OCTOBER, a_meal, a_month, acted, draft_october, take

FIRST_MEAL = UUID(int=1)


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()


def differences() -> list[str]:
    return [str(found.as_text()) for found in verify_month(OCTOBER).differences]


def test_an_untouched_month_agrees_with_the_facts() -> None:
    found = verify_month(OCTOBER)
    assert found.differences == ()
    assert (found.statements, found.lines, found.undrafted) == (2, 9, ())


def test_what_a_fund_could_not_give_is_no_difference() -> None:
    with transaction() as session:
        session.execute(update(CharityFund).values(balance_fen=20))
    take(a_meal(90, served_on=date(2026, 10, 20)), a_meal(91, served_on=date(2026, 10, 21)))
    draft_october()
    assert differences() == []
    lines = recompute(OCTOBER)["C01"].lines
    shares = {number: lines[str(UUID(int=number))] for number in (1, 90, 91)}
    assert {number: (line.charity_fen, line.resident_fen) for number, line in shares.items()} == {
        1: (50, 10_50),
        90: (20, 10_80),
        91: (0, 11_00),
    }


def test_a_large_month_is_read_in_two_processes_and_tells_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        changed = {"government_fen": 4_00, "resident_fen": 9_50}
        session.execute(update(Decision).where(Decision.meal_id == FIRST_MEAL).values(changed))
    alone = verify_month(OCTOBER)
    db.session.rollback()
    monkeypatch.setattr(verify, "MANY_LINES", 1)
    assert verify_month(OCTOBER) == alone
    assert len(alone.differences) == 2


def test_the_facts_are_read_without_the_decisions() -> None:
    with transaction() as session:
        session.execute(delete(DecisionLayer))
        session.execute(delete(Decision))
    found = recompute(OCTOBER)
    assert found["C01"].tally.totals.amount_fen == 19_50
    assert len(found["C01"].lines) == 7


def test_a_decision_that_was_changed_is_told_by_meal_and_field() -> None:
    with transaction() as session:
        changed = {"government_fen": 4_00, "resident_fen": 9_50}
        session.execute(update(Decision).where(Decision.meal_id == FIRST_MEAL).values(changed))
    assert differences() == [
        f"Statement {NUMBER}: meal {FIRST_MEAL}, government_fen: stored 400, from the facts 300",
        f"Statement {NUMBER}: meal {FIRST_MEAL}, resident_fen: stored 950, from the facts 1050",
    ]


def test_a_decision_that_was_taken_away_is_missed() -> None:
    with transaction() as session:
        session.execute(delete(DecisionLayer).where(DecisionLayer.meal_id == FIRST_MEAL))
        session.execute(delete(Decision).where(Decision.meal_id == FIRST_MEAL))
    assert differences() == [f"Statement {NUMBER}: meal {FIRST_MEAL} is missing; the facts have it"]


def test_a_layer_that_was_moved_to_another_fund_is_told() -> None:
    with transaction() as session:
        session.execute(
            update(DecisionLayer).where(DecisionLayer.meal_id == FIRST_MEAL).values(fund="福彩公益金")
        )
    assert differences() == [
        (
            f"Statement {NUMBER}: meal {FIRST_MEAL}, layers: stored [district 福彩公益金 300], "
            "from the facts [district 一般公共预算 300]"
        )
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hash": "0" * 64}, "hash: stored 000"),
        ({"persons": 4}, "total persons: stored 4, from the facts 3"),
        ({"subsidised_meals": 6}, "total subsidised_meals: stored 6, from the facts 5"),
        (
            {"government_fen": 18_00, "resident_fen": 64_50},
            "total government_fen: stored 1800, from the facts 1700",
        ),
    ],
)
def test_a_statement_that_was_changed_is_told_by_field(change: dict[str, object], told: str) -> None:
    with transaction() as session:
        session.execute(update(Statement).where(Statement.statement_no == NUMBER).values(change))
    assert differences()[0].startswith(f"Statement {NUMBER}: {told}")


def test_an_amount_that_was_changed_is_told_by_payer_and_fund() -> None:
    with transaction() as session:
        session.execute(
            update(StatementAmount).where(StatementAmount.payer == "city").values(amount_fen=9_00)
        )
    assert differences() == [
        f"Statement {NUMBER}: city 一般公共预算, amount_fen: stored 900, from the facts 200",
        "Statement 202610-C02-01: city 一般公共预算, amount_fen: stored 900, from the facts 100",
    ]


def test_a_meal_that_came_in_after_the_draft_is_a_difference_until_it_is_drafted_again() -> None:
    take(a_meal(12, served_on=date(2026, 10, 20)))
    assert any("total meals: stored 6, from the facts 7" in each for each in differences())
    draft_october()
    assert differences() == []


def test_a_fact_that_changed_past_the_decisions_is_found() -> None:
    with transaction() as session:
        dead = session.query(Resident).filter_by(resident_no="R-000003").one()
        session.add(ResidentStatus(resident_id=dead.id, status=Status.DECEASED, from_on=date(2026, 10, 20)))
    assert (
        f"Statement {NUMBER}: meal {UUID(int=7)}, reason: stored ok, from the facts deceased" in differences()
    )


def test_caps_reach_over_all_sites_in_the_proof_too() -> None:
    assert recompute(OCTOBER)["C02"].lines[str(UUID(int=4))].reason is Reason.CAP_SITTING


def test_a_site_with_meals_but_without_a_statement_is_named_and_is_no_difference() -> None:
    with transaction() as session:
        dropped = session.query(Statement).filter_by(site_code="C02").one()
        session.delete(dropped)
    found = verify_month(OCTOBER)
    assert found.undrafted == ("C02",)
    assert found.differences == ()


def test_a_site_is_proven_alone_with_its_void_statements() -> None:
    acted(NUMBER, Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.VOID)
    draft_october()
    with transaction() as session:
        changed = {"government_fen": Statement.government_fen + 1, "resident_fen": Statement.resident_fen - 1}
        session.execute(update(Statement).where(Statement.statement_no == NUMBER).values(changed))
    here, there = (verify_site(OCTOBER, site_code, scope=Scope()) for site_code in ("C01", "C02"))
    assert {each.statement_no for each in here.differences} == {NUMBER}
    assert (here.statements, here.lines, here.undrafted) == (1, 7, ())
    assert (there.statements, there.lines, there.undrafted, there.differences) == (1, 2, (), ())


def test_a_site_without_a_statement_or_out_of_scope_is_refused_in_words() -> None:
    for month, site_code, scope in (
        (OCTOBER, "C03", Scope()),
        (Month(2026, 9), "C01", Scope()),
        (OCTOBER, "C01", Scope("430103006")),
    ):
        with pytest.raises(NotFound, match=f"no statement of {site_code} in {month}"):
            verify_site(month, site_code, scope=scope)


def test_a_month_without_statements_is_refused_in_words() -> None:
    with pytest.raises(NotFound, match="No statement of 2026-09 has been drafted"):
        verify_month(Month(2026, 9))
    db.session.rollback()
