"""A simulation adds up the same whichever way it is cut, and a policy that is in force changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meals.rules import MealFact, adjudicate
from app.month import Month
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts
from app.settlement.rules.simulated_book import BookForOneMonth, book_with
from app.settlement.rules.simulation import Compared, Group, Part, Simulation, Unlisted, group_of
from app.settlement.rules.simulation_tally import SimulationTally
from app.subsidy.rules import Policy, PolicyBook, Rate, Reason
from tests.factories import facts, strategies
from tests.factories.facts import MONDAY, meal

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
DRAFT = facts.policy(
    facts.layer(Rate(amount_fen=500)), reference="示例〔2026〕3号", effective_from=date(2027, 1, 1)
)
Diner = tuple[ResidentFacts | None, list[MealFact]]


def simulated(
    diners: Sequence[Diner],
    before: PolicyBook,
    after: PolicyBook,
    *,
    month: Month = MARCH,
    reversed_ids: frozenset[UUID] = frozenset(),
) -> Simulation:
    """Add up what both books give these residents, whose numbers follow from their places."""
    tally = SimulationTally(month, strategies.SITES)
    for place, (resident, meals) in enumerate(diners):
        old, new = (
            adjudicate(
                meals,
                reversed_ids=reversed_ids,
                resident=resident,
                sites=strategies.SITES,
                policies=book,
                calendar=strategies.CALENDAR,
            )
            for book in (before, after)
        )
        tally.add(f"R-{place:06d}", resident, meals, before=old, after=new)
    return tally.result(DRAFT, as_if_in_force=True)


def sums(rows: Sequence[Compared[object]]) -> tuple[int, int]:
    return sum(row.before for row in rows), sum(row.after for row in rows)


diners = st.lists(st.tuples(st.none() | strategies.residents, strategies.meal_lists()), max_size=2)
months = st.sampled_from((MARCH, APRIL))


@given(diners, strategies.books, strategies.policies, months)
def test_sites_categories_and_funds_each_add_up_to_what_is_owed(
    drawn: list[Diner], book: PolicyBook, policy: Policy, month: Month
) -> None:
    found = simulated(drawn, book, BookForOneMonth(policy, month, book), month=month)
    parts = {each.key: each for each in found.parts}
    owed = sums([parts[Part.GOVERNMENT], parts[Part.CHARITY]])
    assert owed == (found.owed.before, found.owed.after)
    assert sums(found.sites) == sums(found.groups) == sums(found.funds) == owed


@given(diners, strategies.books, strategies.policies, months)
def test_the_four_parts_are_the_price_and_every_meal_has_one_reason_before_and_after(
    drawn: list[Diner], book: PolicyBook, policy: Policy, month: Month
) -> None:
    found = simulated(drawn, book, BookForOneMonth(policy, month, book), month=month)
    meals = [meal for _, meals in drawn for meal in meals if month.contains(meal.served_on)]
    price_fen = sum(meal.price_fen for meal in meals)
    assert sums(found.parts) == (price_fen, price_fen)
    assert sums(found.reasons) == (len(meals), len(meals))
    assert found.meals == len(meals)


@given(diners, strategies.books, strategies.policies)
def test_what_residents_gain_and_lose_is_what_they_pay_less(
    drawn: list[Diner], book: PolicyBook, policy: Policy
) -> None:
    found = simulated(drawn, book, BookForOneMonth(policy, MARCH, book))
    pays = next(each for each in found.parts if each.key is Part.RESIDENT)
    assert found.gaining.fen - found.losing.fen == -pays.difference
    assert sum(each.gain_fen for each in found.gaining.most) == found.gaining.fen
    assert sum(-each.gain_fen for each in found.losing.most) == found.losing.fen
    assert all(each.gain_fen > 0 for each in found.gaining.most)
    assert all(each.gain_fen < 0 for each in found.losing.most)


@given(diners, strategies.books)
def test_a_published_policy_simulated_from_its_own_day_changes_nothing(
    drawn: list[Diner], book: PolicyBook
) -> None:
    for published in book:
        found = simulated(drawn, book, book_with(published, book))
        compared: list[Compared[object]] = [*found.sites, *found.groups, *found.funds, *found.reasons]
        assert [each for each in compared if each.difference] == []
        assert (found.gaining.residents, found.losing.residents) == (0, 0)


@given(diners, strategies.policies)
def test_the_only_policy_simulated_for_a_month_in_which_it_was_in_force_changes_nothing(
    drawn: list[Diner], policy: Policy
) -> None:
    early = replace(policy, effective_from=date(2026, 1, 1))
    book = PolicyBook([early])
    found = simulated(drawn, book, BookForOneMonth(early, MARCH, book))
    compared: list[Compared[object]] = [*found.sites, *found.reasons]
    assert [each for each in compared if each.difference] == []


def test_for_one_month_a_policy_decides_its_district_and_the_published_ones_all_else() -> None:
    published = facts.policy()
    street = facts.policy(district=facts.STREET, effective_from=date(2026, 3, 10), reference="街道")
    book = BookForOneMonth(DRAFT, MARCH, PolicyBook([published, street]))
    area = f"{facts.STREET}001"
    assert book.deciding(area, MARCH.first_on) == DRAFT
    assert book.deciding(area, MARCH.last_on) == DRAFT
    assert book.deciding(area, date(2026, 2, 28)) == published
    assert book.deciding(area, APRIL.first_on) == street
    assert book.deciding("430104001001", MONDAY) is None


def test_for_one_month_a_policy_is_in_force_during_that_month_only() -> None:
    book = BookForOneMonth(DRAFT, MARCH, PolicyBook([]))
    assert book.in_force_during(date(2026, 2, 23), date(2026, 3, 1)) == (DRAFT,)
    assert book.in_force_during(date(2026, 2, 1), date(2026, 2, 28)) == ()
    assert book.in_force_during(APRIL.first_on, APRIL.last_on) == ()


def test_a_policy_of_the_same_district_and_day_gives_way_to_the_simulated_one() -> None:
    published = facts.policy()
    changed = replace(published, layers=(facts.layer(Rate(amount_fen=400)),))
    assert list(book_with(changed, PolicyBook([published]))) == [changed]
    assert list(book_with(DRAFT, PolicyBook([published]))) == [DRAFT, published]


LONG_AGO = date(2010, 1, 1)
ALONE = CategoryPeriod(Category.LIVING_ALONE, None, LONG_AGO)
POOR = CategoryPeriod(Category.DESTITUTE, None, date(2026, 3, 10))


@pytest.mark.parametrize(
    ("resident", "on", "group"),
    [
        (None, MONDAY, Unlisted.UNREGISTERED),
        (facts.resident(), MONDAY, Unlisted.YOUNGER),
        (facts.resident(date(1946, 3, 2)), MONDAY, Unlisted.AGED),
        (facts.resident(date(1946, 3, 3)), MONDAY, Unlisted.YOUNGER),
        (facts.resident(date(1930, 1, 1), categories=(ALONE,)), MONDAY, Category.LIVING_ALONE),
        (facts.resident(categories=(ALONE, POOR)), MONDAY, Category.LIVING_ALONE),
        (facts.resident(categories=(ALONE, POOR)), date(2026, 3, 10), Category.DESTITUTE),
    ],
)
def test_a_meal_counts_in_the_first_category_that_is_held_on_its_day(
    resident: ResidentFacts | None, on: date, group: Group
) -> None:
    assert group_of(resident, on) is group


def test_a_reversed_meal_is_counted_and_adds_no_money() -> None:
    book = PolicyBook([facts.policy()])
    found = simulated(
        [(facts.resident(), [meal(1)])],
        book,
        BookForOneMonth(DRAFT, MARCH, book),
        reversed_ids=frozenset({UUID(int=1)}),
    )
    assert found.reasons == (Compared(Reason.REVERSED, 1, 1),)
    assert sums(found.parts) == (0, 0)
    assert found.gaining.residents == 0


def test_of_many_who_gain_only_the_foremost_are_named() -> None:
    book = PolicyBook([facts.policy()])
    after = BookForOneMonth(DRAFT, MARCH, book)
    many: list[Diner] = [
        (facts.resident(), [meal(number) for number in range(1, 3 if place % 50 == 7 else 2)])
        for place in range(500)
    ]
    found = simulated(many, book, after)
    assert (found.gaining.residents, found.gaining.fen) == (500, 510 * 2_00)
    assert [each.resident_no for each in found.gaining.most] == [
        f"R-{place:06d}" for place in range(7, 500, 50)
    ]
