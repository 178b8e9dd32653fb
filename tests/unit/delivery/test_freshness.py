"""The end of a meal: two hours from cooking, as the kitchen wrote it or as is assumed with care."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.delivery.rules.cases import DEFAULT_ORDER
from app.delivery.rules.days import HOURS
from app.delivery.rules.doors import LOAD_SECONDS
from app.delivery.rules.freshness import Cooking, MealEnd, ensure_cooked_on, too_old
from app.errors import DomainError

TEN, ELEVEN, NOON = 10 * 3600, 11 * 3600, 12 * 3600
DAY = date(2026, 11, 23)
TIMES = st.integers(0, 24 * 3600 - 1)


@pytest.mark.parametrize(
    ("batches", "depart", "end"),
    [
        ((), ELEVEN, MealEnd(ELEVEN - LOAD_SECONDS - 30 * 60, 30)),
        ((TEN,), ELEVEN, MealEnd(TEN)),
        ((TEN, ELEVEN), ELEVEN, MealEnd(ELEVEN)),
        ((TEN, ELEVEN), ELEVEN - 1, MealEnd(TEN)),
        ((ELEVEN,), TEN, MealEnd(TEN - LOAD_SECONDS - 30 * 60, 30)),
    ],
    ids=["not written", "written", "the later batch", "the batch before", "only later batches are written"],
)
def test_a_run_carries_the_last_batch_that_was_out_before_it_left(
    batches: tuple[int, ...], depart: int, end: MealEnd
) -> None:
    assert Cooking(batches).end_of(depart) == end


@given(st.lists(TIMES, max_size=6), TIMES, st.integers(0, 90))
def test_no_meal_is_ever_said_to_last_longer_than_two_hours_from_when_it_left(
    batches: list[int], depart: int, assumed: int
) -> None:
    end = Cooking(tuple(sorted(batches)), assumed).end_of(depart)
    assert end.until_seconds <= depart + 7200
    assert end.is_written == any(batch <= depart for batch in batches)


def test_a_door_at_the_last_minute_is_in_time_and_one_after_it_is_not() -> None:
    assert too_old([NOON - 1, NOON, NOON + 1], MealEnd(TEN)) == 1


@pytest.mark.parametrize(
    ("on", "cooked", "told"),
    [
        (DAY, ELEVEN + 1, "still to come"),
        (date(2026, 11, 24), TEN, "still to come"),
        (date(2026, 11, 15), TEN, "more than a week"),
        (DAY, 3 * 3600, "from 07:00 until 12:30"),
        (date(2026, 11, 22), 13 * 3600, "from 07:00 until 12:30"),
    ],
)
def test_a_time_that_cannot_be_is_refused(on: date, cooked: int, told: str) -> None:
    with pytest.raises(DomainError, match=told):
        ensure_cooked_on(on, HOURS[Sitting.LUNCH], cooked, today=DAY, now=ELEVEN)


@pytest.mark.parametrize(("on", "cooked"), [(DAY, ELEVEN), (DAY, 7 * 3600), (date(2026, 11, 16), NOON)])
def test_a_time_that_can_be_is_taken(on: date, cooked: int) -> None:
    ensure_cooked_on(on, HOURS[Sitting.LUNCH], cooked, today=DAY, now=ELEVEN)


def test_what_is_assumed_until_a_district_orders_otherwise_is_half_an_hour() -> None:
    assert DEFAULT_ORDER.cooked_minutes == 30
