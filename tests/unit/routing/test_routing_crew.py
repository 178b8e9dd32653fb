"""Those who plan: pieces one after another or in processes, what crosses between them, and their shares."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from app.delivery.routing.solver.colleague import ColleagueLost
from app.delivery.routing.solver.crew import Crew
from app.delivery.routing.solver.effort import Effort
from app.delivery.routing.solver.meter import Stop
from app.delivery.routing.solver.share import Share, shares


@dataclass(frozen=True)
class Tells:
    """A piece that tells something of the process that does it."""

    what: str

    def __call__(self, share: Share, stop: Stop) -> object:
        if self.what == "work":
            return share.effort().work
        if self.what == "process":
            return os.getpid()
        if self.what == "modules":
            return sorted({"flask", "sqlalchemy", "pandas", "ortools", "pyvrp"} & sys.modules.keys())
        if self.what == "until asked":
            while not stop.is_asked:
                sleep(0.01)
            return "asked"
        if self.what == "nothing":
            os._exit(3)
        raise LookupError(self.what)


@dataclass(frozen=True)
class Falters:
    """A piece that ends its process when it is first done, and tells of the process that does it again."""

    mark: Path

    def __call__(self, *_: object) -> object:
        if self.mark.exists():
            return os.getpid()
        self.mark.touch()
        os._exit(3)


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_in_the_order_of_their_pieces(workers: int) -> None:
    effort = Effort(work=6, workers=workers)
    with Crew(effort, Stop(), pieces=3) as crew:
        assert list(crew.answers([Tells("work")] * 3, [1, 2, 3])) == [1, 2, 3]


def test_one_piece_or_one_worker_needs_no_other_process() -> None:
    for effort, pieces in ((Effort(workers=1), 2), (Effort(workers=2), 1)):
        with Crew(effort, Stop(), pieces=pieces) as crew:
            assert set(crew.answers([Tells("process")] * pieces, [1] * pieces)) == {os.getpid()}


def test_a_process_of_the_crew_loads_the_engines_and_nothing_of_the_web() -> None:
    with Crew(Effort(workers=2), Stop(), pieces=2) as crew:
        for modules in crew.answers([Tells("modules")] * 2, [1, 1]):
            assert modules == ["ortools", "pyvrp"]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_piece_raises_is_raised_where_its_answer_is_awaited(workers: int) -> None:
    with (
        Crew(Effort(workers=workers), Stop(), pieces=2) as crew,
        pytest.raises(LookupError, match="a fault"),
    ):
        list(crew.answers([Tells("a fault"), Tells("work")], [1, 1]))


def test_a_process_that_goes_in_the_middle_of_its_work_is_missed_when_another_goes_too() -> None:
    with Crew(Effort(workers=2), Stop(), pieces=2) as crew, pytest.raises(ColleagueLost, match="--workers"):
        list(crew.answers([Tells("nothing"), Tells("work")], [1, 1]))


def test_another_process_goes_on_where_one_was_ended(tmp_path: Path) -> None:
    pieces: list[Falters | Tells] = [Falters(tmp_path / "began"), *[Tells("process")] * 3]
    with Crew(Effort(workers=2), Stop(), pieces=4) as crew:
        assert len(set(crew.answers(pieces, [1] * 4)) - {os.getpid()}) in {1, 2}


def test_the_wish_to_end_reaches_the_process_that_came_later_too(tmp_path: Path) -> None:
    stop = Stop()
    pieces: list[Falters | Tells] = [Falters(tmp_path / "began"), *[Tells("until asked")] * 2]
    with Crew(Effort(workers=2), stop, pieces=3) as crew:
        answers = crew.answers(pieces, [1, 1, 1])
        next(answers)
        stop.ask()
        assert list(answers) == ["asked", "asked"]


def test_the_wish_to_end_reaches_every_process() -> None:
    stop = Stop()
    with Crew(Effort(workers=2), stop, pieces=3) as crew:
        answers = crew.answers([Tells("work"), Tells("until asked"), Tells("until asked")], [1, 1, 1])
        next(answers)
        stop.ask()
        assert list(answers) == ["asked", "asked"]


def test_who_stops_listening_to_the_answers_lets_the_processes_go() -> None:
    with Crew(Effort(workers=2), Stop(), pieces=2) as crew:
        answers = crew.answers([Tells("process"), Tells("until asked")], [1, 1])
        process = next(answers)
        answers.close()  # type: ignore[attr-defined]  # It is a generator.
    assert not os.path.exists(f"/proc/{process}")  # noqa: PTH110 - one line less


def test_what_earlier_pieces_spared_is_shared_by_those_that_are_left() -> None:
    first, second = shares([1, 1], Effort(seconds=10), workers=1, until=monotonic() + 10)
    assert first.effort().seconds == pytest.approx(5, abs=0.5)
    assert second.effort().seconds == pytest.approx(10, abs=0.5)
    (late,) = shares([1], Effort(seconds=10), workers=1, until=monotonic() - 1)
    assert late.effort().seconds == 0
