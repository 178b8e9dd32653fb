"""Home of drafts: whole plans that a search changes rider by rider, each day with the time that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.delivery.routing.solver.runs import NEVER, Run
from app.delivery.routing.solver.trips import Ground


class Slot(NamedTuple):
    """A run of a day: the earliest departure, and the second by which the rider must be back."""

    run: Run
    ready: int
    until: int


class Gap(NamedTuple):
    """Between two runs of a day: the kitchens before and behind (None at the ends), and the time between."""

    before: int | None
    behind: int | None
    free: int
    due: int


class Day(NamedTuple):
    """One rider's runs, in the order they are ridden, the time around them, and the most that a gap holds."""

    runs: tuple[Run, ...]
    slots: tuple[Slot, ...]
    gaps: tuple[Gap, ...]
    widest: int
    ride: int


class NoTime(Exception):
    """A rider's shift does not hold the runs of a day."""


class Clock:
    """Times the riders' days."""

    def __init__(self, ground: Ground) -> None:
        """Take what a day begins and ends with."""
        self.load = ground.load
        self.shifts = [rider.window for rider in ground.riders]
        self.change = [[NEVER if seconds is None else seconds for seconds in row] for row in ground.change]

    def day(self, rider: int, runs: tuple[Run, ...]) -> Day:
        """Give the day of a rider's runs.

        Raises: NoTime if the shift does not hold them one after another.
        """
        starts, ends = self.shifts[rider]
        untils, dues, until = [0] * len(runs), [0] * len(runs), ends
        for index in range(len(runs) - 1, -1, -1):
            run = runs[index]
            if index + 1 < len(runs):
                until -= self.change[run.kitchen][runs[index + 1].kitchen]
            untils[index] = until
            if run.back > until:
                raise NoTime
            until = dues[index] = min(run.late, until - run.length) - self.load
        slots, gaps, free, ride = [], [], starts, 0
        before: int | None = None
        for run, due, back in zip(runs, dues, untils, strict=True):
            gaps.append(Gap(before, run.kitchen, free, due))
            if before is not None:
                free += self.change[before][run.kitchen]
                ride += self.change[before][run.kitchen]
            if free > due:
                raise NoTime
            ready = free + self.load
            slots.append(Slot(run, ready, back))
            free = max(ready + run.length, run.back)
            ride += run.ride
            before = run.kitchen
        gaps.append(Gap(before, None, free, ends))
        widest = max(gap.due - gap.free for gap in gaps)
        return Day(runs, tuple(slots), tuple(gaps), widest, ride)

    def holds(self, run: Run, gap: Gap) -> bool:
        """Tell whether a gap of a day holds one more run."""
        ready = gap.free + self.load
        until = gap.due
        if gap.before is not None:
            ready += self.change[gap.before][run.kitchen]
        if gap.behind is not None:
            until -= self.change[run.kitchen][gap.behind]
        return ready <= run.late and ready + run.length <= until and run.back <= until


class Draft:
    """All riders' days, and what they come to."""

    __slots__ = ("cooked", "days", "left", "missing", "ride", "rider_of", "riders", "runs")

    def __init__(self, days: list[Day], weights: Sequence[int], kitchens: int) -> None:
        """Begin with empty days: every order is missing."""
        self.days = days
        self.rider_of: list[int | None] = [None] * len(weights)
        self.missing = set(range(len(weights)))
        self.cooked = [0] * kitchens
        self.left = sum(weights)
        self.riders = self.runs = self.ride = 0

    def copy(self) -> Draft:
        """Give a draft of the same days that can be changed apart."""
        twin = Draft.__new__(Draft)
        twin.days, twin.rider_of = list(self.days), list(self.rider_of)
        twin.missing, twin.cooked = set(self.missing), list(self.cooked)
        twin.left, twin.riders, twin.runs, twin.ride = self.left, self.riders, self.runs, self.ride
        return twin

    def change(self, rider: int, day: Day) -> None:
        """Give a rider another day."""
        old = self.days[rider]
        self.days[rider] = day
        self.riders += bool(day.runs) - bool(old.runs)
        self.runs += len(day.runs) - len(old.runs)
        self.ride += day.ride - old.ride

    def run_of(self, order: int) -> Run:
        """Give the run that carries an order that is not missing."""
        day = self.days[self.rider_of[order] or 0]
        return next(run for run in day.runs if run.mask >> order & 1)

    @property
    def cost(self) -> tuple[int, int, int]:
        """Give what the draft leaves out, the riders it calls in, and their riding: the graver first."""
        return self.left, self.riders, self.ride
