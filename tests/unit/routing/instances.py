"""Home of the tiny problems that the routing tests name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from app.delivery.routing.plan import Objective
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


def least_objective(problem: RoutingProblem) -> Objective:
    """Find the best objective of a one-kitchen problem by trying everything: for a handful of orders only."""
    best: list[Objective] = []
    orders = [order.id for order in problem.orders]
    total = sum(order.priority for order in problem.orders)
    riders = [(rider.window[0], rider.capacity, rider.window[1]) for rider in problem.riders]

    def go_on(
        left: frozenset[int],
        states: Sequence[tuple[int, int, int]],
        used: frozenset[int],
        cost: tuple[int, int],
    ) -> None:
        weight, ride = cost
        best.append(Objective(weight, len(used), ride))
        for size in range(1, len(left) + 1):
            for visit in permutations(sorted(left), size):
                for index, (ready, capacity, ends) in enumerate(states):
                    ridden = _ridden(problem, visit, ready, capacity)
                    if ridden is None or ridden[0] > ends:
                        continue
                    back, seconds = ridden
                    gained = sum(problem.order_by_id[order].priority for order in visit)
                    after = [*states]
                    after[index] = (back, capacity, ends)
                    go_on(left - set(visit), after, used | {index}, (weight - gained, ride + seconds))

    go_on(frozenset(orders), riders, frozenset(), (total, 0))
    return min(best)


def _ridden(
    problem: RoutingProblem, visit: Sequence[int], ready: int, capacity: int
) -> tuple[int, int] | None:
    """Ride doors as soon as possible; None if some promise breaks, whatever the departure."""
    kitchen = problem.kitchens[0]
    if sum(problem.order_by_id[order].amount for order in visit) > capacity:
        return None
    if not all(problem.serves(kitchen.id, order) for order in visit):
        return None
    first = max(kitchen.open[0], ready + problem.rules.load_seconds)
    for depart in range(first, kitchen.open[1] + 1):
        clock, place, ride = depart, None, 0
        for order in visit:
            step = problem.ride_seconds(kitchen.id, place, order)
            handover = max(clock + step, problem.order_by_id[order].window[0])
            if handover > problem.order_by_id[order].window[1]:
                return None
            ride, place = ride + step, order
            clock = handover + problem.order_by_id[order].service_seconds
        home = problem.ride_seconds(kitchen.id, place, None)
        if handover - depart <= problem.rules.max_age_seconds:
            return clock + home, ride + home
        # A later departure waits less, so that the last meal is younger.
    return None
