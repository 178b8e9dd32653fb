"""Home of giving chosen trips to riders: who rides what and when, if their days can hold it at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

from app.delivery.routing.faults import LATEST_SECOND
from app.delivery.routing.solver.days import Days, Leg
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.trips import Ground, Shape


@dataclass(frozen=True)
class Assigned:
    """What came of an assignment: days, if any were found, and whether no better ones can exist."""

    days: Days | None
    is_certain: bool


WORK_A_WAY = 4e-5
"""Offering a leg to a rider takes so much work; the engine counts its own."""

NOT_TRIED = Assigned(days=None, is_certain=False)


def assigned(
    ground: Ground, legs: Sequence[Leg], *, meter: Meter, deadline: float, riders: int | None
) -> Assigned:
    """Give all legs to at most so many riders, with the least riding.

    The legs' shortest ways are tried alone first: where they fit the days, nothing is left to weigh.
    """
    left = deadline - meter.now()
    answer = _assigned(ground, legs, meter=meter, left=left, riders=riders, only_shortest=True)
    if answer.days is not None or all(len(ground.shapes(*leg)) == 1 for leg in legs):
        return answer
    left = deadline - meter.now()
    return _assigned(ground, legs, meter=meter, left=left, riders=riders, only_shortest=False)


def _assigned(
    ground: Ground, legs: Sequence[Leg], *, meter: Meter, left: float, riders: int | None, only_shortest: bool
) -> Assigned:
    """Give all legs to riders, in their shortest ways only or in all that could be best."""
    if left <= 0:
        return NOT_TRIED
    from ortools.sat.python import cp_model  # noqa: PLC0415  Only planning pays for the engine.

    model = cp_model.CpModel()
    offered = _enough_of_each_kind(ground, riders if riders is not None else len(legs))
    jobs = [_Job(model, ground, leg, offered, only_shortest=only_shortest) for leg in legs]
    _call_in(model, offered, jobs, most=riders)
    changes = _keep_kitchens_apart(model, ground, jobs)
    is_exact = not changes or not _is_quicker_around(ground.change)
    if not only_shortest:
        model.minimize(sum(way.literal * way.shape.ride for job in jobs for way in job.ways))
    engine = cp_model.CpSolver()
    engine.parameters.num_workers = 1
    engine.parameters.catch_sigint_signal = False
    if meter.is_by_work:
        engine.parameters.max_deterministic_time = left
    else:
        engine.parameters.max_time_in_seconds = left
    with meter.stop.interrupting(engine.stop_search):
        status = engine.solve(model)
    meter.did(WORK_A_WAY * sum(len(job.ways) for job in jobs) + engine.response_proto.deterministic_time)
    # Where riders change kitchen, the legs may be given out so that the changes take less riding.
    is_certain = (status == cp_model.OPTIMAL and not changes) or (status == cp_model.INFEASIBLE and is_exact)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Assigned(None, is_certain)
    return Assigned(_days(ground, engine, jobs), is_certain)


def _enough_of_each_kind(ground: Ground, most: int) -> list[int]:
    """List the riders, but of those who are alike no more than could be called in."""
    alike: Counter[tuple[object, ...]] = Counter()
    offered = []
    for rider, who in enumerate(ground.riders):
        kind = (who.window, who.capacity, tuple(ground.employs[rider]))
        alike[kind] += 1
        if alike[kind] <= most:
            offered.append(rider)
    return offered


def _days(ground: Ground, engine: Any, jobs: Sequence[_Job]) -> Days:  # noqa: ANN401  The engine has no types.
    """Read the riders' days from the engine's answer."""
    days: list[list[tuple[int, Leg]]] = [[] for _ in ground.riders]
    for job in jobs:
        for way in job.ways:
            if engine.boolean_value(way.literal):
                days[way.rider].append((engine.value(job.start), job.leg))
    return Days(ground, [[leg for _, leg in sorted(day)] for day in days])


def _call_in(model: Any, offered: Sequence[int], jobs: Sequence[_Job], *, most: int | None) -> None:  # noqa: ANN401  As above.
    """Let each rider ride one leg at a time, and call in no more riders than allowed.

    That all of a rider's legs fit between the first and the last of them follows from it, but said aloud it
    shows in a second what the engine else does not find in fifteen: that 25 long legs are too many for six.
    """
    limited = most is not None and most < len(offered)
    called = {rider: model.new_bool_var("") for rider in offered} if limited else {}
    if limited:
        model.add(sum(called.values()) <= most)
    for rider in offered:
        ways = [way for job in jobs for way in job.ways_of(rider)]
        model.add_no_overlap([way.interval for way in ways])
        if ways:
            span = max(way.ends for way in ways) - min(way.starts for way in ways)
            model.add(sum(way.size * way.literal for way in ways) <= span)
        if limited:
            for way in ways:
                model.add_implication(way.literal, called[rider])


@dataclass(frozen=True)
class _Way:
    """One shape of a leg on one rider, who is busy for `size` seconds between `starts` and `ends` with it."""

    rider: int
    shape: Shape
    starts: int
    ends: int
    size: int
    literal: Any
    interval: Any


class _Job:
    """One leg that must be ridden by someone at some time; it begins with loading."""

    def __init__(
        self,
        model: Any,  # noqa: ANN401  The engine has no types.
        ground: Ground,
        leg: Leg,
        offered: Sequence[int],
        *,
        only_shortest: bool,
    ) -> None:
        """Offer the leg to every rider who may ride it."""
        self.leg = leg
        self.ways: list[_Way] = []
        self.start = model.new_int_var(0, LATEST_SECOND, "")
        amount = ground.amount(leg.mask)
        shapes = ground.shapes(*leg)
        if only_shortest:
            shapes = tuple(shape for shape in shapes if shape.ride == shapes[0].ride)
        for rider in offered:
            who = ground.riders[rider]
            if amount > who.capacity or not ground.employs[rider][leg.kitchen]:
                continue
            for shape in shapes:
                first = max(who.window[0], shape.early - ground.load)
                last = min(shape.late - ground.load, who.window[1] - shape.length - ground.load)
                if first <= last:
                    literal = model.new_bool_var("")
                    size = ground.load + shape.length
                    interval = model.new_optional_fixed_size_interval_var(self.start, size, literal, "")
                    model.add_linear_constraint(self.start, first, last).only_enforce_if(literal)
                    self.ways.append(_Way(rider, shape, first, last + size, size, literal, interval))
        model.add_exactly_one(way.literal for way in self.ways)

    def ways_of(self, rider: int) -> list[_Way]:
        """Give the ways in which a rider would ride the leg."""
        return [way for way in self.ways if way.rider == rider]


def _is_quicker_around(change: Sequence[Sequence[int | None]]) -> bool:
    """Tell whether some change of kitchen is quicker by way of a third one."""
    size = range(len(change))
    return any(
        (change[start][by] or 0) + (change[by][end] or 0) < (change[start][end] or 0)
        for start, by, end in permutations(size, 3)
    )


def _keep_kitchens_apart(model: Any, ground: Ground, jobs: Sequence[_Job]) -> bool:  # noqa: ANN401  As above.
    """Let a rider change kitchen only with the time for it; tell whether anyone could change at all.

    Every two legs of a rider at different kitchens keep the time of the direct change between them, which is
    more than is asked where a way around is quicker; no infeasibility is concluded there.
    """
    some = False
    for first, second in permutations(jobs, 2):
        if first.leg.kitchen == second.leg.kitchen:
            continue
        change = ground.change[first.leg.kitchen][second.leg.kitchen]
        some = some or change is not None
        goes_first = model.new_bool_var("") if change is not None else None
        for one, other in product(first.ways, second.ways):
            if one.rider != other.rider:
                continue
            if goes_first is None or change is None:
                model.add_bool_or(~one.literal, ~other.literal)
                continue
            both = [one.literal, other.literal]
            end = first.start + ground.load + one.shape.length
            model.add(end + change <= second.start).only_enforce_if([*both, goes_first])
            back = ground.change[second.leg.kitchen][first.leg.kitchen] or 0
            other_end = second.start + ground.load + other.shape.length
            model.add(other_end + back <= first.start).only_enforce_if([*both, ~goes_first])
    return some
