"""Home of the two delivery documents, the instance `meal-circle/1` and the plan `meal-circle-plan/1`.

Members of an instance that may be left out, and what is taken then:

- `name` is empty, `rules.max_age` 900 and `rules.load_time` 120 seconds;
- a kitchen is `open` the whole day, with unlimited `capacity`;
- an order has the `amount` 1, 120 seconds of `service`, `priority` 1, the whole day as `time_window`, and as
  `kitchens` every kitchen whose matrix names it;
- a rider carries 10 meals (`capacity`), has the whole day as `time_window` and rides for all `kitchens`;
- a matrix names all `orders` in the file's order;
- a `location` is nowhere, and without `kitchen_durations` no rider changes kitchen.

What is wrong with the file's structure (ids that nobody has, matrices that are not square, …) refuses the
file. What is wrong with one order alone does not: it is set aside as INVALID, a second order with the same id
as DUPLICATE, and both come back unserved with their reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from app.delivery.routing.faults import (
    LARGEST_SUM,
    LARGEST_WHOLE,
    BadDocument,
    Fault,
    format_faults,
    frozen,
    is_number,
    items,
    members,
    parsed,
    refuse_any,
    shown,
    whole_faults,
)
from app.delivery.routing.plan import NOTHING, Objective, Reason, Route, RoutePlan, Stop, Trip, Unserved
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem, Rules, SetAside
from app.text import Text, text

PROBLEM_FORMAT = "meal-circle/1"
PLAN_FORMAT = "meal-circle-plan/1"

Part = TypeVar("Part")
Members = dict[str, object]


class _Faults:
    """Collects the faults of a document, so that a reader gets them all at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[Fault] = []

    def part(self, path: str, value: object, read: Callable[[Members], Part]) -> Part | None:
        """Read an object; keep its faults under its path and give None if it has any."""
        try:
            return read(members("", value))
        except BadDocument as error:
            self.found += [fault.below(path) for fault in error.faults]
            return None

    def parts(self, path: str, value: object, read: Callable[[Members], Part]) -> tuple[Part, ...]:
        """Read a list of objects; keep the faults of each under its place in the list."""
        try:
            listed = items(path, value)
        except BadDocument as error:
            self.found += error.faults
            return ()
        made = [self.part(f"{path}[{index}]", member, read) for index, member in enumerate(listed)]
        return tuple(part for part in made if part is not None)


def problem_from_json(source: str | bytes) -> RoutingProblem:
    """Read an instance.

    Raises: BadDocument, listing every fault with its place, what is wrong and what to do.
    """
    document = members("$", parsed(source))
    refuse_any(format_faults(document, PROBLEM_FORMAT) + _unit_faults(document))
    faults = _Faults()
    rules = faults.part("rules", document.get("rules", {}), _read_rules)
    kitchens = faults.parts("kitchens", document.get("kitchens", []), _read_kitchen)
    riders = faults.parts("riders", document.get("riders", []), _read_rider)
    written = faults.parts("orders", document.get("orders", []), _with_id)
    orders, set_aside = _sorted_out(written)
    matrices = _read_matrices(faults, document.get("matrices", {}), tuple(_id_of(order) for order in written))
    refuse_any(faults.found)
    return RoutingProblem(
        kitchens=kitchens,
        orders=orders,
        riders=riders,
        matrices=matrices,
        rules=rules or Rules(),
        kitchen_durations=cast(
            "tuple[tuple[int, ...], ...] | None", frozen(document.get("kitchen_durations"))
        ),
        name=str(document.get("name", "")),
        set_aside=set_aside,
    )


def _unit_faults(document: Members) -> list[Fault]:
    """List a unit of time other than seconds."""
    unit = document.get("time_unit", "s")
    if unit == "s":
        return []
    return [
        Fault(
            "time_unit",
            text("The unit of time is {value}.", value=shown(unit)),
            text("Give all times in seconds (s)."),
        )
    ]


def _taken(written: Members, names: dict[str, str]) -> Members:
    """Take the members that are there under the names that our own parts give them."""
    return {
        ours: frozen(written[theirs]) for theirs, ours in names.items() if written.get(theirs) is not None
    }


def _with_id(written: Members) -> Members:
    """Take an order that can at least be named.

    Raises: BadDocument when its id is no whole number, for then nothing could be said about it.
    """
    refuse_any(whole_faults("id", written.get("id")))
    return written


def _id_of(written: Members) -> int:
    """Give the id of an order that can be named."""
    return cast("int", written["id"])


