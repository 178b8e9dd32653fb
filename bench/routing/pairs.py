"""Home of measuring in pairs: two planners plan the same instance at the same time, a process each.

On a busy machine that is the fairest there is: whatever takes the processors away takes them from both.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from app.delivery.routing.solver.engines import load_engines
from bench.routing.instances import Case
from bench.routing.measures import OURS, Row, line, measured

SPAWN = multiprocessing.get_context("spawn")


def in_pairs(cases: Iterable[Case], spans: Sequence[float], peer: str) -> list[Row]:
    """Let our planner and a peer plan every instance side by side."""
    rows: list[Row] = []
    for case in cases:
        for given in spans:
            pair = _pair(case, given, (OURS, peer))
            rows += pair
            for row in pair:
                print(line(row), flush=True)
    return rows


def _pair(case: Case, given: float, names: Sequence[str]) -> list[Row]:
    """Begin both at once, when both have loaded their engines."""
    barrier = SPAWN.Barrier(len(names))
    ends = []
    for name in names:
        here, there = SPAWN.Pipe(duplex=False)
        task = _Task(case, name, given)
        SPAWN.Process(target=_plan, args=(there, barrier, task), daemon=True).start()
        ends.append(here)
    return [end.recv() for end in ends]


class _Task(NamedTuple):
    """Who plans what, in how many seconds."""

    case: Case
    name: str
    given: float


def _plan(answer: Connection, barrier: Barrier, task: _Task) -> None:
    """Plan in a process of its own, once the other is ready too."""
    load_engines()
    barrier.wait()
    answer.send(measured(*task))
