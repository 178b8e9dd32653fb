"""What the independent check catches: every promise broken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.delivery.routing.check import violations
from app.delivery.routing.documents import plan_from_json, plan_to_json
from app.delivery.routing.faults import BadDocument
from app.delivery.routing.plan import NOTHING, Objective, Reason, Route, RoutePlan, Stop, Trip, Unserved
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem, SetAside
from app.text import Text

PROBLEM = RoutingProblem(
    kitchens=(Kitchen(1, open=(1000, 5000), capacity=3), Kitchen(2, open=(1000, 5000))),
    orders=(
        Order(7, service_seconds=60, window=(1000, 4000)),
        Order(8, service_seconds=60, window=(1000, 4000)),
        Order(9, amount=2, service_seconds=60, window=(1000, 4000), kitchens=(1,)),
    ),
    riders=(Rider(3, capacity=2, window=(900, 6000)), Rider(4, kitchens=(1,), window=(900, 6000))),
    matrices={
        1: Matrix((7, 8, 9), ((0, 100, 200, 300), (110, 0, 50, 70), (210, 60, 0, 70), (310, 70, 70, 0))),
        2: Matrix((8,), ((0, 100), (100, 0))),
    },
    set_aside=(SetAside(7, 1, {"id": 7}),),
)

FIRST = Trip(1, 1020, (Stop(7, 1120), Stop(8, 1230)), 1500)
PLAN = RoutePlan(
    routes=(Route(3, (FIRST,)),),
    unserved=(
        Unserved(9, Reason.RIDER_TIME, Text("Find a rider.")),
        Unserved(7, Reason.DUPLICATE, Text("Delete one.")),
    ),
    objective=Objective(1, 1, 360),
    bound=NOTHING,
    proven=False,
    seconds=0.5,
)


def with_trips(*trips: Trip, rider: int = 3) -> RoutePlan:
    return replace(PLAN, routes=(Route(rider, trips),))


def with_first(trip: Trip, rider: int = 3) -> RoutePlan:
    return with_trips(trip, rider=rider)


def test_a_sound_plan_has_no_violations() -> None:
    assert violations(PROBLEM, PLAN) == ()


LATE = Trip(1, 4990, (Stop(7, 5090), Stop(8, 5200)), 5470)

BROKEN: list[tuple[str, RoutePlan, str]] = [
    ("unknown rider", with_first(FIRST, rider=5), "whom the problem does not know"),
    ("unknown kitchen", with_first(replace(FIRST, kitchen=6)), "which is unknown"),
    ("unknown order", with_first(replace(FIRST, stops=(Stop(70, 1120),))), "unknown or invalid"),
    (
        "unknown order left out",
        replace(PLAN, unserved=(Unserved(70, Reason.NO_RIDER, Text("")),)),
        "which is unknown",
    ),
    ("foreign kitchen", with_first(Trip(2, 1020, (Stop(7, 1200),), 1500)), "does not cook for order 7"),
    ("no door", with_first(replace(FIRST, stops=())), "visits no door"),
    ("departs before opening", with_first(replace(FIRST, depart=999)), "is open from"),
    ("departs after closing", with_first(Trip(1, 5001, (Stop(7, 5101),), 5271)), "is open from"),
    ("loads before the shift", with_first(replace(FIRST, depart=1019)), "before the shift starts"),
    ("back after the shift", with_first(replace(FIRST, back=6001)), "after the shift ends"),
    (
        "another's kitchen",
        with_first(Trip(2, 1020, (Stop(8, 1120),), 1280), rider=4),
        "does not ride for kitchen 2",
    ),
    ("over the box", with_first(Trip(1, 1020, (Stop(7, 1120), Stop(9, 1250)), 1620)), "the box holds 2"),
    ("before the window", with_first(Trip(1, 1020, (Stop(7, 999),), 1500)), "outside its window"),
    ("after the window", with_first(LATE), "outside its window"),
    (
        "too old",
        with_first(replace(FIRST, stops=(Stop(7, 1120), Stop(8, 1921)), back=2191)),
        "15 min 1 s after departure",
    ),
    (
        "faster than can be",
        with_first(replace(FIRST, stops=(Stop(7, 1119), Stop(8, 1230)))),
        "cannot be there before",
    ),
    (
        "no time for service",
        with_first(replace(FIRST, stops=(Stop(7, 1120), Stop(8, 1229)))),
        "cannot be there before",
    ),
    ("back too soon", with_first(replace(FIRST, back=1499)), "cannot be before"),
    (
        "trips overlap by loading",
        with_trips(Trip(1, 1020, (Stop(7, 1120),), 1290), Trip(1, 1409, (Stop(8, 1609),), 1879)),
        "is at the kitchen only at",
    ),
    (
        "changes kitchen without a way",
        with_trips(Trip(1, 1020, (Stop(7, 1120),), 1290), Trip(2, 2000, (Stop(8, 2100),), 2260)),
        "no ride between them is given",
    ),
    ("two routes of one rider", replace(PLAN, routes=(*PLAN.routes, Route(3, ()))), "has 2 routes"),
    (
        "more than the kitchen cooks",
        replace(
            PLAN,
            routes=(*PLAN.routes, Route(4, (Trip(1, 1020, (Stop(9, 1320),), 1690),))),
            unserved=PLAN.unserved[1:],
        ),
        "would cook 4 meals",
    ),
    ("carried twice", replace(PLAN, routes=(*PLAN.routes, Route(4, (FIRST,)))), "carried 2 times"),
    (
        "forgotten",
        replace(PLAN, unserved=PLAN.unserved[1:]),
        "Order 9 is not carried and is left out 0 times",
    ),
    ("left out twice", replace(PLAN, unserved=PLAN.unserved[:1] * 2 + PLAN.unserved[1:]), "left out 2 times"),
    (
        "carried and left out",
        replace(PLAN, unserved=(*PLAN.unserved, Unserved(8, Reason.NO_RIDER, Text("")))),
        "carried and left out at once",
    ),
    ("duplicate forgotten", replace(PLAN, unserved=PLAN.unserved[:1]), "1 duplicates, in the plan with 0"),
    ("wrong weight", replace(PLAN, objective=Objective(0, 1, 360)), "unserved weight"),
    ("wrong riders", replace(PLAN, objective=Objective(1, 2, 360)), "number of riders"),
    ("wrong riding", replace(PLAN, objective=Objective(1, 1, 359)), "riding time"),
    ("bound above", replace(PLAN, bound=Objective(1, 1, 361)), "no riding time below 361"),
    ("not proven", replace(PLAN, proven=True), "claims to be proven"),
]


@pytest.mark.parametrize(
    ("plan", "sentence"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_each_broken_promise_is_caught(plan: RoutePlan, sentence: str) -> None:
    assert any(sentence in str(found) for found in violations(PROBLEM, plan))


def test_a_change_of_kitchen_takes_its_ride() -> None:
    problem = replace(PROBLEM, kitchen_durations=((0, 500), (400, 0)))
    first, second = Trip(1, 1020, (Stop(7, 1120),), 1290), Trip(2, 1910, (Stop(8, 2010),), 2170)
    plan = replace(with_trips(first, second), objective=Objective(1, 1, 910))
    assert violations(problem, plan) == ()
    sooner = replace(second, depart=1909)
    assert "only at" in str(violations(problem, with_trips(first, sooner))[0])


def test_a_plan_survives_being_written_and_read() -> None:
    assert plan_from_json(plan_to_json(PLAN)) == PLAN


def test_a_plan_is_written_in_the_reader_s_language() -> None:
    assert "找一位骑手" in plan_to_json(
        PLAN, {"Find a rider.": "找一位骑手", "Delete one.": "删去一个"}.__getitem__
    )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda written: written.replace("meal-circle-plan/1", "meal-circle/1"), "format"),
        (lambda written: written.replace("RIDER_TIME", "TIRED"), "unserved[0].reason"),
        (lambda written: written.replace('"depart": 1020', '"depart": "10:00"'), "routes[0].trips[0].depart"),
        (
            lambda written: written.replace('"handover": 1120', '"handover": null'),
            "routes[0].trips[0].stops[0].handover",
        ),
        (lambda written: written.replace('"rider": 3', '"rider": 3.5'), "routes[0].rider"),
        (lambda written: written.replace('"ride": 360', '"ride": true'), "objective.ride"),
        (lambda written: written.replace('"proven": false', '"proven": "no"'), "proven"),
        (lambda written: written.replace('"seconds": 0.5', '"seconds": "1 s"'), "seconds"),
    ],
)
def test_a_broken_plan_file_is_refused_with_the_place_of_its_fault(
    change: Callable[[str], str], place: str
) -> None:
    with pytest.raises(BadDocument) as refusal:
        plan_from_json(change(plan_to_json(PLAN)))
    assert [fault.path for fault in refusal.value.faults] == [place]
