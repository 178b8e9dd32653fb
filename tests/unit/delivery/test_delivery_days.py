"""When subscriptions are due and when two of them would bring the same meal twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.delivery.rules.days import (
    EVERY_DAY,
    HOURS,
    WORKDAYS,
    is_due,
    overlap,
    parse_day,
    parse_sitting,
    weekday_labels,
    weekday_mask,
    weekdays_in,
)
from app.errors import DomainError

MONDAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Repeated:
    weekdays: int
    from_on: date
    until_on: date | None = None


DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 10))
REPEATED = st.builds(
    lambda mask, start, length: Repeated(
        mask, start, None if length is None else start + timedelta(days=length)
    ),
    st.integers(1, EVERY_DAY),
    DAYS,
    st.none() | st.integers(0, 30),
)


@pytest.mark.parametrize(
    ("repeated", "day", "due"),
    [
        (Repeated(EVERY_DAY, MONDAY), MONDAY, True),
        (Repeated(EVERY_DAY, MONDAY), MONDAY - timedelta(days=1), False),
        (Repeated(EVERY_DAY, MONDAY, MONDAY + timedelta(days=1)), MONDAY, True),
        (Repeated(EVERY_DAY, MONDAY, MONDAY + timedelta(days=1)), MONDAY + timedelta(days=1), False),
        (Repeated(EVERY_DAY, MONDAY, MONDAY), MONDAY, False),
        (Repeated(WORKDAYS, MONDAY), MONDAY + timedelta(days=4), True),
        (Repeated(WORKDAYS, MONDAY), MONDAY + timedelta(days=5), False),
    ],
    ids=["first day", "day before", "last day", "end excluded", "withdrawn", "Friday", "Saturday"],
)
def test_a_subscription_is_due_from_its_first_day_until_before_its_end_on_its_weekdays(
    *, repeated: Repeated, day: date, due: bool
) -> None:
    assert is_due(repeated, day) is due


@given(REPEATED, REPEATED)
def test_two_that_never_overlap_are_never_due_on_one_day(one: Repeated, other: Repeated) -> None:
    days = [date(2026, 11, 1) + timedelta(days=offset) for offset in range(90)]
    together = any(is_due(one, day) and is_due(other, day) for day in days)
    assert not (together and not overlap(one, other))


@given(REPEATED, REPEATED)
def test_overlap_is_the_same_both_ways(one: Repeated, other: Repeated) -> None:
    assert overlap(one, other) is overlap(other, one)


@given(st.sets(st.integers(0, 6), min_size=1))
def test_weekdays_survive_their_mask(weekdays: set[int]) -> None:
    assert weekdays_in(weekday_mask(weekdays)) == tuple(sorted(weekdays))


def test_no_weekday_is_refused() -> None:
    with pytest.raises(DomainError, match="at least one weekday"):
        weekday_mask([])


def test_whole_weeks_and_working_weeks_have_one_name() -> None:
    assert [str(label) for label in weekday_labels(EVERY_DAY)] == ["every day"]
    assert [str(label) for label in weekday_labels(WORKDAYS)] == ["Mon to Fri"]
    assert [str(label) for label in weekday_labels(0b100_0001)] == ["Mon", "Sun"]


def test_lunch_is_handed_over_by_half_past_twelve() -> None:
    lunch = HOURS[Sitting.LUNCH]
    assert lunch.doors[1] == 12 * 3600 + 30 * 60
    assert set(HOURS) == set(Sitting)


@pytest.mark.parametrize("written", ["2026-02-30", "23.11.2026", "", "tomorrow"])
def test_what_is_no_day_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(DomainError, match="2026-11-23"):
        parse_day(written)


def test_an_unknown_sitting_is_refused_with_the_known_ones() -> None:
    assert parse_sitting("dinner") is Sitting.DINNER
    with pytest.raises(DomainError, match="breakfast, lunch, dinner"):
        parse_sitting("supper")
