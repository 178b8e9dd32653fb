"""Giving chosen trips to riders: what fits is found, and what does not is known."""

from __future__ import annotations

from app.delivery.routing.solver.assignment import Assigned, assigned
from app.delivery.routing.solver.days import Leg
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.trips import Ground
from tests.unit.routing.instances import on_a_street

LITTLE = 1.0
"""Units of work: no clock is looked at."""

A_QUARTER_OF_A_SHIFT = range(620, 670, 2)
"""Doors so far away that a rider visits four of them, one a trip, and never five."""


def given(legs: int, *, riders: int) -> Assigned:
    problem = on_a_street(*A_QUARTER_OF_A_SHIFT[:legs], riders=riders + 1)
    ground = Ground(problem, [order.id for order in problem.orders])
    meter = Meter(LITTLE, is_by_work=True)
    one_each = [Leg(0, 1 << door) for door in range(legs)]
    return assigned(ground, one_each, meter=meter, deadline=LITTLE, riders=riders)


def test_four_trips_a_rider_are_given_out() -> None:
    answer = given(24, riders=6)
    assert answer.days is not None
    assert sorted(len(day) for day in answer.days.legs if day) == [4] * 6


def test_one_trip_too_many_is_known_with_little_work() -> None:
    answer = given(25, riders=6)
    assert answer.days is None
    assert answer.is_certain
