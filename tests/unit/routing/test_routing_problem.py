"""What a delivery instance must be, and what is said when it is not."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from app.delivery.routing.documents import problem_from_json, problem_to_json
from app.delivery.routing.faults import BadDocument
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem
from tests.unit.routing.instances import on_a_street

GOOD = {
    "format": "meal-circle/1",
    "name": "two doors",
    "time_unit": "s",
    "rules": {"max_age": 900, "load_time": 120},
    "kitchens": [{"id": 1, "location": [112.98, 28.12], "open": [39600, 45900], "capacity": 30}],
    "orders": [
        {
            "id": 7,
            "location": [112.981, 28.121],
            "amount": 1,
            "service": 120,
            "priority": 1,
            "time_window": [39600, 45000],
            "kitchens": [1],
        },
        {"id": 9},
    ],
    "riders": [{"id": 3, "kitchens": [1], "capacity": 10, "time_window": [39000, 45900]}],
    "matrices": {"1": {"orders": [7, 9], "durations": [[0, 81, 90], [85, 0, 40], [95, 44, 0]]}},
}


def changed(path: str, value: object) -> str:
    """Write the good instance with one member changed; the path's parts stand between slashes."""
    document = deepcopy(GOOD)
    *parents, last = path.split("/")
    place: object = document
    for parent in parents:
        place = place[int(parent)] if isinstance(place, list) else place[parent]  # type: ignore[index]  # The path fits.
    place[int(last) if isinstance(place, list) else last] = value  # type: ignore[index]  # As above.
    return json.dumps(document)


def test_an_instance_is_read_as_it_stands() -> None:
    problem = problem_from_json(json.dumps(GOOD))
    assert problem.orders[0] == Order(7, (112.981, 28.121), 1, 120, 1, (39600, 45000), (1,))
    assert problem.kitchens == (Kitchen(1, (112.98, 28.12), (39600, 45900), 30),)
    assert problem.ride_seconds(1, 7, 9) == 40
    assert problem.ride_seconds(1, 9, 7) == 44


def test_members_that_are_left_out_get_their_usual_values() -> None:
    order = problem_from_json(json.dumps(GOOD)).order_by_id[9]
    assert (order.amount, order.service_seconds, order.priority, order.kitchens) == (1, 120, 1, None)
    bare = problem_from_json(
        '{"format": "meal-circle/1", "kitchens": [{"id": 1}], "orders": [{"id": 2}], "riders": [{"id": 3}],'
        ' "matrices": {"1": {"durations": [[0, 5], [5, 0]]}}}'
    )
    assert bare.riders[0].capacity == 10
    assert bare.rules.max_age_seconds == 900
    assert bare.matrices[1].orders == (2,)