_RULES = {"max_age": "max_age_seconds", "load_time": "load_seconds"}
_KITCHEN = {"id": "id", "location": "location", "open": "open", "capacity": "capacity"}
_RIDER = {"id": "id", "kitchens": "kitchens", "capacity": "capacity", "time_window": "window"}
_ORDER = {
    "id": "id",
    "location": "location",
    "amount": "amount",
    "service": "service_seconds",
    "priority": "priority",
    "time_window": "window",
    "kitchens": "kitchens",
}


def _read_rules(written: Members) -> Rules:
    """Read the promises."""
    return Rules(**cast("dict[str, int]", _taken(written, _RULES)))


def _read_kitchen(written: Members) -> Kitchen:
    """Read one kitchen."""
    return Kitchen(**cast("dict[str, int]", {"id": None} | _taken(written, _KITCHEN)))  # type: ignore[arg-type]  # The kitchen checks its members itself.


def _read_rider(written: Members) -> Rider:
    """Read one rider."""
    return Rider(**cast("dict[str, int]", {"id": None} | _taken(written, _RIDER)))  # type: ignore[arg-type]  # The rider checks its members itself.


def _read_order(written: Members) -> Order:
    """Read one order."""
    return Order(**cast("dict[str, int]", _taken(written, _ORDER)))  # type: ignore[arg-type]  # The order checks its members itself.


def _read_matrices(faults: _Faults, value: object, every_id: tuple[int, ...]) -> dict[int, Matrix]:
    """Read the matrices by their kitchens' ids."""
    matrices = {}
    for key, member in (faults.part("matrices", value, dict) or {}).items():
        if not key.isdecimal():
            faults.found += whole_faults(f"matrices.{key}", key)
            continue
        matrix = faults.part(f"matrices.{key}", member, lambda written: _read_matrix(written, every_id))
        if matrix is not None:
            matrices[int(key)] = matrix
    return matrices


def _read_matrix(written: Members, every_id: tuple[int, ...]) -> Matrix:
    """Read one kitchen's matrix; without its own list it is taken over all orders of the file."""
    rows = frozen(written.get("durations"))
    return Matrix(
        orders=cast("tuple[int, ...]", frozen(written.get("orders", list(every_id)))),
        durations=cast("tuple[tuple[int, ...], ...]", rows),
    )


def _sorted_out(written: Iterable[Members]) -> tuple[tuple[Order, ...], tuple[SetAside, ...]]:
    """Part the orders that a plan may hold from those that are invalid or there already."""
    orders: list[Order] = []
    set_aside: list[SetAside] = []
    seen: set[int] = set()
    for order in written:
        fault = None
        if _id_of(order) not in seen:
            seen.add(_id_of(order))
            try:
                orders.append(_read_order(order))
                continue
            except BadDocument as error:
                fault = error.faults[0]
        weight = order.get("priority")
        set_aside.append(
            SetAside(
                id=_id_of(order),
                priority=1 if whole_faults("priority", weight, least=1) else cast("int", weight),
                written=order,
                fault=fault,
            )
        )
    return tuple(orders), tuple(set_aside)


def problem_to_json(problem: RoutingProblem) -> str:
    """Write an instance; orders that were set aside are written as they stood, after the others."""
    document: Members = {
        "format": PROBLEM_FORMAT,
        "name": problem.name,
        "time_unit": "s",
        "rules": _written(problem.rules, _RULES),
        "kitchens": [_written(kitchen, _KITCHEN) for kitchen in problem.kitchens],
        "orders": [_written(order, _ORDER) for order in problem.orders]
        + [dict(aside.written) for aside in problem.set_aside],
        "riders": [_written(rider, _RIDER) for rider in problem.riders],
        "matrices": {
            str(kitchen): {"orders": matrix.orders, "durations": matrix.durations}
            for kitchen, matrix in problem.matrices.items()
        },
    }
    if problem.kitchen_durations is not None:
        document["kitchen_durations"] = problem.kitchen_durations
    return json.dumps(document, ensure_ascii=False)


def _written(part: object, names: dict[str, str]) -> Members:
    """Give a part's members under the document's names, leaving out what is not set."""
    values = {theirs: getattr(part, ours) for theirs, ours in names.items()}
    return {name: value for name, value in values.items() if value is not None}


