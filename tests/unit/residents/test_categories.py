"""Dated categories are sound, never overlap themselves, and are written as files have them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.residents.rules.categories import categories, ensure_apart, period, written_categories
from app.residents.rules.facts import Category, CategoryPeriod
from app.sheet.cells import Unreadable

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@st.composite
def periods(draw: st.DrawFn) -> CategoryPeriod:
    category = draw(st.sampled_from(Category))
    from_on = draw(DAYS)
    until_on = draw(st.none() | st.integers(1, 9999).map(lambda days: from_on + timedelta(days=days)))
    return period(category, draw(st.sampled_from(category.grades or (None,))), from_on, until_on)


@given(st.lists(periods(), max_size=5, unique_by=lambda held: held.category))
def test_what_is_written_is_read_back(held: list[CategoryPeriod]) -> None:
    assert set(categories(written_categories(held))) == set(held)


def test_the_example_of_the_file_is_read() -> None:
    assert categories("living_alone@2024-01-01;disabled:2@2023-05-01/2026-06-30") == (
        CategoryPeriod(Category.DISABLED, "2", date(2023, 5, 1), date(2026, 6, 30)),
        CategoryPeriod(Category.LIVING_ALONE, None, date(2024, 1, 1)),
    )
    assert categories(" ； ") == ()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("poor@2024-01-01", "is not known here"),
        ("disabled@2024-01-01", "needs its grade"),
        ("disabled:5@2024-01-01", "1, 2, 3, 4"),
        ("incapacitated:2@2024-01-01", "light, moderate, severe, total"),
        ("living_alone:1@2024-01-01", "has no grades"),
        ("living_alone@2024/1/1", "is not written"),
        ("living_alone@2024.1.1", "Write 2024-01-01"),
        ("living_alone@2024-02-30", "no day"),
        ("living_alone", "like disabled:2@"),
        ("living_alone@2024-01-01/2024-01-01", "not after it begins"),
        ("living_alone@2024-01-01,veteran@2024-01-01", "like disabled:2@"),
        ("living_alone@2024-01-01;living_alone@2025-01-01", "overlaps"),
        ("disabled:1@2024-01-01/2025-01-02;disabled:2@2025-01-01", "overlaps"),
    ],
)
def test_what_is_wrong_is_named(written: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        categories(written)
    assert said in str(caught.value)


def test_the_day_of_the_end_is_free_for_the_next_beginning() -> None:
    assert len(categories("disabled:1@2024-01-01/2025-01-01;disabled:2@2025-01-01")) == 2


@given(st.lists(periods(), max_size=4), DAYS)
def test_periods_that_are_apart_never_hold_twice_on_one_day(held: list[CategoryPeriod], on: date) -> None:
    try:
        ensure_apart(held)
    except Unreadable:
        return
    holding = [each.category for each in held if each.holds_on(on)]
    assert len(holding) == len(set(holding))
