"""Home of runs whose doors have an order, and of how one more door would change them.

A run for which one is ready at second t, `late` at the latest, is back at max(t + length, back): whoever is
ready too early departs later, or waits at a door. So one more door is judged by a few additions, from what is
known of the doors before it and behind it. Runs and what was found of them are kept, since a search comes
back to them.
"""

from __future__ import annotations

from typing import NamedTuple

from app.delivery.routing.solver.trips import Ground

NEVER = 10**9
MOST_KEPT = 40_000
"""So many runs are remembered; each takes about a kilobyte."""


class Longer(NamedTuple):
    """A run with one more door at a place, told as a run is; `ride` is what it adds, the least first."""

    ride: int
    late: int
    back: int
    length: int
    place: int


class Run:
    """One trip from a kitchen and back, its doors in their order; seconds throughout.

    Who departs before `wait` waits at a door. `lags[i]` are the seconds from departure to the hand-over at
    door i when nobody waits; `opened[i]` is the departure before which one would wait at a door before i, and
    `closed[i]` the latest that is in time at all of them; `opens[i]` and `closes[i]` tell the same of the
    doors from i on.
    """

    __slots__ = (
        "amount",
        "back",
        "closed",
        "closes",
        "doors",
        "into",
        "kitchen",
        "lags",
        "late",
        "length",
        "mask",
        "opened",
        "opens",
        "ride",
        "wait",
    )

    def __init__(self, kitchen: int, doors: tuple[int, ...]) -> None:
        """Name the doors; `Runs` rides them."""
        self.kitchen, self.doors = kitchen, doors
        self.mask = self.amount = self.ride = self.length = 0
        self.late = self.back = self.wait = 0
        self.lags: list[int] = []
        self.opened: list[int] = []
        self.closed: list[int] = []
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.into: dict[int, list[Longer]] = {}


class Runs:
    """All runs of a problem: each is ridden once and then known."""

    def __init__(self, ground: Ground) -> None:
        """Lay out the seconds from hand-over to hand-over."""
        self.ground = ground
        self.amount = [order.amount for order in ground.orders]
        self._service = [order.service_seconds for order in ground.orders]
        self._opens = [order.window[0] for order in ground.orders]
        self._closes = [order.window[1] for order in ground.orders]
        stays = [0, *self._service]
        self._steps = [
            [
                [stay + ride if ride >= 0 else NEVER for ride in row]
                for stay, row in zip(stays, durations, strict=True)
            ]
            for durations in ground.durations
        ]
        self._known: dict[tuple[int, tuple[int, ...]], Run | None] = {}

    def of(self, kitchen: int, doors: tuple[int, ...]) -> Run | None:
        """Give the run through doors, or None if some promise cannot be kept whenever it departs."""
        key = (kitchen, doors)
        if key not in self._known:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[key] = self._ridden(kitchen, doors)
        return self._known[key]

    def joined(self, run: Run, door: int, place: int) -> Run:
        """Give the run that a door joins at a place where it is known to fit."""
        longer = self.of(run.kitchen, (*run.doors[:place], door, *run.doors[place:]))
        if longer is None:
            raise ValueError(door, place, run.doors)
        return longer

    def _ridden(self, kitchen: int, doors: tuple[int, ...]) -> Run | None:
        """Ride through doors in their order."""
        ground, steps, run = self.ground, self._steps[kitchen], Run(kitchen, doors)
        opens, wait, late = ground.kitchens[kitchen].open[0], -NEVER, ground.kitchens[kitchen].open[1]
        lag = place = 0
        for door in doors:
            run.opened.append(wait)
            run.closed.append(late)
            lag += steps[place][door + 1]
            place = door + 1
            wait = max(wait, self._opens[door] - lag)
            late = min(late, self._closes[door] - lag)
            if wait > self._closes[door] - lag:
                return None
            run.lags.append(lag)
            run.mask |= 1 << door
            run.amount += self.amount[door]
        early = max(opens, wait + lag - ground.max_age)
        if lag > ground.max_age or early > late or run.amount > ground.box[kitchen]:
            return None
        run.opened.append(wait)
        run.closed.append(late)
        run.length = lag + steps[place][0]
        run.late, run.wait, run.back = late, wait, max(early, wait) + run.length
        run.ride = run.length - sum(self._service[door] for door in doors)
        self._look_back(run)
        return run

    def _look_back(self, run: Run) -> None:
        """Gather what the doors behind each place ask of the departure."""
        wait, late = -NEVER, NEVER
        run.opens, run.closes = [wait], [late]
        for door, lag in zip(reversed(run.doors), reversed(run.lags), strict=True):
            wait, late = max(wait, self._opens[door] - lag), min(late, self._closes[door] - lag)
            run.opens.append(wait)
            run.closes.append(late)
        run.opens.reverse()
        run.closes.reverse()

    def longer(self, run: Run, door: int) -> list[Longer]:
        """Give the ways to put one more door into a run, the shortest first."""
        found = run.into.get(door)
        if found is None:
            found = run.into[door] = self._longer(run, door)
        return found

    def _longer(self, run: Run, door: int) -> list[Longer]:
        """Try the door at every place of the run; this is where the search spends its time."""
        ground, kitchen = self.ground, run.kitchen
        if not ground.serves[kitchen][door] or run.amount + self.amount[door] > ground.box[kitchen]:
            return []
        steps, lags, doors = self._steps[kitchen], run.lags, run.doors
        onward, column = steps[door + 1], door + 1
        opens, closes, service = self._opens[door], self._closes[door], self._service[door]
        kitchen_opens, last_lag, most = ground.kitchens[kitchen].open[0], lags[-1], ground.max_age
        found, before, lag_before = [], 0, 0
        for place, after in enumerate(doors):
            lag = lag_before + steps[before][column]
            added = lag + onward[after + 1] - lags[place]
            before, lag_before = after + 1, lags[place]
            oldest = last_lag + added
            if oldest > most:
                continue
            wait, late = max(run.opened[place], opens - lag), run.closes[place] - added
            if wait > closes - lag or wait > late:
                continue
            wait = max(wait, run.opens[place] - added)
            late = min(late, run.closed[place], closes - lag)
            early = max(kitchen_opens, wait + oldest - most)
            if early <= late:
                length = run.length + added
                found.append(Longer(added - service, late, max(early, wait) + length, length, place))
        lag = last_lag + steps[before][column]
        wait, late = max(run.wait, opens - lag), min(run.late, closes - lag)
        early = max(kitchen_opens, wait + lag - most)
        if lag <= most and wait <= closes - lag and early <= late:
            length = lag + onward[0]
            ride = length - run.length - service
            found.append(Longer(ride, late, max(early, wait) + length, length, len(doors)))
        found.sort()
        return found
