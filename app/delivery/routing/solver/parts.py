"""Home of parting a problem: kitchens that share neither doors nor riders are planned apart.

A district of 66 kitchens is 66 small problems, each with its own proof; what is proven of each is added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from app.delivery.routing.plan import Objective
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem

Member = TypeVar("Member", Order, Rider)


def independent_parts(problem: RoutingProblem) -> list[RoutingProblem]:
    """Part a problem into problems that have nothing to do with each other, the kitchens in their order.

    Orders that no kitchen serves make up a part without kitchens, so that they get their reason too. What was
    set aside belongs to no part.
    """
    served = _served(problem)
    every = tuple(kitchen.id for kitchen in problem.kitchens)
    employed = {rider.id: every if rider.kitchens is None else rider.kitchens for rider in problem.riders}
    root = _joined([kitchen.id for kitchen in problem.kitchens], [*served.values(), *employed.values()])
    if len(set(root.values())) == 1 and all(served.values()) and not problem.set_aside:
        return [problem]
    orders: dict[int | None, list[Order]] = {}
    for order in problem.orders:
        orders.setdefault(_root_of(root, served[order.id]), []).append(order)
    riders: dict[int | None, list[Rider]] = {}
    for rider in problem.riders:
        riders.setdefault(_root_of(root, employed[rider.id]), []).append(rider)
    return [
        _part(
            problem,
            [kitchen for kitchen in problem.kitchens if root[kitchen.id] == own],
            theirs,
            riders.get(own, []),
        )
        if own is not None
        else _part(problem, [], theirs, [])
        for own, theirs in orders.items()
    ]


def _served(problem: RoutingProblem) -> dict[int, list[int]]:
    """Give the kitchens of each order, going by what the kitchens reach: few of all orders each."""
    served: dict[int, list[int]] = {order.id: [] for order in problem.orders}
    for kitchen in problem.kitchens:
        matrix = problem.matrices.get(kitchen.id)
        for order in dict.fromkeys(matrix.orders if matrix is not None else ()):
            if order in served and problem.serves(kitchen.id, order):
                served[order].append(kitchen.id)
    return served


def _joined(kitchens: Iterable[int], groups: Iterable[Sequence[int]]) -> dict[int, int]:
    """Give each kitchen the one that stands for all it is joined with by any group."""
    root = {kitchen: kitchen for kitchen in kitchens}

    def top(kitchen: int) -> int:
        while root[kitchen] != kitchen:
            root[kitchen] = root[root[kitchen]]
            kitchen = root[kitchen]
        return kitchen

    for group in groups:
        for other in group[1:]:
            root[top(other)] = top(group[0])
    return {kitchen: top(kitchen) for kitchen in root}


def _root_of(root: dict[int, int], kitchens: Sequence[int]) -> int | None:
    return root[kitchens[0]] if kitchens else None


def _part(
    problem: RoutingProblem, kitchens: Sequence[Kitchen], orders: Sequence[Order], riders: Sequence[Rider]
) -> RoutingProblem:
    """Make a problem of some kitchens, their orders and riders."""
    position = {kitchen.id: index for index, kitchen in enumerate(problem.kitchens)}
    own = {order.id for order in orders}
    ids = tuple(kitchen.id for kitchen in kitchens)
    changes = problem.kitchen_durations
    return RoutingProblem(
        name=problem.name,
        rules=problem.rules,
        kitchens=tuple(kitchens),
        orders=tuple(_within(order, ids) for order in orders),
        riders=tuple(_within(rider, ids) for rider in riders),
        matrices={
            kitchen: rows_of(problem.matrices[kitchen], own) for kitchen in ids if kitchen in problem.matrices
        },
        kitchen_durations=changes
        and tuple(tuple(changes[position[row]][position[column]] for column in ids) for row in ids),
    )


def _within(one: Member, kitchens: Sequence[int]) -> Member:
    """Let an order or a rider name kitchens of the part only."""
    if one.kitchens is None:
        return one
    return replace(one, kitchens=tuple(kitchen for kitchen in one.kitchens if kitchen in kitchens))


def rows_of(matrix: Matrix, orders: set[int]) -> Matrix:
    """Take the rows and columns of the given orders."""
    if orders.issuperset(matrix.orders):
        return matrix
    kept = [0, *(index for index, order in enumerate(matrix.orders, start=1) if order in orders)]
    return Matrix(
        tuple(matrix.orders[index - 1] for index in kept[1:]),
        tuple(tuple(matrix.durations[row][column] for column in kept) for row in kept),
    )


def added_up(parts: Iterable[tuple[Objective, Objective]]) -> Objective:
    """Add up the bounds of parts, given as (reached, bound).

    Weight could move from one part to another as long as it is not proven in each, and riders likewise; then
    nothing is known of the lesser goals.
    """
    parts = list(parts)
    weight = sum(bound.unserved_weight for _, bound in parts)
    riders = sum(bound.riders for _, bound in parts)
    ride = sum(bound.ride for _, bound in parts)
    if any(bound.unserved_weight < reached.unserved_weight for reached, bound in parts):
        return Objective(weight, 0, 0) if len(parts) > 1 else Objective(weight, riders, ride)
    if len(parts) > 1 and any(bound.riders < reached.riders for reached, bound in parts):
        return Objective(weight, riders, 0)
    return Objective(weight, riders, ride)
