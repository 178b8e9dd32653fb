"""Every subsidised meal stands in one row of the summary, by who ate and what was paid for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts
from app.settlement.rules.lines import Line
from app.settlement.rules.standards import StandardTally, counted_as
from app.subsidy.rules import LayerShare, Reason
from app.text import Text, text

DAY = date(2026, 10, 8)
VERY_OLD, OTHERS = text("80 and older"), text("other residents")


def facts(birth_on: date, *held: Category) -> ResidentFacts:
    periods = tuple(CategoryPeriod(category, None, date(2020, 1, 1), date(2026, 10, 9)) for category in held)
    return ResidentFacts("R-1", birth_on, "430103005001", "430103005001", categories=periods)


def a_line(number: int, resident_no: str, *fens: int, reason: Reason = Reason.OK) -> Line:
    shares = tuple(LayerShare("district", "A", fen) for fen in fens)
    given_fen = sum(fens)
    parts = (15_00, given_fen, 0, 0, 15_00 - given_fen)
    meal = (f"{number:04d}", "C01", resident_no, DAY, Sitting.LUNCH, Channel.DINE_IN)
    return Line(*meal, *parts, reason, "示例1号", shares)


@pytest.mark.parametrize(
    ("birth_on", "held", "day", "label"),
    [
        (date(1946, 10, 8), (), DAY, VERY_OLD),
        (date(1946, 10, 9), (), DAY, OTHERS),
        (date(1930, 1, 1), (Category.LIVING_ALONE, Category.DESTITUTE), DAY, Category.DESTITUTE.label),
        (date(1930, 1, 1), (Category.LIVING_ALONE,), DAY, Category.LIVING_ALONE.label),
        (date(1960, 1, 1), (Category.LIVING_ALONE,), date(2026, 10, 9), OTHERS),
    ],
)
def test_a_resident_counts_in_the_first_category_held_on_the_day_or_else_by_age(
    birth_on: date, held: tuple[Category, ...], day: date, label: object
) -> None:
    assert counted_as(facts(birth_on, *held), day) == label


def test_whoever_is_in_no_register_is_counted_apart() -> None:
    assert counted_as(None, DAY) == text("not registered")


def test_what_one_payer_gives_twice_for_a_meal_is_one_rate_and_reversed_meals_are_left_out() -> None:
    tally = StandardTally()
    tally.add(a_line(1, "R-1", 3_00, 2_00), OTHERS)
    tally.add(a_line(2, "R-1", 5_00), OTHERS)
    tally.add(a_line(3, "R-2", 3_00), OTHERS)
    tally.add(a_line(4, "R-2", 3_00, reason=Reason.REVERSED), OTHERS)
    tally.add(a_line(5, "R-3"), OTHERS)
    found = [(row.rate_fen, row.persons, row.meals, row.amount_fen) for row in tally.of("district", "A")]
    assert found == [(3_00, 1, 1, 3_00), (5_00, 1, 2, 10_00)]
    assert tally.of("city", "A") == []


def test_rows_come_in_the_order_of_the_categories_the_others_last() -> None:
    tally = StandardTally()
    labels = (OTHERS, VERY_OLD, Category.VETERAN.label, Category.DESTITUTE.label)
    for number, label in enumerate(labels):
        tally.add(a_line(number, "R-1", 3_00), label)
    assert [row.category for row in tally.of("district", "A")] == list(reversed(labels))


@given(
    st.lists(
        st.tuples(st.sampled_from(["R-1", "R-2"]), st.integers(0, 5), st.sampled_from([OTHERS, VERY_OLD]))
    )
)
def test_the_rows_add_up_to_what_the_meals_were_given(given_meals: list[tuple[str, int, Text]]) -> None:
    tally = StandardTally()
    for number, (resident_no, yuan, label) in enumerate(given_meals):
        tally.add(a_line(number, resident_no, *([yuan * 100] if yuan else [])), label)
    rows = tally.of("district", "A")
    assert sum(row.amount_fen for row in rows) == sum(yuan * 100 for _, yuan, _ in given_meals)
    assert sum(row.meals for row in rows) == sum(1 for _, yuan, _ in given_meals if yuan)
