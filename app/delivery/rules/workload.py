"""Home of how the work of a plan is shared: how long each rider is busy, loading counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from app.delivery.rules.doors import LOAD_SECONDS

Who = TypeVar("Who")


class Workload(NamedTuple, Generic[Who]):
    """One rider's work: the runs, and the seconds from the beginning of each run's loading to its return."""

    rider: Who
    runs: int
    seconds: int


def workloads(runs: Iterable[tuple[Who, int, int]]) -> list[Workload[Who]]:
    """Add up who rides from when to when, the busiest first; who rides equally long stays in order.

    >>> workloads([("Chen", 100, 400), ("Liu", 100, 900), ("Chen", 600, 800)])
    [Workload(rider='Liu', runs=1, seconds=920), Workload(rider='Chen', runs=2, seconds=740)]
    """
    found: dict[Who, Workload[Who]] = {}
    for rider, depart, back in runs:
        _, before, seconds = found.get(rider, Workload(rider, 0, 0))
        found[rider] = Workload(rider, before + 1, seconds + LOAD_SECONDS + back - depart)
    return sorted(found.values(), key=lambda each: -each.seconds)
