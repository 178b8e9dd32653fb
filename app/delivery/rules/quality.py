"""Home of how good a plan is, told in words: proven the best, or how far from it at most."""

from __future__ import annotations

from app.delivery.routing.plan import Objective
from app.text import Text, text


def quality(objective: Objective, bound: Objective) -> Text:
    """Say how far a plan is from the best, by the gravest goal in which the two are apart.

    Each part of `bound` holds given the plan's own figures in the graver goals, so only the first gap counts.

    >>> str(quality(Objective(0, 3, 3100), Objective(0, 3, 3100)))
    'proven: no plan is better'
    >>> str(quality(Objective(0, 3, 3100), Objective(0, 3, 2945)))
    'riding is at most 5% above the shortest possible'
    >>> str(quality(Objective(0, 3, 3100), Objective(0, 0, 0)))
    'whether fewer riders would do was not proven'
    """
    if objective.unserved_weight > bound.unserved_weight:
        return text(
            "at most {count} more could be served",
            count=objective.unserved_weight - bound.unserved_weight,
        )
    if objective.riders > bound.riders:
        if not bound.riders:
            return text("whether fewer riders would do was not proven")
        return text("at most {count} riders could be spared", count=objective.riders - bound.riders)
    if objective.ride > bound.ride:
        over = objective.ride - bound.ride
        if not bound.ride:
            return text("how far from the shortest possible was not proven")
        return text(
            "riding is at most {percent}% above the shortest possible",
            percent=-(-over * 100 // objective.ride),
        )
    return text("proven: no plan is better")
