"""Who is entitled to free delivery: a need and a hardship, by the policy of the day, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.rules.entitlement import (
    DEFAULT,
    EntitlementPolicy,
    NewExemption,
    ensure_exception,
    in_force,
    rule_on,
)
from app.errors import DomainError
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts

DAY = date(2026, 11, 23)


def facts(age: int, *categories: Category) -> ResidentFacts:
    held = tuple(CategoryPeriod(each, None, date(2026, 1, 1)) for each in categories)
    return ResidentFacts("R-1", date(2026 - age, 11, 23), "430103", "430103", categories=held)


@pytest.mark.parametrize(
    ("age", "categories", "entitled"),
    [
        (80, (Category.LIVING_ALONE,), True),
        (79, (Category.LIVING_ALONE,), False),
        (95, (), False),
        (95, (Category.EMPTY_NEST, Category.VETERAN), False),
        (62, (Category.DISABLED, Category.MINIMUM_ALLOWANCE), True),
        (62, (Category.INCAPACITATED, Category.DESTITUTE), True),
        (62, (Category.INCAPACITATED,), False),
        (62, (Category.DESTITUTE, Category.LIVING_ALONE), False),
    ],
)
def test_the_default_asks_for_a_need_and_a_hardship(
    age: int, categories: tuple[Category, ...], *, entitled: bool
) -> None:
    assert rule_on(DEFAULT, facts(age, *categories), DAY).is_entitled is entitled


def test_a_refusal_names_what_is_missing_and_an_approval_what_counted() -> None:
    refused = str(rule_on(DEFAULT, facts(79), DAY).reason)
    assert "80" in refused
    assert "79" in refused
    assert "incapacitated" in refused
    assert "living alone" in str(rule_on(DEFAULT, facts(85), DAY).reason)
    assert str(rule_on(DEFAULT, facts(85, Category.LIVING_ALONE), DAY).reason) == "85 years old, living alone"


def test_a_category_counts_on_the_days_on_which_it_is_held() -> None:
    until = replace(
        facts(85), categories=(CategoryPeriod(Category.LIVING_ALONE, None, DAY, DAY + timedelta(days=1)),)
    )
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    assert [rule_on(DEFAULT, until, day).is_entitled for day in days] == [False, True, False]


def test_a_policy_may_ask_for_nothing_beside_the_need() -> None:
    assert rule_on(replace(DEFAULT, hardships=frozenset()), facts(80), DAY).is_entitled


POLICIES = st.lists(
    st.builds(
        EntitlementPolicy,
        from_on=st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
        reference=st.sampled_from(["一", "二"]),
        min_age=st.integers(60, 90),
        needs=st.just(frozenset()),
        hardships=st.just(frozenset()),
    ),
    max_size=5,
)


@given(POLICIES)
def test_the_newest_policy_not_later_than_the_day_counts(policies: list[EntitlementPolicy]) -> None:
    found = in_force(policies, DAY)
    begun = [each for each in policies if each.from_on <= DAY]
    assert found is DEFAULT if not begun else found in begun
    assert all(each.from_on <= found.from_on for each in begun)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (NewExemption(DAY, DAY + timedelta(days=30), ""), "why this exception"),
        (NewExemption(DAY - timedelta(days=1), DAY, "刚出院"), "over"),
        (NewExemption(DAY, DAY, "刚出院"), "within a year"),
        (NewExemption(DAY, DAY + timedelta(days=400), "刚出院"), "within a year"),
    ],
)
def test_an_exception_needs_a_reason_and_a_real_end(new: NewExemption, why: str) -> None:
    with pytest.raises(DomainError, match=why):
        ensure_exception(new, today=DAY)
