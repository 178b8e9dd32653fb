"""Home of how far a change of facts reaches: the days whose meals must be decided again."""

from __future__ import annotations

from datetime import date, timedelta

from app.subsidy.rules import PolicyBook


def affected_span(day: date, policies: PolicyBook, *, until: date | None = None) -> tuple[date, date]:
    """Give the closed range of days that must be adjudicated again when a fact about `day` changes.

    Outside it no decision can change, and inside it every decision rests on meals inside it alone. It is the
    day itself, unless a policy in force caps a week or a month that the range reaches into: then the whole
    week or month belongs to it, and what that reaches into in turn. `until` is the last day of a fact about
    several days (a category, a status); for one without an end give the day of the resident's last meal.

    Where one policy caps both weeks and months, the range ends only where a month begins on a Monday.
    """
    first, last = day, until or day
    while True:
        grown = _grown(first, last, policies)
        if grown == (first, last):
            return grown
        first, last = grown


def _grown(first: date, last: date, policies: PolicyBook) -> tuple[date, date]:
    """Widen a range to the whole of each capped week and month at its ends."""
    firsts, lasts = [first], [last]
    for end in (first, last):
        monday, sunday = _week(end)
        if any(policy.caps.bind_weeks for policy in policies.in_force_during(monday, sunday)):
            firsts.append(monday)
            lasts.append(sunday)
        first_of_month, last_of_month = _month(end)
        if any(policy.caps.bind_months for policy in policies.in_force_during(first_of_month, last_of_month)):
            firsts.append(first_of_month)
            lasts.append(last_of_month)
    return min(firsts), max(lasts)


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return first, next_first - timedelta(days=1)
