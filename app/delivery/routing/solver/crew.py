"""Home of planning many pieces one after another, or side by side in processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar

from app.delivery.routing.solver.colleague import Colleague, ColleagueLost
from app.delivery.routing.solver.effort import Effort
from app.delivery.routing.solver.engines import load_engines
from app.delivery.routing.solver.meter import Stop
from app.delivery.routing.solver.share import Share, shares

Answer = TypeVar("Answer")

Piece = Callable[[Share, Stop], Answer]
"""A piece of planning. It must be possible to pickle it, and to load it without the web."""


class Crew:
    """Those who plan: processes that begin to load at once, or this one alone.

    The seconds of an effort begin to count when the crew is called in; but those of a single piece begin when
    the engines have loaded, which is short only beside the planning of many.
    """

    def __init__(self, effort: Effort, stop: Stop, *, pieces: int) -> None:
        """Call in as many processes as the effort and the number of pieces allow."""
        self._effort, self._stop, self._pieces = effort, stop, pieces
        workers = min(effort.workers, pieces)
        self._began = monotonic()
        self._colleagues = [Colleague() for _ in range(workers)] if workers > 1 else []

    def __enter__(self) -> Self:
        """Be there until the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let all processes go."""
        for colleague in self._colleagues:
            colleague.leave()

    @property
    def passed(self) -> float:
        """Give the seconds since the planning began."""
        return monotonic() - self._began

    def answers(self, pieces: Sequence[Piece[Answer]], weights: Sequence[int]) -> Iterator[Answer]:
        """Plan pieces, each with a share by its weight; their answers come in their order."""
        return self._side_by_side(pieces, weights) if self._colleagues else self._alone(pieces, weights)

    def _alone(self, pieces: Sequence[Piece[Answer]], weights: Sequence[int]) -> Iterator[Answer]:
        load_engines()
        if self._pieces == 1:
            self._began = monotonic()
        for piece, share in zip(pieces, self._shares(weights), strict=True):
            yield piece(share, self._stop)

    def _side_by_side(self, pieces: Sequence[Piece[Answer]], weights: Sequence[int]) -> Iterator[Answer]:
        free = SimpleQueue[Colleague]()

        def planned(piece: Piece[Answer], share: Share) -> Answer:
            colleague = free.get()
            try:
                answer: Answer = colleague.planned(piece, share)
            except ColleagueLost:
                colleague = self._another(colleague)
                answer = colleague.planned(piece, share)
            finally:
                free.put(colleague)
            return answer

        with (
            ThreadPoolExecutor(len(self._colleagues)) as threads,
            self._stop.interrupting(self._end_soon),
        ):
            for colleague in self._colleagues:
                threads.submit(colleague.say_when_ready, free)
            if self._stop.is_asked:
                self._end_soon()
            try:
                yield from threads.map(planned, pieces, self._shares(weights))
            except BaseException:
                # Nobody listens any more, whether for a fault or for having heard enough.
                self._end_soon()
                threads.shutdown(wait=False, cancel_futures=True)
                raise

    def _another(self, lost: Colleague) -> Colleague:
        """Call in a process in place of one that has gone: once, for what took it may take the next.

        Raises: ColleagueLost when it has gone too.
        """
        lost.leave()
        another = self._colleagues[self._colleagues.index(lost)] = Colleague()
        another.get_ready()
        if self._stop.is_asked:
            another.end_soon()
        return another

    def _end_soon(self) -> None:
        for colleague in self._colleagues:
            colleague.end_soon()

    def _shares(self, weights: Sequence[int]) -> list[Share]:
        until = self._began + self._effort.seconds if self._effort.work is None else None
        return shares(weights, self._effort, workers=max(1, len(self._colleagues)), until=until)
