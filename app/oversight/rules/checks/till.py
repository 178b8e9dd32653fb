"""Home of the checks on how meals were recorded: too fast, out of hours, late, by hand, undone at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from app.canteens.rules import Sitting
from app.clock import SHANGHAI, on
from app.meals.rules.vocabulary import FoundBy
from app.oversight.rules.checks.facts import Facts, MealRow
from app.oversight.rules.checks.people import evidence_of_meals
from app.oversight.rules.checks.seen import CARDS, REGISTERS
from app.oversight.rules.checks.vocabulary import (
    NO_BOUND,
    Answer,
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

_BY_HAND = frozenset({FoundBy.SEARCH, FoundBy.TYPED})
_TOGETHER = timedelta(minutes=10)
"""Records that follow each other within it were entered in one go."""


def _till(meal: MealRow) -> str:
    """Name the tablet, or the desk and whoever sat at it."""
    return f"{meal.site_code}:{meal.tablet or meal.recorded_by}"


@check(
    title=text("Recorded faster than people walk by"),
    asks=text("Did one tablet record many diners in a row, each within seconds of the last?"),
    innocent=text("A queue that was noted on paper and typed in afterwards."),
    source=CARDS,
    sentence=text(
        "{meals} meals on {days} days were recorded in long rows, faster than one in {seconds} seconds."
    ),
    severity=Severity.HIGH,
    parameters=(
        Parameter("seconds", text("faster than one in so many seconds"), 8, 1, 60),
        Parameter("in_a_row", text("so many in a row"), 10, 3, 1000),
    ),
)
def bursts(facts: Facts, limits: Limits) -> Answer:
    """Find tills that recorded many diners in a row faster than people can pass a counter."""
    recorded: defaultdict[str, list[MealRow]] = defaultdict(list)
    for meal in facts.meals:
        if meal.is_at_counter:
            recorded[_till(meal)].append(meal)
    findings = []
    for till, meals in recorded.items():
        fast = _too_fast(
            sorted(meals, key=lambda meal: (meal.served_at, meal.id)), limits["in_a_row"], limits["seconds"]
        )
        if fast:
            days = len({meal.served_on for meal in fast})
            figures: Figures = {"meals": len(fast), "days": days, "seconds": limits["seconds"]}
            findings.append(Finding(till, fast[0].site_code, figures, evidence_of_meals(fast)))
    return Answer(tuple(findings))


def _too_fast(meals: Sequence[MealRow], in_a_row: int, seconds: int) -> list[MealRow]:
    """Give the records of every stretch of so many whose first and last lie too near each other.

    Who was recorded for several people at once, such as a couple, is no stretch.
    """
    shortest = timedelta(seconds=seconds * (in_a_row - 1))
    marked: set[int] = set()
    for last in range(in_a_row - 1, len(meals)):
        first = last - in_a_row + 1
        if meals[last].served_at - meals[first].served_at < shortest:
            marked.update(range(first, last + 1))
    return [meals[place] for place in sorted(marked)]


@check(
    title=text("Recorded outside serving hours"),
    asks=text("Were meals recorded at the counter when nobody serves that sitting?"),
    innocent=text("A tablet whose clock is wrong; a feast served later."),
    source=REGISTERS,
    sentence=text("{meals} meals were recorded outside serving hours."),
    severity=Severity.LOW,
    parameters=(
        Parameter("breakfast_from", text("breakfast from (630 is 6:30)"), 600, 0, 2359),
        Parameter("breakfast_until", text("breakfast until"), 930, 0, 2359),
        Parameter("lunch_from", text("lunch from"), 1030, 0, 2359),
        Parameter("lunch_until", text("lunch until"), 1400, 0, 2359),
        Parameter("dinner_from", text("dinner from"), 1600, 0, 2359),
        Parameter("dinner_until", text("dinner until"), 1930, 0, 2359),
        Parameter("least_meals", text("at least so many meals"), 10, 1, NO_BOUND),
    ),
)
def outside_hours(facts: Facts, limits: Limits) -> Answer:
    """Find sites that recorded meals at their counter when nobody serves that sitting."""
    hours = {
        sitting: (limits[f"{sitting.value}_from"], limits[f"{sitting.value}_until"]) for sitting in Sitting
    }
    outside: defaultdict[str, list[MealRow]] = defaultdict(list)
    for meal in facts.standing:
        if meal.is_at_counter:
            local = meal.served_at.astimezone(SHANGHAI)
            begins, ends = hours[meal.sitting]
            is_that_day = local.date() == meal.served_on
            if not is_that_day or not begins <= local.hour * 100 + local.minute <= ends:
                outside[meal.site_code].append(meal)
    return Answer(
        tuple(
            Finding(site, site, {"meals": len(meals)}, evidence_of_meals(meals))
            for site, meals in outside.items()
            if len(meals) >= limits["least_meals"]
        )
    )


@check(
    title=text("Entered late in bulk by one login"),
    asks=text("Did one login enter many meals in one go, long after they were eaten?"),
    innocent=text("A power cut, after which the paper sheets were keyed back."),
    source=REGISTERS,
    sentence=text("{meals} meals were entered in one go by {user}, {hours} hours or more afterwards."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("hours", text("at least so many hours after the meal"), 24, 1, 720),
        Parameter("least_meals", text("at least so many meals in one go"), 15, 2, NO_BOUND),
    ),
)
def late_in_bulk(facts: Facts, limits: Limits) -> Answer:
    """Find many meals that one login entered in one go, long after they were eaten.

    What tablets send late is no such thing: it was recorded at the counter, and waited for a network.
    """
    late: defaultdict[tuple[str, str], list[MealRow]] = defaultdict(list)
    wait = timedelta(hours=limits["hours"])
    for meal in facts.meals:
        if not meal.tablet and meal.received_at - meal.served_at >= wait:
            late[meal.site_code, meal.recorded_by].append(meal)
    findings = []
    for (site_code, user_no), meals in late.items():
        bulk = [meal for batch in _in_one_go(meals) if len(batch) >= limits["least_meals"] for meal in batch]
        if bulk:
            figures: Figures = {"meals": len(bulk), "hours": limits["hours"], "user": user_no}
            findings.append(Finding(f"{site_code}:{user_no}", site_code, figures, evidence_of_meals(bulk)))
    return Answer(tuple(findings))


def _in_one_go(meals: Sequence[MealRow]) -> Iterator[list[MealRow]]:
    batch: list[MealRow] = []
    for meal in sorted(meals, key=lambda each: (each.received_at, each.id)):
        if batch and meal.received_at - batch[-1].received_at > _TOGETHER:
            yield batch
            batch = []
        batch.append(meal)
    if batch:
        yield batch


@check(
    title=text("Looked up by hand too often"),
    asks=text("Were most diners of a tablet searched or typed, and not scanned or touched?"),
    innocent=text("A new site where few have their card yet; a broken camera."),
    source=CARDS,
    sentence=text("{typed} of {of} diners were searched or typed by hand."),
    severity=Severity.LOW,
    parameters=(
        Parameter("percent", text("at least so many percent of the diners"), 60, 5, 100),
        Parameter("least_meals", text("at least so many meals"), 30, 5, NO_BOUND),
    ),
)
def by_hand(facts: Facts, limits: Limits) -> Answer:
    """Find tills where most diners were looked up by hand, and so need not have been there."""
    noted: defaultdict[str, list[MealRow]] = defaultdict(list)
    silent = set(facts.at_site)
    for meal in facts.standing:
        if meal.is_at_counter and meal.found_by is not None:
            noted[_till(meal)].append(meal)
            silent.discard(meal.site_code)
    findings = []
    for till, meals in noted.items():
        typed = [meal for meal in meals if meal.found_by in _BY_HAND]
        if len(meals) >= limits["least_meals"] and 100 * len(typed) >= limits["percent"] * len(meals):
            figures: Figures = {"typed": len(typed), "of": len(meals)}
            findings.append(Finding(till, meals[0].site_code, figures, evidence_of_meals(typed)))
    gap = (Gap(Missing.WAY_OF_FINDING, tuple(sorted(silent))),) if silent else ()
    return Answer(tuple(findings), gap)


@check(
    title=text("Reversals just before the month closes"),
    asks=text("Were far more meals reversed at the month's end than before?"),
    innocent=text("Mistakes that were gathered and put right before the statement."),
    source=REGISTERS,
    sentence=text("{late} reversals in the last {days} days or later, {before} in all the days before."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("days", text("in the last so many days of the month, or after it"), 3, 1, 15),
        Parameter("least", text("at least so many reversals"), 8, 1, NO_BOUND),
        Parameter("times", text("more than so many times as often as before"), 4, 1, 100),
    ),
)
def undone_before_close(facts: Facts, limits: Limits) -> Answer:
    """Find sites that reversed far more meals at the month's end than they did before it."""
    ends = facts.month.last_on - timedelta(days=limits["days"] - 1)
    before: Counter[str] = Counter()
    late: defaultdict[str, list[MealRow]] = defaultdict(list)
    for meal in facts.meals:
        if meal.undone_at is not None:
            if on(meal.undone_at) >= ends:
                late[meal.site_code].append(meal)
            else:
                before[meal.site_code] += 1
    days_before = (ends - facts.month.first_on).days
    return Answer(
        tuple(
            Finding(site, site, _undone(len(meals), before[site], limits), evidence_of_meals(meals))
            for site, meals in late.items()
            if len(meals) >= limits["least"]
            and len(meals) * days_before > limits["times"] * before[site] * limits["days"]
        )
    )


def _undone(late: int, before: int, limits: Limits) -> Figures:
    return {"late": late, "days": limits["days"], "before": before}
