"""An absence: whole days, the day of return not among them, and never two at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Conflict, DomainError
from app.residents.rules.absence import Absence, AbsenceReason, ensure_absence

FIRST = date(2026, 10, 1)
days = st.integers(0, 20).map(lambda count: FIRST + timedelta(days=count))
absences = st.builds(
    lambda start, length: Absence(
        AbsenceReason.AWAY, start, None if length is None else start + timedelta(days=length)
    ),
    days,
    st.none() | st.integers(1, 10),
)


def test_it_covers_its_first_day_and_not_the_day_of_return() -> None:
    week = Absence(AbsenceReason.HOSPITAL, FIRST, date(2026, 10, 8))
    assert [week.covers(FIRST + timedelta(days=count)) for count in (-1, 0, 6, 7)] == [
        False,
        True,
        True,
        False,
    ]
    assert Absence(AbsenceReason.HOSPITAL, FIRST).covers(date(2030, 1, 1))


@given(absences, absences)
def test_two_meet_where_both_cover_a_day(one: Absence, other: Absence) -> None:
    shared = any(
        one.covers(day) and other.covers(day)
        for day in (FIRST + timedelta(days=count) for count in range(40))
    )
    assert one.meets(other) is other.meets(one) is shared


@pytest.mark.parametrize("back_on", [FIRST, FIRST - timedelta(days=1)])
def test_one_that_ends_before_it_begins_is_refused(back_on: date) -> None:
    with pytest.raises(DomainError, match="later than the first day away") as refused:
        ensure_absence(Absence(AbsenceReason.AWAY, FIRST, back_on), [])
    assert refused.value.field == "back_on"


def test_one_beside_another_is_refused_and_told_which() -> None:
    other = Absence(AbsenceReason.HOSPITAL, date(2026, 10, 5))
    ensure_absence(Absence(AbsenceReason.AWAY, FIRST, date(2026, 10, 5)), [other])
    with pytest.raises(Conflict) as refused:
        ensure_absence(Absence(AbsenceReason.AWAY, FIRST, date(2026, 10, 6)), [other])
    assert (
        str(refused.value) == "From 2026-10-05 on it says “in hospital” already. Change that absence first."
    )