def test_an_instance_survives_being_written_and_read() -> None:
    document = json.loads(changed("orders", [{"id": 7, "amount": 2}, {"id": 9, "amount": -2}, {"id": 7}]))
    document["kitchen_durations"] = [[0]]
    problem = problem_from_json(json.dumps(document))
    assert [aside.id for aside in problem.set_aside] == [9, 7]
    assert problem_from_json(problem_to_json(problem)) == problem


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("format", "meal-circle/2", "format"),
        ("time_unit", "min", "time_unit"),
        ("rules/max_age", 0, "rules.max_age"),
        ("rules/load_time", -1, "rules.load_time"),
        ("rules", [], "rules"),
        ("kitchens", {}, "kitchens"),
        ("kitchens/0", 5, "kitchens[0]"),
        ("kitchens/0/id", "K1", "kitchens[0].id"),
        ("kitchens/0/location", [28.12, 112.98], "kitchens[0].location"),
        ("kitchens/0/location", [212.98, 28.12], "kitchens[0].location"),
        ("kitchens/0/location", "here", "kitchens[0].location"),
        ("kitchens/0/open", [45900, 39600], "kitchens[0].open"),
        ("kitchens/0/open", [45900], "kitchens[0].open"),
        ("kitchens/0/open", [0.5, 7], "kitchens[0].open[0]"),
        ("kitchens/0/capacity", -1, "kitchens[0].capacity"),
        ("kitchens", [{"id": 1}, {"id": 1}], "kitchens[1].id"),
        ("orders/0", {"amount": 1}, "orders[0].id"),
        ("orders/0/kitchens", [1, 4], "orders[0].kitchens[1]"),
        ("riders/0/kitchens", [2], "riders[0].kitchens[0]"),
        ("riders/0/kitchens", 1, "riders[0].kitchens"),
        ("riders/0/capacity", True, "riders[0].capacity"),
        ("riders", [{"id": 3}, {"id": 3}], "riders[1].id"),
        ("matrices/2", {"orders": [7], "durations": [[0, 1], [1, 0]]}, "matrices[0]"),
        ("matrices/x", {"orders": [7], "durations": [[0, 1], [1, 0]]}, "matrices.x"),
        ("matrices/1/orders/1", 8, "matrices.1.orders[1]"),
        ("matrices/1/durations", [[0, 81], [85, 0]], "matrices.1.durations"),
        ("matrices/1/durations/1", [85, 0], "matrices.1.durations[1]"),
        ("matrices/1/durations/1/2", -4, "matrices.1.durations[1][2]"),
        ("matrices/1/durations/1/2", 4.5, "matrices.1.durations[1][2]"),
        ("matrices/1/durations/1/2", None, "matrices.1.durations[1][2]"),
        ("matrices/1/durations", None, "matrices.1.durations"),
        ("kitchen_durations", [[0, 3], [3, 0]], "kitchen_durations"),
    ],
)
def test_a_broken_instance_is_refused_with_the_place_of_its_fault(
    path: str, value: object, place: str
) -> None:
    with pytest.raises(BadDocument) as refusal:
        problem_from_json(changed(path, value))
    assert [fault.path for fault in refusal.value.faults] == [place]
    assert str(refusal.value).startswith(f"{place}: ")


def test_every_fault_of_an_instance_is_listed_at_once() -> None:
    document = json.loads(changed("rules/max_age", -1))
    document["riders"][0]["capacity"] = "ten"
    document["matrices"]["1"]["durations"][0][1] = -81
    with pytest.raises(BadDocument) as refusal:
        problem_from_json(json.dumps(document))
    assert [fault.path for fault in refusal.value.faults] == [
        "rules.max_age",
        "riders[0].capacity",
        "matrices.1.durations[0][1]",
    ]


def test_swapped_coordinates_are_recognised() -> None:
    with pytest.raises(BadDocument, match="Swap the two"):
        Kitchen(1, location=(28.12, 112.98))


@pytest.mark.parametrize("source", ["", "{", "[]", '{"format": NaN}', b"\xff\xfe", "[" * 100_000])
def test_what_is_not_a_json_object_is_refused(source: str | bytes) -> None:
    with pytest.raises(BadDocument):
        problem_from_json(source)


@pytest.mark.parametrize(
    "member",
    [
        {"amount": -1},
        {"amount": "two"},
        {"service": -5},
        {"priority": 0},
        {"time_window": [45000, 39600]},
        {"location": [28.12, 112.98]},
    ],
)
def test_one_invalid_order_is_set_aside_without_sinking_the_instance(member: dict[str, object]) -> None:
    problem = problem_from_json(changed("orders/1", {"id": 9} | member))
    assert [order.id for order in problem.orders] == [7]
    (aside,) = problem.set_aside
    assert aside.fault is not None
    assert aside.fault.path == next(iter(member))


def test_a_second_order_with_the_same_id_is_set_aside_as_a_duplicate() -> None:
    problem = problem_from_json(changed("orders/1/id", 7).replace("[7, 9]", "[7, 7]"))
    assert [aside.is_duplicate for aside in problem.set_aside] == [True]


def test_parts_made_in_code_are_checked_too() -> None:
    with pytest.raises(BadDocument, match="amount"):
        Order(1, amount=0)
    with pytest.raises(BadDocument, match="the earlier time first"):
        Rider(1, window=(50, 40))
    with pytest.raises(BadDocument, match="rows"):
        Matrix((1,), ((0,),))
    with pytest.raises(BadDocument, match="There is no 5"):
        RoutingProblem((), (Order(1, kitchens=(5,)),), (), {})


def test_a_kitchen_serves_only_whom_both_sides_name() -> None:
    problem = on_a_street(60, 90)
    assert problem.serves(1, 1)
    assert not problem.serves(2, 1)
