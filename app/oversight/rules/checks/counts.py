"""Home of the checks on how many came: too even, no weekends, beyond peers, all the same, beyond seats."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from math import sqrt

from app.canteens.rules import SiteKind, Sitting
from app.meals.rules.vocabulary import Channel
from app.oversight.rules.checks.facts import Facts
from app.oversight.rules.checks.seen import BOXES, REGISTERS, VILLAGE
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

_MAD_TO_SIGMA = 1.4826
"""Times the median of absolute deviations, it estimates the standard deviation of a normal distribution."""

_FEWEST_PEERS = 5


def evidence_of_days(site_code: str, days: Counter[date]) -> tuple[Evidence, ...]:
    """Give a site's days with what was counted on each."""
    return tuple(
        Evidence(EvidenceKind.DAY, site_code, on, site_code, meals) for on, meals in sorted(days.items())
    )


@check(
    title=text("As many diners every day"),
    asks=text("Is the number of diners of a sitting nearly the same on every day of the month?"),
    innocent=text("A closed group that always comes together, such as a day-care group."),
    source=VILLAGE,
    sentence=text("On {days} days between {least} and {most} diners at {sitting}: hardly any change."),
    severity=Severity.HIGH,
    parameters=(
        Parameter("percent", text("variance below so many percent of the mean"), 20, 1, 100),
        Parameter("least_days", text("at least so many days with meals"), 15, 5, 31),
        Parameter("least_mean", text("at least so many diners a day on average"), 8, 2, NO_BOUND),
    ),
)
def flat_counts(facts: Facts, limits: Limits) -> Answer:
    """Find sittings whose number of diners hardly changes from day to day.

    Who comes by their own will varies: of independent diners who come half the time, the variance of the
    daily count is half its mean, and weather adds to it. What is made up keeps near one number.
    """
    findings, few = [], []
    for site_code, sittings in facts.daily.items():
        for sitting, days in sittings.items():
            if len(days) < limits["least_days"] or days.total() < limits["least_mean"] * len(days):
                few.append(site_code)
                continue
            mean, variance = statistics.fmean(days.values()), statistics.pvariance(days.values())
            if 100 * variance < limits["percent"] * mean:
                findings.append(_even(site_code, sitting, days))
    return Answer(tuple(findings), _too_few(few, facts))


def _even(site_code: str, sitting: Sitting, days: Counter[date]) -> Finding:
    figures: Figures = {
        "days": len(days),
        "least": min(days.values()),
        "most": max(days.values()),
        "sitting": sitting.value,
    }
    return Finding(f"{site_code}:{sitting.value}", site_code, figures, evidence_of_days(site_code, days))


@check(
    title=text("No fewer on weekends and holidays"),
    asks=text("Do as many come on weekends and holidays as on workdays, though fewer do elsewhere?"),
    innocent=text("A church, a market or a class that brings people on weekends."),
    source=VILLAGE,
    sentence=text(
        "On {days} rest days {share}% as many diners as on workdays; {usual}% is usual in the district."
    ),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("percent", text("at least so many percent above what is usual"), 15, 1, 200),
        Parameter("sigmas", text("at least so many standard deviations beyond chance"), 4, 1, 20),
        Parameter("least_mean", text("at least so many diners a workday"), 8, 2, NO_BOUND),
    ),
)
def no_rest_day_dip(facts: Facts, limits: Limits) -> Answer:
    """Find sites where as many come on weekends and holidays as on workdays, though elsewhere fewer do."""
    counted = {site: _all_sittings(sittings.values()) for site, sittings in facts.daily.items()}
    shares = {site: _rest_share(days, facts.rest_days) for site, days in counted.items()}
    known = {
        site: share for site, share in shares.items() if share and share.per_workday >= limits["least_mean"]
    }
    if len(known) < _FEWEST_PEERS:
        return Answer(gaps=(Gap(Missing.REST_DAYS),))
    usual = statistics.median(each.ratio for each in known.values())
    findings = []
    for site_code, share in known.items():
        expected = share.per_workday * usual * share.rest_days
        beyond = share.rest_meals - expected
        is_more = 100 * share.ratio >= (100 + limits["percent"]) * usual
        if is_more and beyond > limits["sigmas"] * sqrt(expected):
            figures: Figures = {
                "share": round(100 * share.ratio),
                "usual": round(100 * usual),
                "days": share.rest_days,
            }
            rest = Counter({on: meals for on, meals in counted[site_code].items() if on in facts.rest_days})
            findings.append(Finding(site_code, site_code, figures, evidence_of_days(site_code, rest)))
    return Answer(tuple(findings), _too_few(shares.keys() - known.keys(), facts))


class _Share:
    """How a site's rest days compare with its workdays."""

    def __init__(self, workdays: int, work_meals: int, rest_days: int, rest_meals: int) -> None:
        """Take the four counts."""
        self.per_workday = work_meals / workdays
        self.rest_days, self.rest_meals = rest_days, rest_meals
        self.ratio = (rest_meals / rest_days) / self.per_workday


def _rest_share(days: Counter[date], rest_days: frozenset[date]) -> _Share | None:
    rest = [meals for on, meals in days.items() if on in rest_days]
    work = [meals for on, meals in days.items() if on not in rest_days]
    return _Share(len(work), sum(work), len(rest), sum(rest)) if rest and work else None


def _all_sittings(sittings: Iterable[Counter[date]]) -> Counter[date]:
    total: Counter[date] = Counter()
    for each in sittings:
        total.update(each)
    return total


