"""Home of the checks on deliveries: a rider at two places, trips too quick, meals without proof."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from app.clock import on
from app.meals.rules.vocabulary import Channel
from app.oversight.rules.checks.facts import Facts, HandoverRow, MealRow
from app.oversight.rules.checks.people import evidence_of_meals
from app.oversight.rules.checks.seen import VOLUNTEERS
from app.oversight.rules.checks.vocabulary import (
    NO_BOUND,
    Answer,
    Evidence,
    EvidenceKind,
    Figures,
    Finding,
    Gap,
    Limits,
    Missing,
    Parameter,
    Severity,
    check,
)
from app.text import text

_SECONDS_AN_HOUR = 3600
_NEXT_HOUSE_METRES = 50
"""Doors nearer than that may be in one house, or on one floor."""

_Trip = tuple[HandoverRow, HandoverRow, float, float]


def _trips(facts: Facts) -> Iterator[_Trip]:
    """Give each two hand-overs that follow each other in a rider's day, with metres and seconds between."""
    days: defaultdict[tuple[str, object], list[HandoverRow]] = defaultdict(list)
    for each in facts.handovers:
        if each.place is not None:
            days[each.rider_no, on(each.happened_at)].append(each)
    for rides in days.values():
        for one, other in pairwise(sorted(rides, key=lambda each: (each.happened_at, each.run_id))):
            if one.place is not None and other.place is not None:
                seconds = (other.happened_at - one.happened_at).total_seconds()
                yield one, other, one.place.metres_to(other.place), seconds


def _of_riders(facts: Facts, is_odd: Callable[[_Trip], bool]) -> Answer:
    if not facts.handovers:
        return Answer(gaps=(Gap(Missing.HANDOVERS),))
    odd: defaultdict[str, list[_Trip]] = defaultdict(list)
    for trip in _trips(facts):
        if is_odd(trip):
            odd[trip[0].rider_no].append(trip)
    return Answer(tuple(_finding(rider_no, trips) for rider_no, trips in odd.items()))


def _finding(rider_no: str, trips: list[_Trip]) -> Finding:
    quickest = max(trips, key=lambda trip: trip[2] / max(trip[3], 1))
    evidence = {
        Evidence(EvidenceKind.RUN, str(each.run_id), on(each.happened_at), each.kitchen_code): None
        for one, other, _, _ in trips
        for each in (one, other)
    }
    figures: Figures = {
        "times": len(trips),
        "metres": round(quickest[2]),
        "seconds": round(quickest[3]),
        "rider": rider_no,
    }
    return Finding(rider_no, trips[0][0].kitchen_code, figures, tuple(evidence))


@check(
    title=text("A rider at two places"),
    asks=text("Did one rider hand over on two runs at doors apart, at nearly the same time?"),
    innocent=text("Two volunteers who use one phone."),
    source=VOLUNTEERS,
    sentence=text(
        "Rider {rider}: {times} times at two places at once, such as {metres} m within {seconds} s."
    ),
    severity=Severity.HIGH,
    parameters=(
        Parameter("minutes", text("within so many minutes"), 2, 1, 60),
        Parameter("metres", text("at least so many metres apart"), 300, 50, 50_000),
    ),
)
def rider_at_two_places(facts: Facts, limits: Limits) -> Answer:
    """Find riders who handed over on two runs, at doors apart, at nearly the same time."""

    def is_odd(trip: _Trip) -> bool:
        one, other, metres, seconds = trip
        return one.run_id != other.run_id and metres >= limits["metres"] and seconds <= limits["minutes"] * 60

    return _of_riders(facts, is_odd)


@check(
    title=text("Trips too quick to be true"),
    asks=text("Did a rider go from door to door faster than an e-bike goes?"),
    innocent=text("Hand-overs that were reported together at the end, or doors placed wrongly."),
    source=VOLUNTEERS,
    sentence=text("Rider {rider}: {times} trips too quick, such as {metres} m within {seconds} s."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("kmh", text("faster than so many km/h as the crow flies"), 30, 10, 120),
        Parameter("metres", text("at least so many metres apart"), 200, 50, 50_000),
        Parameter("seconds", text("or less than so many seconds for a house of its own"), 30, 5, 300),
        Parameter("doors", text("at so many doors at the least"), 3, 1, NO_BOUND),
    ),
)
def impossible_trip(facts: Facts, limits: Limits) -> Answer:
    """Find riders who went from door to door faster than an e-bike goes, on one run.

    A door takes two or three minutes: to climb, to knock, to hand over and to look around. So hand-overs at
    houses of their own within half a minute are as odd where the houses lie near each other, if they come
    more than once or twice.
    """

    def is_too_fast(trip: _Trip) -> bool:
        one, other, metres, seconds = trip
        too_fast = metres * _SECONDS_AN_HOUR > limits["kmh"] * 1000 * seconds
        return one.run_id == other.run_id and metres >= limits["metres"] and too_fast

    def is_too_short(trip: _Trip) -> bool:
        one, other, metres, seconds = trip
        return one.run_id == other.run_id and metres >= _NEXT_HOUSE_METRES and seconds < limits["seconds"]

    hurried = Counter(trip[0].rider_no for trip in _trips(facts) if is_too_short(trip))
    often = {rider_no for rider_no, times in hurried.items() if times >= limits["doors"]}
    return _of_riders(
        facts, lambda trip: is_too_fast(trip) or (trip[0].rider_no in often and is_too_short(trip))
    )


@check(
    title=text("Delivered without proof"),
    asks=text("Were delivered meals claimed of which no report says that they were handed over?"),
    innocent=text("A rider's paper that was never keyed back."),
    source=VOLUNTEERS,
    sentence=text("{meals} delivered meals on planned days without any report of a hand-over."),
    severity=Severity.MEDIUM,
    parameters=(Parameter("least", text("at least so many meals"), 5, 1, NO_BOUND),),
)
def without_proof(facts: Facts, limits: Limits) -> Answer:
    """Find kitchens that claim delivered meals which no plan, phone or paper says were handed over."""
    unproven: defaultdict[str, list[MealRow]] = defaultdict(list)
    unplanned: set[str] = set()
    for meal in facts.standing:
        if meal.channel is not Channel.DELIVERED:
            continue
        if (meal.site_code, meal.served_on, meal.sitting) not in facts.planned:
            unplanned.add(meal.site_code)
        elif (meal.resident_no, meal.served_on, meal.sitting) not in facts.proven:
            unproven[meal.site_code].append(meal)
    findings = (
        Finding(site, site, {"meals": len(meals)}, evidence_of_meals(meals))
        for site, meals in unproven.items()
        if len(meals) >= limits["least"]
    )
    gap = (Gap(Missing.PLAN, tuple(sorted(unplanned))),) if unplanned else ()
    return Answer(tuple(findings), gap)
