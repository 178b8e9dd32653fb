"""Home of the tiny problems that the routing tests name."""

from __future__ import annotations

from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem, Rules

ELEVEN = 39_600
HALF_PAST_TWELVE = 45_000
LUNCH = (ELEVEN, HALF_PAST_TWELVE)
SHIFT = (ELEVEN - 600, HALF_PAST_TWELVE + 900)


def street(*doors: int, kitchen: int = 1, first_id: int = 1) -> tuple[tuple[Order, ...], dict[int, Matrix]]:
    """Lay doors along one street, so many seconds from the kitchen (negative: to the other side)."""
    places = (0, *doors)
    orders = tuple(Order(first_id + index, window=LUNCH) for index in range(len(doors)))
    durations = tuple(tuple(abs(start - end) for end in places) for start in places)
    return orders, {kitchen: Matrix(tuple(order.id for order in orders), durations)}


def on_a_street(
    *doors: int, riders: int = 1, capacity: int = 10, rules: Rules | None = None
) -> RoutingProblem:
    """Make a problem of one kitchen and its street."""
    orders, matrices = street(*doors)
    return RoutingProblem(
        kitchens=(Kitchen(1, open=LUNCH),),
        orders=orders,
        riders=tuple(Rider(11 + index, capacity=capacity, window=SHIFT) for index in range(riders)),
        matrices=matrices,
        rules=rules or Rules(),
    )
