"""The cuts: shares of trips break them, whole trips never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.routing.solver.cuts import Cut, violated

DOORS = 9

shares_of_trips = st.lists(
    st.tuples(st.integers(1, 2**DOORS - 1), st.sampled_from((0.2, 0.25, 1 / 3, 0.5, 0.75))),
    min_size=2,
    max_size=12,
)


def carried(cut: Cut, shares: list[tuple[int, float]]) -> float:
    """Count what shares of trips carry of a cut."""
    return sum(share * cut.held(mask) for mask, share in shares)


@given(shares_of_trips)
def test_every_cut_that_is_found_is_broken(shares: list[tuple[int, float]]) -> None:
    for cut in violated(DOORS, shares, most=40):
        assert carried(cut, shares) > cut.most


@given(shares_of_trips, st.lists(st.integers(0, DOORS - 1), min_size=DOORS, max_size=DOORS))
def test_whole_trips_that_carry_each_door_once_break_no_cut(
    shares: list[tuple[int, float]], trip_of: list[int]
) -> None:
    whole = [(sum(1 << door for door in range(DOORS) if trip_of[door] == trip), 1.0) for trip in range(DOORS)]
    for cut in violated(DOORS, shares, most=40):
        assert carried(cut, whole) <= cut.most


@pytest.mark.parametrize(
    ("shares", "cut"),
    [
        ([(0b011, 0.5), (0b101, 0.5), (0b110, 0.5)], Cut(0b111, each=2, most=1)),
        (
            [(0b00011, 0.5), (0b00110, 0.5), (0b01100, 0.5), (0b11000, 0.5), (0b10001, 0.5)],
            Cut(0b11111, each=2, most=2),
        ),
        (
            [(0b00111, 0.4), (0b11001, 0.4), (0b10110, 0.4), (0b01010, 0.2), (0b01100, 0.2), (0b10001, 0.2)],
            Cut(0b11111, each=3, most=1),
        ),
    ],
    ids=["three doors in pairs", "five doors in a ring", "five doors in threes"],
)
def test_what_shares_have_and_whole_trips_have_not_is_found(
    shares: list[tuple[int, float]], cut: Cut
) -> None:
    assert cut in violated(5, shares, most=40)


def test_sets_of_five_are_left_alone_where_they_are_not_asked_for() -> None:
    ring = [(0b00011, 0.5), (0b00110, 0.5), (0b01100, 0.5), (0b11000, 0.5), (0b10001, 0.5)]
    assert violated(5, ring, most=40, with_fives=False) == []
