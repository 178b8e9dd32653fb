"""The counter's clock and the ids of meals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.meals.rules import made_at, meal_id, sitting_at

instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by hypothesis' wish
chances = st.integers(0, 2**74 - 1)


@pytest.mark.parametrize(
    ("clock", "sitting"),
    [
        ("00:00", Sitting.BREAKFAST),
        ("09:29", Sitting.BREAKFAST),
        ("09:30", Sitting.LUNCH),
        ("14:59", Sitting.LUNCH),
        ("15:00", Sitting.DINNER),
        ("23:59", Sitting.DINNER),
    ],
)
def test_the_clock_in_shanghai_chooses_the_sitting(clock: str, sitting: Sitting) -> None:
    local = datetime.fromisoformat(f"2026-03-02T{clock}").replace(tzinfo=SHANGHAI)
    assert sitting_at(local.astimezone(UTC)) is sitting


@given(instants, chances)
def test_a_meals_id_is_of_version_7_and_says_when_it_was_made(at: datetime, chance: int) -> None:
    made = meal_id(at, chance)
    told = made_at(made)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert told is not None
    assert abs(told - at) <= timedelta(milliseconds=1)


@given(instants, chances, chances)
def test_two_chances_make_two_ids_of_one_instant(at: datetime, one: int, other: int) -> None:
    assert (meal_id(at, one) == meal_id(at, other)) is (one == other)


@given(instants, chances, chances)
def test_ids_sort_by_their_time(at: datetime, one: int, other: int) -> None:
    assert meal_id(at, one) < meal_id(at + timedelta(milliseconds=2), other)


def test_an_id_of_another_version_says_no_time() -> None:
    assert made_at(UUID("8a6e0804-2bd0-4672-b79d-d97027f9071a")) is None
