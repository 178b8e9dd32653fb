"""Home of what the bench holds of every bound: none lies above the best plan that anybody ever made."""

from __future__ import annotations

from collections.abc import Iterable

from app.delivery.routing.plan import Objective, RoutePlan


def best_known(reached: Iterable[tuple[str, Objective]]) -> dict[str, Objective]:
    """Give the best objective that anybody reached, by instance.

    >>> best_known([("one", Objective(0, 2, 700)), ("one", Objective(0, 2, 600))])
    {'one': Objective(unserved_weight=0, riders=2, ride=600)}
    """
    best: dict[str, Objective] = {}
    for instance, objective in reached:
        best[instance] = min(best.get(instance, objective), objective)
    return best


def assert_honest(instance: str, plan: RoutePlan, known: Objective) -> None:
    """Hold that what a plan claims to be proven lies nowhere above a plan that is known.

    The bound of a lesser goal is given what the plan reached of the graver ones, and is held only where the
    known plan reached as much.
    """
    bound, reached = plan.bound, plan.objective
    assert bound.unserved_weight <= known.unserved_weight, (instance, bound, known)
    if reached.unserved_weight == known.unserved_weight:
        assert bound.riders <= known.riders, (instance, bound, known)
        if reached.riders == known.riders:
            assert bound.ride <= known.ride, (instance, bound, known)
    assert not plan.proven or reached <= known, (instance, reached, known)
