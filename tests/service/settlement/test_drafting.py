"""Drafting: a statement per site that served meals, again and again the same until its meals change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from app.audit.models import AuditEntry
from app.errors import DomainError, NotFound
from app.extensions import db
from app.kept import each_unless_changed, unless_changed
from app.meals.models import DecisionLayer, Meal, Revision
from app.meals.queries import MealsState, states_of
from app.meals.service.decide import decide_on_new_ground
from app.month import Month
from app.roles import COMMAND, Actor, Permission, Scope
from app.settlement import queries, service
from app.settlement.models import Statement, StatementAmount
from app.settlement.rules.canonical import statement_hash
from app.settlement.rules.statement import FundAmount, Tally, Totals
from app.settlement.service import Drafted
from app.settlement.service.listing import hash_of
from app.subsidy.rules import Layer, Rate, When
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import layer, meal_caps, policy
from tests.factories.settlement import (
    AFTERWARDS,
    NUMBER,
    OCTOBER,
    a_meal,
    a_month,
    draft_october,
    take,
    undoing,
)

STREET = Actor("U-9", frozenset(Permission), Scope("430103006"))


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()


def drafted(month: Month = OCTOBER, *, site_code: str | None = None, by: Actor = COMMAND) -> Counter[Drafted]:
    with transaction():
        return service.draft_statements(month, site_code=site_code, by=by, at=AFTERWARDS)


def statement_c01() -> Statement:
    found = queries.statement(NUMBER, Scope())
    assert found is not None
    return found


def trail() -> list[str]:
    entries = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq)).scalars()
    return [f"{entry.action} {entry.subject}" for entry in entries if entry.action.startswith("statement")]


def test_a_draft_holds_the_sums_over_the_months_meals_by_payer_and_fund() -> None:
    assert drafted() == {Drafted.MADE: 2}
    statement = statement_c01()
    assert statement.fund_amounts == (
        FundAmount("city", "一般公共预算", 1, 1, 2_00),
        FundAmount("district", "一般公共预算", 3, 5, 15_00),
        FundAmount("charity", "慈善资助", 3, 5, 2_50),
    )
    assert statement.totals == Totals(
        persons=3,
        meals=6,
        subsidised_meals=5,
        reversed_meals=1,
        price_fen=90_00,
        government_fen=17_00,
        operator_fen=5_00,
        charity_fen=2_50,
        resident_fen=65_50,
    )
    assert statement.lines == 7
    assert (statement.status, statement.drafted_by) == ("draft", COMMAND.user_no)


def test_a_meal_never_pays_more_than_its_price() -> None:
    drafted()
    statement = queries.statement("202610-C02-01", Scope())
    assert statement is not None
    assert statement.fund_amounts == (
        FundAmount("city", "一般公共预算", 1, 1, 1_00),
        FundAmount("district", "一般公共预算", 1, 1, 3_00),
    )


def test_a_draft_is_sums_and_its_files_bear_the_hash_of_its_lines() -> None:
    drafted()
    lines = list(queries.lines_of("C01", OCTOBER))
    assert [line.meal_id for line in lines] == sorted(line.meal_id for line in lines)
    said = statement_hash(lines, statement_no=NUMBER, site_code="C01", month=OCTOBER)
    assert (statement_c01().hash, hash_of(statement_c01())) == (None, said)


def test_the_sums_are_those_over_the_lines_where_two_layers_pay_out_of_one_fund() -> None:
    with transaction():
        general, more = Rate(amount_fen=3_00), Rate(amount_fen=1_00)
        other = layer(Rate(amount_fen=50), payer="city")
        policy_row(policy(layer(general), other, layer(more), effective_from=date(2026, 10, 1)))
        decide_on_new_ground()
    found = queries.tallies(OCTOBER, ["C01", "C02"])
    for site_code, tally in found.items():
        summed = Tally.of(queries.lines_of(site_code, OCTOBER))
        assert (tally.totals, tally.amounts) == (summed.totals, summed.amounts)
    assert FundAmount("district", "一般公共预算", 3, 5, 20_00) in found["C01"].amounts


def test_drafting_again_changes_nothing_and_says_nothing_new() -> None:
    drafted()
    before = trail()
    assert drafted() == {Drafted.UNCHANGED: 2}
    assert (
        trail()
        == before
        == ["statement.drafted statement:202610-C01-01", "statement.drafted statement:202610-C02-01"]
    )
    assert db.session.execute(select(func.count()).select_from(Statement)).scalar_one() == 2


def test_what_changed_is_drafted_again_under_the_same_number() -> None:
    drafted()
    take(undoing(51, a_meal(3, resident_no="R-000002")))
    assert drafted() == {Drafted.REFRESHED: 1, Drafted.UNCHANGED: 1}
    statement = statement_c01()
    assert statement.fund_amounts == (
        FundAmount("district", "一般公共预算", 2, 4, 12_00),
        FundAmount("charity", "慈善资助", 2, 4, 2_00),
    )
    assert trail()[-1] == "statement.drafted_again statement:202610-C01-01"
    assert db.session.execute(select(func.count()).select_from(StatementAmount)).scalar_one() == 4


def test_a_single_site_can_be_drafted_alone() -> None:
    assert drafted(site_code="C02") == {Drafted.MADE: 1}
    assert queries.statement(NUMBER, Scope()) is None


def test_only_sites_in_scope_are_drafted_and_shown() -> None:
    assert drafted(by=STREET) == {Drafted.MADE: 1}
    drafted()
    assert [each.site_code for each in queries.statements_of(OCTOBER, STREET.scope)] == ["C02"]
    assert queries.statement(NUMBER, STREET.scope) is None
    assert queries.sites_of(OCTOBER, Scope(site_code="C01")) == ["C01"]
    with pytest.raises(NotFound, match="No site C01"):
        drafted(site_code="C01", by=STREET)


@pytest.mark.parametrize(
    ("month", "site_code", "sentence"),
    [
        (Month(2026, 12), None, "No meals were served in 2026-12"),
        (OCTOBER, "C99", "No site C99"),
        (Month(2026, 11), "C02", "No meals were served in 2026-11"),
    ],
)
def test_what_cannot_be_drafted_is_refused_in_words(
    month: Month, site_code: str | None, sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        drafted(month, site_code=site_code)


def test_a_draft_is_outdated_once_a_meal_came_in_or_another_fund_pays() -> None:
    draft_october()
    assert outdated() == set()
    take(a_meal(12, served_on=OCTOBER.last_on))
    assert outdated() == {"C01"}
    with transaction():
        db.session.execute(
            update(DecisionLayer).where(DecisionLayer.payer == "city").values(fund="福彩公益金")
        )
        # As deciding again does, whatever it changes.
        revised = select(Meal.id, Meal.site_code, Meal.served_on)
        db.session.execute(insert(Revision).from_select(["meal_id", "site_code", "served_on"], revised))
    assert outdated() == {"C01", "C02"}


def outdated() -> frozenset[str]:
    statements = queries.statements_of(OCTOBER, Scope())
    return queries.outdated(statements, OCTOBER, states("C01", "C02"))


def persons(*site_codes: str) -> int:
    return queries.persons_of(OCTOBER, states(*site_codes))


def states(*site_codes: str) -> dict[str, MealsState]:
    return states_of(site_codes, OCTOBER.first_on, OCTOBER.last_on)


def state_of_c01() -> MealsState:
    return states("C01")["C01"]


def test_what_was_counted_is_counted_again_once_meals_came_or_were_decided_again() -> None:
    counts = iter(range(10))

    def counted() -> int:
        return unless_changed("a test's", state_of_c01(), lambda: next(counts))

    assert [counted(), counted()] == [0, 0]
    late = a_meal(12, served_on=OCTOBER.last_on)
    take(late)
    assert [counted(), counted()] == [1, 1]
    take(a_meal(13, served_on=OCTOBER.previous.last_on))
    assert counted() == 1
    take(undoing(51, late))
    assert [counted(), counted()] == [2, 2]
    with transaction():
        policy_row(policy(layer(Rate(amount_fen=7_00)), effective_from=OCTOBER.first_on))
        decide_on_new_ground()
    assert [counted(), counted()] == [3, 3]
    assert unless_changed("another test's", state_of_c01(), lambda: next(counts)) == 4


def test_of_many_figures_only_those_that_changed_are_counted_again() -> None:
    asked = []

    def counted(states: dict[str, int]) -> dict[str, str]:
        def count(keys: Sequence[str]) -> dict[str, str]:
            asked.append(keys)
            return {key: f"{key}{states[key]}" for key in keys}

        return each_unless_changed("figures of a test", states, count)

    assert counted({"a": 1, "b": 1}) == {"a": "a1", "b": "b1"}
    assert counted({"b": 2, "a": 1}) == {"a": "a1", "b": "b2"}
    assert counted({"b": 2}) == {"b": "b2"}
    assert counted({"c": 1, "b": 2, "a": 1}) == {"a": "a1", "b": "b2", "c": "c1"}
    assert asked == [["a", "b"], ["b"], ["c"]]


def test_the_months_are_those_with_meals_the_newest_first() -> None:
    draft_october()
    found = queries.months(Scope())
    assert [(str(each.month), each.statements, each.meals, each.amount_fen) for each in found] == [
        ("2026-11", 0, 0, 0),
        ("2026-10", 2, 6, 23_50),
        ("2026-09", 0, 0, 0),
    ]
    assert [each.statements for each in queries.months(STREET.scope)] == [1]
    assert queries.months(Scope("430104")) == []


def test_persons_count_once_over_all_sites() -> None:
    assert persons("C01", "C02") == 3
    assert persons("C02") == 1


def test_two_layers_of_one_fund_are_one_meal_of_it_in_the_sums_too() -> None:
    """Who is 80 has three layers: the district's, the city's, and the district's out of the same fund again.

    Another has the city's layer alone, at a place where the first has the district's.
    """
    old = When(age_from=80)
    with transaction():
        canteen("C05")
        elder("R-000011", birth_on=date(1950, 5, 1))
        elder("R-000012", birth_on=date(1940, 5, 1))
        elder("R-000013", birth_on=date(1960, 5, 1))
        policy_row(
            policy(
                layer(Rate(amount_fen=3_00, when=When(age_from=70))),
                layer(Rate(amount_fen=2_00), payer="city"),
                layer(Rate(amount_fen=1_00, when=old)),
                Layer("district", "另一项", (Rate(amount_fen=50, when=old),)),
                caps=meal_caps(sitting=1),
                effective_from=date(2026, 2, 1),
            )
        )
    take(
        a_meal(101, resident_no="R-000011", site_code="C05"),
        a_meal(102, site_code="C05", resident_no="R-000012"),
        a_meal(103, site_code="C05", resident_no="R-000012", served_on=date(2026, 10, 9)),
        a_meal(104, site_code="C05", resident_no="R-000013"),
        a_meal(105, site_code="C05", resident_no="R-000013", served_on=date(2026, 11, 1)),
    )
    found = queries.tallies(OCTOBER, ["C05"])["C05"]
    draft_october()
    *_, statement = queries.statements_of(OCTOBER, Scope())
    assert found == Tally.of(queries.lines_held(statement))
    told = [(row.payer, row.fund, row.persons, row.meals, row.amount_fen) for row in statement.fund_amounts]
    general = "一般公共预算"
    assert told == [
        ("city", general, 3, 4, 8_00),
        ("district", general, 2, 3, 11_00),
        ("district", "另一项", 1, 2, 1_00),
    ]
    differing = {each.statement_no for each in service.verify_month(OCTOBER).differences}
    assert statement.statement_no not in differing
