"""The calendar of workdays, and when a policy is due to be read again."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import DomainError
from app.subsidy.rules import PolicyBook, WorkCalendar, is_due_for_confirmation
from app.subsidy.rules.announced import announced_days
from app.subsidy.rules.calendar import ensure_exception
from tests.factories import facts


@pytest.mark.parametrize(
    ("on", "is_workday"),
    [(date(2026, 10, 1), False), (date(2026, 10, 3), False), (date(2026, 10, 10), True)],
)
def test_a_holiday_may_be_any_day_and_a_worked_day_is_of_a_weekend(on: date, *, is_workday: bool) -> None:
    ensure_exception(on, is_workday=is_workday)


def test_a_weekday_needs_not_be_written_down_as_worked() -> None:
    with pytest.raises(DomainError, match="2026-10-09 is no weekend day") as refused:
        ensure_exception(date(2026, 10, 9), is_workday=True)
    assert refused.value.field == "on"


@pytest.mark.parametrize(
    ("effective_from", "published_on", "confirmed_on", "due_from"),
    [
        (date(2026, 1, 1), date(2025, 12, 1), None, date(2027, 1, 1)),
        (date(2026, 1, 1), date(2026, 3, 5), None, date(2027, 3, 5)),
        (date(2026, 1, 1), date(2025, 12, 1), date(2027, 1, 9), date(2028, 1, 9)),
        (date(2024, 2, 29), date(2024, 2, 1), None, date(2025, 3, 1)),
    ],
)
def test_a_policy_is_due_a_year_after_somebody_last_looked_at_it(
    effective_from: date, published_on: date, confirmed_on: date | None, due_from: date
) -> None:
    policy = facts.policy(effective_from=effective_from)

    def is_due(day: date) -> bool:
        return is_due_for_confirmation(policy, published_on=published_on, confirmed_on=confirmed_on, day=day)

    assert is_due(due_from)
    assert not is_due(date.fromordinal(due_from.toordinal() - 1))


def test_the_announced_days_of_2026_are_those_of_the_notice() -> None:
    days = announced_days(2026)
    assert [day.on for day in days if day.is_workday] == [
        date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    ]
    spring = [day for day in days if day.note == "春节"]
    assert [day.on for day in spring] == [date(2026, 2, day) for day in range(15, 24)]
    assert len(days) - 6 == 33


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_announced_day_can_be_written_down(year: int) -> None:
    for day in announced_days(year):
        ensure_exception(day.on, is_workday=day.is_workday)


def test_a_year_that_nobody_announced_is_told() -> None:
    with pytest.raises(DomainError, match="2199"):
        announced_days(2199)


def test_what_is_written_down_of_a_day_is_what_it_is() -> None:
    thursday, saturday = date(2026, 10, 1), date(2026, 10, 10)
    calendar = WorkCalendar({thursday: False, saturday: True})
    told = {day: calendar.is_workday(day) for day in (thursday, saturday)}
    assert told == {thursday: False, saturday: True}
    assert {day: WorkCalendar().is_workday(day) for day in told} == {thursday: True, saturday: False}
    assert not calendar.is_workday(date(2026, 10, 11))


def test_a_policy_is_in_force_until_the_day_before_the_next_of_its_district() -> None:
    older = facts.policy(effective_from=date(2026, 1, 1))
    newer = facts.policy(effective_from=date(2026, 3, 2), reference="示例〔2026〕2号")
    book = PolicyBook([older, newer])
    last = date(2026, 3, 1)
    assert book.in_force_during(last, last) == (older,)
    assert book.in_force_during(last, date(2026, 3, 8)) == (newer, older)
    assert book.in_force_during(date(2026, 3, 2), date(2026, 3, 8)) == (newer,)
    assert book.in_force_during(date(2025, 12, 25), date(2025, 12, 31)) == ()
