"""Simulating a policy on a month: the money before and after, worked out by hand, and nothing written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from app.canteens.rules import Sitting
from app.errors import DomainError, NotFound
from app.extensions import db
from app.month import Month
from app.residents.rules.facts import Category
from app.roles import Scope
from app.settlement.rules.simulation import Compared, Part, ResidentChange, Simulation, Unlisted
from app.settlement.service import simulate
from app.subsidy import queries as subsidy
from app.subsidy.rules import Policy, Rate, Reason, When
from app.transaction import transaction
from tests.factories.district import policy_row
from tests.factories.facts import layer, meal_caps, policy
from tests.factories.settlement import OCTOBER, a_meal, a_month, take

# 4 yuan, 8 for whoever lives alone, twice a week; neither discount nor charity.
DRAFT = policy(
    layer(Rate(amount_fen=4_00), Rate(amount_fen=8_00, when=When(category=Category.LIVING_ALONE))),
    caps=meal_caps(sitting=1, week=2),
    reference="示例〔2026〕3号",
    effective_from=date(2027, 1, 1),
)
GENERAL = "一般公共预算"


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()


def simulated(draft: Policy = DRAFT, *, as_if_in_force: bool = True) -> Simulation:
    return simulate(draft, OCTOBER, scope=Scope(), as_if_in_force=as_if_in_force)


def owed(found: Simulation) -> tuple[int, int]:
    return found.owed.before, found.owed.after


def test_the_month_is_told_by_site_category_fund_part_and_reason() -> None:
    found = simulated()
    assert found.sites == (Compared("C01", 19_50, 20_00), Compared("C02", 4_00, 4_00))
    assert found.groups == (
        Compared(Category.DISABLED, 9_50, 12_00),
        Compared(Unlisted.YOUNGER, 14_00, 12_00),
        Compared(Unlisted.UNREGISTERED, 0, 0),
    )
    assert found.funds == (
        Compared(("city", GENERAL), 3_00, 0),
        Compared(("district", GENERAL), 18_00, 24_00),
        Compared(("charity", "慈善资助"), 2_50, 0),
    )
    assert found.parts == (
        Compared(Part.GOVERNMENT, 21_00, 24_00),
        Compared(Part.OPERATOR, 5_00, 0),
        Compared(Part.CHARITY, 2_50, 0),
        Compared(Part.RESIDENT, 80_50, 85_00),
    )
    assert found.reasons == (
        Compared(Reason.REVERSED, 1, 1),
        Compared(Reason.NOT_REGISTERED, 1, 1),
        Compared(Reason.CAP_SITTING, 1, 1),
        Compared(Reason.CAP_WEEK, 0, 1),
        Compared(Reason.OK, 6, 5),
    )
    assert owed(found) == (23_50, 24_00)


def test_who_gains_and_who_loses_is_told_by_number() -> None:
    found = simulated()
    assert (found.gaining.residents, found.gaining.fen) == (1, 1_50)
    assert found.gaining.most == (ResidentChange("R-000002", 2, 8_50, 7_00),)
    assert (found.losing.residents, found.losing.fen) == (2, 6_00)
    assert found.losing.most == (
        ResidentChange("R-000001", 4, 46_50, 52_00),
        ResidentChange("R-000003", 1, 10_50, 11_00),
    )


def test_every_resident_whose_amount_changes_is_handed_over_once_by_number() -> None:
    told: list[ResidentChange] = []
    simulate(DRAFT, OCTOBER, scope=Scope(), tell=told.append)
    assert [(each.resident_no, each.gain_fen) for each in told] == [
        ("R-000001", -5_50),
        ("R-000002", 1_50),
        ("R-000003", -50),
    ]


def test_from_its_own_day_a_policy_meets_what_the_published_one_gave_before() -> None:
    found = simulated(replace(DRAFT, effective_from=date(2026, 10, 9)), as_if_in_force=False)
    # The two meals of 8 October have used up the week; of the draft only the meal of the 31st gets anything.
    assert found.sites == (Compared("C01", 19_50, 16_50), Compared("C02", 4_00, 4_00))


def test_a_policy_that_begins_after_the_month_changes_nothing_of_it() -> None:
    found = simulated(as_if_in_force=False)
    assert owed(found) == (23_50, 23_50)
    assert (found.gaining.residents, found.losing.residents) == (0, 0)


@pytest.mark.parametrize("as_if_in_force", [True, False])
def test_the_published_policy_changes_nothing(as_if_in_force: bool) -> None:  # noqa: FBT001 - a table's column
    (published,) = subsidy.policy_book()
    found = simulated(published, as_if_in_force=as_if_in_force)
    compared: list[Compared[object]] = [*found.sites, *found.groups, *found.funds, *found.reasons]
    assert [each for each in compared if each.difference] == []


def test_a_week_that_began_in_the_month_before_counts_whole() -> None:
    # On 30 September, in the same week, the resident had a meal by the published policy.
    take(a_meal(12, served_on=date(2026, 10, 2), sitting=Sitting.DINNER))
    once_a_week = replace(DRAFT, caps=meal_caps(week=1))
    assert Compared(Reason.CAP_WEEK, 0, 4) in simulated(once_a_week).reasons


def test_a_week_that_began_in_the_month_before_counts_by_the_published_policy_too() -> None:
    take(a_meal(12, served_on=date(2026, 10, 2), sitting=Sitting.DINNER))
    with transaction():
        policy_row(replace(DRAFT, effective_from=date(2026, 9, 1), caps=meal_caps(week=1)))
    found = simulated(replace(DRAFT, caps=meal_caps()))
    assert next(each.before for each in found.reasons if each.key is Reason.CAP_WEEK) == 4


def test_a_policy_of_one_street_leaves_the_other_sites_as_they_are() -> None:
    found = simulated(replace(DRAFT, district="430103006", layers=(layer(Rate(amount_fen=1_00)),)))
    assert found.sites == (Compared("C01", 19_50, 19_50), Compared("C02", 4_00, 1_00))


def test_only_sites_in_scope_are_counted_but_caps_reach_over_all() -> None:
    # Comes first of all, and ate elsewhere alone.
    take(a_meal(30, resident_no="R-000000"))
    for scope, site_code in ((Scope("430103006"), None), (Scope(), "C02")):
        found = simulate(DRAFT, OCTOBER, scope=scope, site_code=site_code)
        assert found.sites == (Compared("C02", 4_00, 4_00),)
        assert found.reasons == (Compared(Reason.CAP_SITTING, 1, 1), Compared(Reason.OK, 1, 1))
        assert (found.gaining.residents, found.losing.residents) == (0, 0)


def test_nothing_is_written() -> None:
    before = len(subsidy.policies_by_id())
    simulated()
    assert not any((db.session.new, db.session.dirty, db.session.deleted))
    assert len(subsidy.policies_by_id()) == before


@pytest.mark.parametrize(
    ("draft", "month", "site_code", "refusal", "sentence", "field"),
    [
        (DRAFT, Month(2026, 12), None, DomainError, "No meals were served in 2026-12", "month"),
        (DRAFT, OCTOBER, "C99", NotFound, "No site C99", "site"),
        (
            replace(DRAFT, district="430104"),
            OCTOBER,
            None,
            DomainError,
            f"The policy {DRAFT.reference} is for 430104, where no meals were served in 2026-10",
            "file",
        ),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_words(
    draft: Policy,
    month: Month,
    site_code: str | None,
    refusal: type[DomainError],
    sentence: str,
    field: str,
) -> None:
    with pytest.raises(refusal, match=sentence) as told:
        simulate(draft, month, scope=Scope(), site_code=site_code)
    assert told.value.field == field