def plan_from_json(source: str | bytes) -> RoutePlan:
    """Read a plan; whether it keeps its promises is for `check.violations` to say.

    Raises: BadDocument, listing every fault with its place, what is wrong and what to do.
    """
    document = members("$", parsed(source))
    refuse_any(format_faults(document, PLAN_FORMAT))
    faults = _Faults()
    routes = faults.parts("routes", document.get("routes", []), _read_route)
    unserved = faults.parts("unserved", document.get("unserved", []), _read_unserved)
    objective = faults.part("objective", document.get("objective"), _read_objective)
    bound = faults.part("bound", document.get("bound", _cost(NOTHING)), _read_objective)
    proven, seconds = document.get("proven", False), document.get("seconds", 0)
    if not isinstance(proven, bool):
        faults.found.append(_no_claim("proven", proven))
    if not is_number(seconds):
        faults.found.append(_no_claim("seconds", seconds))
    refuse_any(faults.found)
    return RoutePlan(
        routes=routes,
        unserved=unserved,
        objective=cast("Objective", objective),
        bound=cast("Objective", bound),
        proven=cast("bool", proven),
        seconds=cast("float", seconds),
    )


def _no_claim(path: str, value: object) -> Fault:
    """Say that a claim of the plan about itself cannot be understood."""
    return Fault(
        path,
        text("{value} cannot be understood.", value=shown(value)),
        text("Let the plan be written again by the planner."),
    )


def _wholes(written: Members, *names: str, most: int = LARGEST_WHOLE) -> list[int]:
    """Take members that must be whole numbers.

    Raises: BadDocument, listing each that is not.
    """
    refuse_any([fault for name in names for fault in whole_faults(name, written.get(name), most=most)])
    return [cast("int", written[name]) for name in names]


def _read_stop(written: Members) -> Stop:
    """Read one stop."""
    return Stop(*_wholes(written, "order", "handover"))


def _read_trip(written: Members) -> Trip:
    """Read one trip."""
    faults = _Faults()
    stops = faults.parts("stops", written.get("stops", []), _read_stop)
    times = faults.part("", written, lambda own: _wholes(own, "kitchen", "depart", "return"))
    refuse_any(faults.found)
    kitchen, depart, back = times or []
    return Trip(kitchen=kitchen, depart=depart, stops=stops, back=back)


def _read_route(written: Members) -> Route:
    """Read one rider's route."""
    faults = _Faults()
    trips = faults.parts("trips", written.get("trips", []), _read_trip)
    rider = faults.part("", written, lambda own: _wholes(own, "rider"))
    refuse_any(faults.found)
    (own_id,) = rider or []
    return Route(rider=own_id, trips=trips)


def _read_unserved(written: Members) -> Unserved:
    """Read one order that stays behind."""
    (order,) = _wholes(written, "order")
    reason = written.get("reason")
    if reason not in set(Reason):
        fault = Fault(
            "reason",
            text("{value} is no reason.", value=shown(reason)),
            text("Take one of {reasons}.", reasons=", ".join(Reason)),
        )
        raise BadDocument([fault])
    return Unserved(order, Reason(cast("str", reason)), Text(str(written.get("remedy", ""))))


def _read_objective(written: Members) -> Objective:
    """Read what a plan claims to cost, or a bound of it."""
    return Objective(*_wholes(written, "unserved_weight", "riders", "ride", most=LARGEST_SUM))


def plan_to_json(plan: RoutePlan, translate: Callable[[str], str] = str) -> str:
    """Write a plan, its remedies in the language of `translate`."""
    document = {
        "format": PLAN_FORMAT,
        "routes": [
            {
                "rider": route.rider,
                "trips": [
                    {
                        "kitchen": trip.kitchen,
                        "depart": trip.depart,
                        "stops": [{"order": stop.order, "handover": stop.handover} for stop in trip.stops],
                        "return": trip.back,
                    }
                    for trip in route.trips
                ],
            }
            for route in plan.routes
        ],
        "unserved": [
            {
                "order": left.order,
                "reason": left.reason.value,
                "remedy": left.remedy.rendered(translate),
            }
            for left in plan.unserved
        ],
        "objective": _cost(plan.objective),
        "bound": _cost(plan.bound),
        "proven": plan.proven,
        "seconds": round(plan.seconds, 3),
    }
    return json.dumps(document, ensure_ascii=False)


def _cost(objective: Objective) -> Members:
    """Write what a plan costs."""
    return {
        "unserved_weight": objective.unserved_weight,
        "riders": objective.riders,
        "ride": objective.ride,
    }