@check(
    title=text("Diners come far more often than elsewhere"),
    asks=text("Did each diner eat far more meals here than at other sites of the same kind?"),
    innocent=text("A site beside homes for the elderly, or the only one that serves three meals."),
    source=BOXES,
    sentence=text("{diners} diners ate {each} meals each; {usual} are usual at such sites."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("percent", text("at least so many percent above the median"), 60, 5, 500),
        Parameter("sigmas", text("at least so many spreads above the median"), 4, 1, 20),
        Parameter("least_diners", text("at least so many diners"), 10, 3, NO_BOUND),
    ),
)
def beyond_peers(facts: Facts, limits: Limits) -> Answer:
    """Find sites whose diners ate far more often than those of other sites of their kind."""
    findings: list[Finding] = []
    few: list[str] = []
    for kind in SiteKind:
        often = {
            site: eaten.total() / len(eaten)
            for site, eaten in facts.eaten.items()
            if len(eaten) >= limits["least_diners"] and site in facts.sites and facts.sites[site].kind is kind
        }
        if len(often) < _FEWEST_PEERS:
            few += often
            continue
        usual = statistics.median(often.values())
        spread = _MAD_TO_SIGMA * statistics.median(abs(each - usual) for each in often.values())
        bound = max(usual + limits["sigmas"] * spread, usual * (100 + limits["percent"]) / 100)
        findings += [_often(facts, site, usual) for site, meals in often.items() if meals > bound]
    return Answer(tuple(findings), _too_few(few, facts))


def _often(facts: Facts, site_code: str, usual: float) -> Finding:
    eaten = facts.eaten[site_code]
    figures: Figures = {
        "diners": len(eaten),
        "each": f"{eaten.total() / len(eaten):.1f}",
        "usual": f"{usual:.1f}",
    }
    most = sorted(eaten.items(), key=lambda each: (-each[1], each[0]))[:20]
    evidence = tuple(
        Evidence(EvidenceKind.RESIDENT, resident_no, site_code=site_code, figure=meals)
        for resident_no, meals in most
    )
    return Finding(site_code, site_code, figures, evidence)


@check(
    title=text("Everyone ate exactly as many meals"),
    asks=text("Did most diners of a site eat exactly the same number of meals in the month?"),
    innocent=text("A group that eats by subscription on fixed days."),
    source=REGISTERS,
    sentence=text("{diners} of {of} diners ate exactly {meals} meals."),
    severity=Severity.HIGH,
    parameters=(
        Parameter("percent", text("at least so many percent of the diners"), 50, 10, 100),
        Parameter("least_diners", text("at least so many diners"), 10, 3, NO_BOUND),
        Parameter("least_meals", text("at least so many meals each"), 8, 2, 93),
    ),
)
def all_the_same(facts: Facts, limits: Limits) -> Answer:
    """Find sites where most diners ate exactly as many meals as each other."""
    findings = []
    for site_code, eaten in facts.eaten.items():
        if len(eaten) < limits["least_diners"]:
            continue
        meals, diners = max(Counter(eaten.values()).items(), key=lambda each: (each[1], each[0]))
        if meals >= limits["least_meals"] and 100 * diners >= limits["percent"] * len(eaten):
            figures: Figures = {"diners": diners, "of": len(eaten), "meals": meals}
            evidence = tuple(
                Evidence(EvidenceKind.RESIDENT, resident_no, site_code=site_code, figure=meals)
                for resident_no, had in eaten.items()
                if had == meals
            )
            findings.append(Finding(site_code, site_code, figures, evidence))
    return Answer(tuple(findings))


@check(
    title=text("More diners than the seats hold"),
    asks=text("Did more people eat inside at a sitting than its seats hold, filled again and again?"),
    innocent=text("Take-away that was recorded as eaten inside; seats entered too low."),
    source=REGISTERS,
    sentence=text("At {sittings} sittings up to {most} diners inside, with {seats} seats."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("turns", text("each seat is filled at most so many times at a sitting"), 3, 1, 10),
        Parameter("least_sittings", text("at least so many sittings"), 2, 1, 93),
    ),
)
def beyond_seats(facts: Facts, limits: Limits) -> Answer:
    """Find sites where more ate inside at a sitting than its seats hold, however often they were filled."""
    inside: defaultdict[str, Counter[tuple[date, Sitting]]] = defaultdict(Counter)
    for meal in facts.standing:
        if meal.channel is Channel.DINE_IN:
            inside[meal.site_code][meal.served_on, meal.sitting] += 1
    findings, unknown = [], []
    for site_code, sittings in inside.items():
        seats = facts.sites[site_code].seats if site_code in facts.sites else None
        if seats is None:
            unknown.append(site_code)
            continue
        full = {where: meals for where, meals in sittings.items() if meals > seats * limits["turns"]}
        if len(full) >= limits["least_sittings"]:
            figures: Figures = {"sittings": len(full), "most": max(full.values()), "seats": seats}
            evidence = tuple(
                Evidence(EvidenceKind.DAY, site_code, on, site_code, meals) for (on, _), meals in full.items()
            )
            findings.append(Finding(site_code, site_code, figures, evidence))
    return Answer(tuple(findings), (Gap(Missing.SEATS, tuple(sorted(unknown))),) if unknown else ())


def _too_few(sites: Iterable[str], facts: Facts) -> tuple[Gap, ...]:
    named = tuple(sorted(set(sites) & facts.sites.keys()))
    return (Gap(Missing.TOO_FEW, named),) if named else ()
