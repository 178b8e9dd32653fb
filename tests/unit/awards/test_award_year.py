"""A canteen's year: how long it was open, until when its meals count, and by which rate each is paid."""

from __future__ import annotations

from datetime import date

import pytest

from app.awards.rules.year import Year, YearTally, by_rate
from app.canteens.rules import SiteFacts, SiteKind
from app.errors import DomainError
from app.subsidy.rules.awards import AgeRate, PerAge, PerMeal

BY_AGE = PerAge((AgeRate(65, 80), AgeRate(75, 1_50)))


def site(opened_on: date, closed_on: date | None = None) -> SiteFacts:
    return SiteFacts("C01", SiteKind.CANTEEN, "430103005001", opened_on, closed_on)


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "days"),
    [
        (date(2020, 1, 1), None, 365),
        (date(2026, 1, 1), None, 365),
        (date(2026, 12, 31), None, 1),
        (date(2027, 1, 1), None, 0),
        (date(2026, 3, 1), date(2026, 3, 2), 1),
        (date(2020, 1, 1), date(2027, 1, 1), 365),
        (date(2020, 1, 1), date(2026, 12, 31), 364),
        (date(2020, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_a_site_is_open_from_its_first_day_until_the_day_before_it_closes(
    opened_on: date, closed_on: date | None, days: int
) -> None:
    assert Year(2026).days_open(site(opened_on, closed_on)) == days


def test_a_leap_year_is_a_day_longer() -> None:
    assert (Year(2024).days, Year(2026).days) == (366, 365)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 6, 30)),
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2027, 3, 1), date(2026, 12, 31)),
    ],
)
def test_meals_count_until_yesterday_and_never_past_the_year(today: date, last: date) -> None:
    assert Year(2026).counted_until(today) == last


def test_before_its_first_day_is_over_a_year_has_nothing_to_draft() -> None:
    with pytest.raises(DomainError, match="has not begun") as refused:
        Year(2026).counted_until(date(2026, 1, 1))
    assert refused.value.field == "year"


@pytest.mark.parametrize("number", [1999, 2200])
def test_what_is_no_year_of_ours_is_refused(number: int) -> None:
    with pytest.raises(DomainError):
        Year(number)


def test_the_first_and_the_last_year_are_ours() -> None:
    assert (Year(2000).days, Year(2199).days) == (366, 365)


def test_each_meal_is_counted_at_the_rate_of_its_age_and_days_are_those_with_a_meal() -> None:
    tally = YearTally()
    for day, is_subsidised, age in (
        (1, True, 64),
        (1, True, 65),
        (2, True, 65),
        (2, True, 74),
        (3, True, 75),
        (3, True, None),
        (4, False, 80),
    ):
        tally.add(date(2026, 5, day), is_subsidised=is_subsidised, age=age)
    facts = tally.facts(Year(2026), site(date(2026, 7, 1)), BY_AGE)
    assert (facts.meals, facts.served_days, facts.days_open, facts.days_in_year) == (6, 4, 184, 365)
    assert facts.meals_from_age == ((65, 3), (75, 1))


def test_ages_are_told_only_to_a_formula_that_asks_for_them() -> None:
    assert by_rate({70: 3}, PerMeal(1_00)) == ()
    assert by_rate({}, BY_AGE) == ((65, 0), (75, 0))
    assert by_rate({60: 1, 66: 2, 67: 3}, BY_AGE) == ((65, 5), (75, 0))
