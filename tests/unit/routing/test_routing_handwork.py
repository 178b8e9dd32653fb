"""What is changed by hand is done as asked, told with all that it breaks, and claims no more than holds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.routing.check import violations
from app.delivery.routing.handwork import NoSuchPlace, Spot, choices, departing, with_door, with_rider
from app.delivery.routing.plan import Objective, Reason, RoutePlan, Unserved
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.timetable import Place, ridden_soonest
from app.text import text
from tests.unit.routing.days import plan_of, planned_days, sound
from tests.unit.routing.instances import ELEVEN, on_a_street

Planned = tuple[RoutingProblem, RoutePlan]


@given(planned_days(), st.data())
def test_each_choice_does_what_it_says(planned: Planned, data: st.DataObject) -> None:
    problem, plan = planned
    order = data.draw(st.sampled_from(plan.served))
    before = {str(said) for said in violations(problem, plan)}
    found = choices(problem, plan, order)
    assert len({each.spot for each in found}) == len(found)
    for each in found:
        changed = with_door(problem, plan, order, each.spot)
        assert sorted(changed.served) == sorted(plan.served)
        assert {str(said) for said in violations(problem, changed)} - before == set(map(str, each.broken))
        assert changed.objective.riders - plan.objective.riders == each.riders
        assert changed.objective.ride - plan.objective.ride == each.ride_seconds
        (stop,) = (stop for trip in changed.trips for stop in trip.stops if stop.order == order)
        assert stop.handover == each.handover
        assert changed != plan
    assert all(not first.broken or then.broken for first, then in pairwise(found))


def test_a_door_that_was_left_out_can_be_put_on_a_trip() -> None:
    problem = on_a_street(100, 200, riders=2)
    ridden = plan_of(problem, {11: [ridden_soonest(problem, 1, ELEVEN, [problem.orders[0].id])]})
    left = problem.orders[1].id
    plan = RoutePlan(
        ridden.routes,
        (Unserved(left, Reason.RIDER_TIME, text("Ask one more rider.")),),
        ridden.objective,
        ridden.bound,
        proven=False,
        seconds=0,
    )
    best = choices(problem, plan, left)[0]
    changed = with_door(problem, plan, left, best.spot)
    assert changed.unserved == ()
    assert changed.objective.unserved_weight == 0
    assert violations(problem, changed) == ()


def test_a_choice_that_comes_too_late_says_so() -> None:
    problem = on_a_street(850, -100, riders=1)
    far, near = (order.id for order in problem.orders)
    plan = sound(
        problem,
        {
            11: [
                ridden_soonest(problem, 1, ELEVEN, [far]),
                ridden_soonest(problem, 1, ELEVEN + 2400, [near]),
            ]
        },
    )
    found = choices(problem, plan, near)
    together = [each for each in found if not each.spot.is_own_trip]
    assert [str(said) for each in together for said in each.broken] == [
        "Order 1 is handed over 19 min 30 s after departure; at most 15 min are allowed."
    ]
    assert found[-1] is together[0]


def test_a_trip_goes_to_another_rider_and_departs_at_another_time() -> None:
    problem = on_a_street(100, 200, riders=2)
    one, two = (order.id for order in problem.orders)
    plan = sound(
        problem,
        {
            11: [ridden_soonest(problem, 1, ELEVEN, [one])],
            12: [ridden_soonest(problem, 1, ELEVEN, [two])],
        },
    )
    given_away = with_rider(problem, plan, Place(12, 0), 11)
    assert given_away.riders == (11,)
    assert violations(problem, given_away)
    later = departing(problem, given_away, Place(11, 1), ELEVEN + 1800)
    assert violations(problem, later) == ()
    assert [trip.depart for trip in later.trips] == [ELEVEN, ELEVEN + 1800]
    assert later.objective == Objective(0, 1, plan.objective.ride)


@pytest.mark.parametrize("place", [Place(11, 1), Place(11, -1), Place(99, 0)])
def test_what_is_not_there_is_refused(place: Place) -> None:
    problem = on_a_street(100, riders=2)
    plan = sound(problem, {11: [ridden_soonest(problem, 1, ELEVEN, [problem.orders[0].id])]})
    with pytest.raises(NoSuchPlace):
        departing(problem, plan, place, ELEVEN)
    with pytest.raises(NoSuchPlace):
        with_rider(problem, plan, place, 12)
    with pytest.raises(NoSuchPlace):
        with_rider(problem, plan, Place(11, 0), 99)
    with pytest.raises(NoSuchPlace):
        with_door(problem, plan, 999, Spot(11, 0, is_own_trip=False, position=0))
    with pytest.raises(NoSuchPlace):
        with_door(problem, plan, problem.orders[0].id, Spot(11, 7, is_own_trip=False, position=0))


@given(planned_days(), st.data())
def test_a_changed_plan_claims_no_bound_that_may_not_hold(planned: Planned, data: st.DataObject) -> None:
    """Any plan with the same figures in the graver parts is bounded by the same."""
    problem, plan = planned
    claimed = RoutePlan(plan.routes, (), plan.objective, plan.objective, proven=True, seconds=0)
    order = data.draw(st.sampled_from(plan.served))
    for each in choices(problem, claimed, order):
        changed = with_door(problem, claimed, order, each.spot)
        assert changed.bound.riders <= plan.objective.riders
        if each.riders:
            assert changed.bound.ride == 0
        assert changed.proven == (changed.bound == changed.objective)
