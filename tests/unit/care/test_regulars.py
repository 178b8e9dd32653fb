"""Who is a regular: the last same weekdays that counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.care.rules.regulars import LOOK_BACK_WEEKS, Habit, habit_of, same_weekdays
from app.residents.rules.absence import Absence, AbsenceReason

FRIDAY = date(2026, 11, 27)
DAYS = same_weekdays(FRIDAY, frozenset())


def weeks(*numbers: int) -> list[date]:
    return [FRIDAY - timedelta(weeks=number) for number in numbers]


def habit(came: list[date], *, served: list[date] | None = None, away: tuple[Absence, ...] = ()) -> Habit:
    days = {"C01": frozenset(DAYS if served is None else served)}
    return habit_of(dict.fromkeys(came, "C01"), DAYS, served=days, away=away, of=4)


@pytest.mark.parametrize(
    ("came", "expected"),
    [(weeks(1, 2, 3, 4), 4), (weeks(1, 3, 4), 3), (weeks(1, 2), 2), (weeks(5, 6, 7, 8), 0)],
)
def test_the_last_four_same_weekdays_count(came: list[date], expected: int) -> None:
    assert habit(came) == Habit("C01", expected, 4)


def test_holidays_are_stepped_over() -> None:
    holidays = frozenset(weeks(1, 2))
    assert same_weekdays(FRIDAY, holidays)[:2] == tuple(weeks(3, 4))


def test_days_on_which_the_site_served_nobody_do_not_count() -> None:
    assert habit(weeks(2, 4, 5, 6), served=weeks(2, 4, 5, 6, 7)).came == 4


def test_days_in_hospital_do_not_count_so_that_who_comes_home_is_watched_at_once() -> None:
    stay = Absence(AbsenceReason.HOSPITAL, FRIDAY - timedelta(weeks=4), FRIDAY - timedelta(days=1))
    assert habit(weeks(5, 6, 7, 8)).came == 0
    assert habit(weeks(5, 6, 7, 8), away=(stay,)) == Habit("C01", 4, 4)


def test_the_usual_site_is_where_somebody_came_most() -> None:
    eaten = {weeks(1)[0]: "P02", weeks(2)[0]: "C01", weeks(3)[0]: "C01"}
    served = {"C01": frozenset(DAYS), "P02": frozenset(DAYS)}
    assert habit_of(eaten, DAYS, served=served, of=4) == Habit("C01", 3, 4)


@given(
    came=st.sets(st.integers(1, LOOK_BACK_WEEKS), min_size=1),
    closed=st.sets(st.integers(1, LOOK_BACK_WEEKS)),
    of=st.integers(1, LOOK_BACK_WEEKS),
)
def test_nobody_comes_more_often_than_there_were_days(came: set[int], closed: set[int], of: int) -> None:
    served = {"C01": frozenset(weeks(*(set(range(1, LOOK_BACK_WEEKS + 1)) - closed | came)))}
    found = habit_of(dict.fromkeys(weeks(*came), "C01"), DAYS, served=served, of=of)
    assert 0 <= found.came <= found.of <= of
    # One more day of having come never makes somebody less regular.
    more = came | {min(came)}
    assert habit_of(dict.fromkeys(weeks(*more), "C01"), DAYS, served=served, of=of).came >= found.came
