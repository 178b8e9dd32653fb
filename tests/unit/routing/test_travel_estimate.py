"""What the estimate of riding times promises where no roads are loaded."""

from __future__ import annotations

import pytest

from app.delivery.travel.estimate import durations_between, ride_seconds, straight_metres

KITCHEN = (112.98, 28.12)


def test_fifteen_minutes_reach_about_two_kilometres_as_the_crow_flies() -> None:
    two_kilometres_north = (112.98, 28.12 + 2_000 / 111_195)
    assert 860 <= ride_seconds(KITCHEN, two_kilometres_north) <= 900


def test_a_ride_to_the_same_door_takes_no_time() -> None:
    assert ride_seconds(KITCHEN, KITCHEN) == 0


def test_opposite_ends_of_the_earth_are_half_its_girth_apart() -> None:
    assert round(straight_metres((0.0, 0.0), (180.0, 0.0))) == 20_015_087


def test_no_estimate_is_quicker_than_the_law_allows() -> None:
    with pytest.raises(ValueError, match="at most 15000"):
        ride_seconds(KITCHEN, KITCHEN, metres_per_hour=25_000)


def test_no_estimate_is_shorter_than_the_straight_line() -> None:
    with pytest.raises(ValueError, match="straight line"):
        ride_seconds(KITCHEN, KITCHEN, detour=0.9)


def test_the_matrix_is_square_with_the_kitchen_first() -> None:
    matrix = durations_between([KITCHEN, (112.99, 28.12), (112.98, 28.13)])
    assert [len(row) for row in matrix] == [3, 3, 3]
    assert matrix[0][2] == ride_seconds(KITCHEN, (112.98, 28.13))
