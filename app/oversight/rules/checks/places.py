"""Home of the checks on meals claimed at two places: far apart, or at a kitchen and at its own point."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from app.oversight.rules.checks.facts import Facts, MealRow
from app.oversight.rules.checks.people import evidence_of_meals, usual_site
from app.oversight.rules.checks.seen import BOXES, CLAIMED
from app.oversight.rules.checks.vocabulary import (
    NO_BOUND,
    Answer,
    Figures,
    Finding,
    Limits,
    Parameter,
    Severity,
    check,
)
from app.text import text

_Pair = tuple[MealRow, MealRow, int]
"""Two meals of one person at one sitting, and how many metres apart."""


@check(
    title=text("Two far sites at one sitting"),
    asks=text("Was one person recorded at one sitting at two sites far from each other?"),
    innocent=text("A card lent to a relative; the wrong person of one name was touched."),
    source=BOXES,
    sentence=text("{meals} meals at sites up to {metres} m from each other, at the same sittings."),
    severity=Severity.HIGH,
    parameters=(
        Parameter("metres", text("at least so many metres apart"), 3000, 100, 100_000),
        Parameter("sittings", text("at so many sittings, however long it was between"), 2, 1, 93),
        Parameter("kmh", text("or faster than so many km/h as the crow flies"), 30, 5, 120),
    ),
)
def two_far_sites(facts: Facts, limits: Limits) -> Answer:
    """Find people who were recorded at one sitting at two sites too far from each other.

    Once in a month with time for the way is no question: one person can have gone there, and the second meal
    was not subsidised. Faster than anybody goes is one, but it may be a card that was lent, and it is less
    urgent than what comes again and again.
    """
    apart: defaultdict[str, list[_Pair]] = defaultdict(list)
    for meals in facts.doubles:
        for one, other in combinations(meals, 2):
            metres = _metres(facts, one, other)
            if metres >= limits["metres"]:
                apart[one.resident_no].append((one, other, metres))
    found = (_far_apart(number, pairs, limits) for number, pairs in apart.items())
    return Answer(tuple(each for each in found if each is not None))


def _far_apart(number: str, pairs: list[_Pair], limits: Limits) -> Finding | None:
    sittings = {(one.served_on, one.sitting) for one, _, _ in pairs}
    is_again = len(sittings) >= limits["sittings"]
    if not is_again and not any(_is_too_fast(pair, limits["kmh"]) for pair in pairs):
        return None
    meals = dict.fromkeys(meal for one, other, _ in pairs for meal in (one, other))
    figures: Figures = {"meals": len(meals), "metres": max(metres for _, _, metres in pairs)}
    severity = None if is_again else Severity.LOW
    return Finding(number, usual_site(meals), figures, evidence_of_meals(meals), severity)


def _is_too_fast(pair: _Pair, kmh: int) -> bool:
    one, other, metres = pair
    seconds = abs((other.served_at - one.served_at).total_seconds())
    return metres * 3600 > kmh * 1000 * seconds


def _metres(facts: Facts, one: MealRow, other: MealRow) -> int:
    here, there = facts.sites.get(one.site_code), facts.sites.get(other.site_code)
    if here is None or there is None or here.place is None or there.place is None:
        return 0
    return round(here.place.metres_to(there.place))


@check(
    title=text("A kitchen and its point claim one meal"),
    asks=text("Did a kitchen and a point that it cooks for record the same people at one sitting?"),
    innocent=text("Somebody who fetched a second meal at full price."),
    source=CLAIMED,
    sentence=text("{times} times the kitchen {kitchen} recorded somebody who ate at its point too."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("least", text("at least so many times"), 5, 1, NO_BOUND),
        Parameter("percent", text("at least so many percent of the point's meals"), 3, 0, 100),
    ),
)
def kitchen_and_point(facts: Facts, limits: Limits) -> Answer:
    """Find people whom a kitchen and a point that it cooks for both claim at one sitting."""
    claimed: defaultdict[tuple[str, str], list[MealRow]] = defaultdict(list)
    for meals in facts.doubles:
        for one, other in combinations(meals, 2):
            for kitchen, point in ((one, other), (other, one)):
                site = facts.sites.get(point.site_code)
                if site is not None and site.kitchen_code == kitchen.site_code:
                    claimed[point.site_code, kitchen.site_code] += [point, kitchen]
    findings = []
    for (point_code, kitchen_code), meals in claimed.items():
        times = len(meals) // 2
        share = 100 * times >= limits["percent"] * len(facts.at_site[point_code])
        if times >= limits["least"] and share:
            figures: Figures = {"times": times, "kitchen": kitchen_code}
            subject = f"{point_code}:{kitchen_code}"
            findings.append(Finding(subject, point_code, figures, evidence_of_meals(meals)))
    return Answer(tuple(findings))
