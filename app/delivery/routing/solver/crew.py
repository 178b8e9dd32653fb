"""Home of planning a problem's parts one after another, or side by side in processes."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from multiprocessing.synchronize import Barrier, Event
from threading import Thread
from time import monotonic, sleep

from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.assignment import load_engine
from app.delivery.routing.solver.effort import Effort
from app.delivery.routing.solver.meter import ASKED_AGAIN_AFTER, Meter, Stop
from app.delivery.routing.solver.part import planned

_SPAWN = multiprocessing.get_context("spawn")
"""A forked process would inherit the threads of engines and servers half-way through."""

_LONGEST_LOADING = 120.0
"""Seconds; a machine on which processes load the engine for longer is of no use for planning."""

_STOP = Stop()
"""What ends the planning of this process, where it is one of a crew."""


@dataclass(frozen=True)
class _Task:
    """One part, and its share of what is left: by the clock until an end, or in work."""

    problem: RoutingProblem
    share: float
    until: float | None
    seed: int
    limit: float

    def meter(self, stop: Stop) -> Meter:
        """Begin to count: what earlier parts spared of the time is shared by those that are left."""
        if self.until is None:
            return Meter(self.limit * self.share, is_by_work=True, stop=stop)
        left = max(0.0, self.until - monotonic())
        return Meter(left * min(1.0, self.share), stop=stop)


class Crew:
    """The parts of a problem, and those who plan them."""

    def __init__(self, parts: Sequence[RoutingProblem], effort: Effort, stop: Stop) -> None:
        """Share out the parts; none is planned yet."""
        self._parts, self._effort, self._stop = parts, effort, stop
        self._workers = min(effort.workers, len(parts))
        self._began = monotonic()
        self._work = 0.0

    @property
    def passed(self) -> float:
        """Give the seconds since the planning began, or the units of work done."""
        return monotonic() - self._began if self._effort.work is None else self._work

    def answers(self) -> Iterator[RoutePlan]:
        """Plan the parts, in their order."""
        if self._workers > 1:
            answers = self._side_by_side()
        else:
            answers = (_planned(task, self._stop) for task in self._tasks())
        for answer in answers:
            self._work += answer.seconds
            yield answer

    def _tasks(self) -> list[_Task]:
        """Give each part its share: of the whole work, or of the time that is left when its turn comes."""
        weights = [1 + len(part.orders) for part in self._parts]
        by_clock = self._effort.work is None
        left = list(accumulate(reversed(weights)))[::-1] if by_clock else [sum(weights)] * len(weights)
        workers = max(1, self._workers) if by_clock else 1
        until = self._began + self._effort.seconds if by_clock else None
        return [
            _Task(part, workers * weight / rest, until, self._effort.seed, self._effort.limit)
            for part, weight, rest in zip(self._parts, weights, left, strict=True)
        ]

    def _side_by_side(self) -> Iterator[RoutePlan]:
        """Plan in processes; the seconds begin when each of them has loaded the engine."""
        asked, ready = _SPAWN.Event(), _SPAWN.Barrier(self._workers)
        # Ctrl-C at a terminal reaches every process of the crew, but only this one knows what to do about it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with ProcessPoolExecutor(
                self._workers, _SPAWN, initializer=_join, initargs=(asked, ready)
            ) as pool:
                list(pool.map(_is_ready, range(self._workers)))
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                self._began = monotonic()
                with self._stop.interrupting(asked.set):
                    if self._stop.is_asked:
                        asked.set()
                    yield from pool.map(_planned_by_crew, self._tasks())
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _planned(task: _Task, stop: Stop) -> RoutePlan:
    """Plan one part."""
    return planned(task.problem, task.meter(stop), seed=task.seed)


def _join(asked: Event, ready: Barrier) -> None:
    """Make this process one of a crew: load the engine, and listen for the wish to end."""

    def listen() -> None:
        asked.wait()
        while True:
            _STOP.ask()
            sleep(ASKED_AGAIN_AFTER)

    load_engine()
    Thread(target=listen, daemon=True).start()
    ready.wait(_LONGEST_LOADING)


def _is_ready(_: int) -> None:
    """Answer when the process is ready: all are, or none."""


def _planned_by_crew(task: _Task) -> RoutePlan:
    """Plan one part in a process of the crew."""
    return _planned(task, _STOP)
