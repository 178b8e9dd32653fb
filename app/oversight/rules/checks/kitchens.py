"""Home of the checks on kitchens: meals beyond the portions, and food that does not fit the covers."""

from __future__ import annotations

from collections import Counter, defaultdict

from app.oversight.rules.checks.facts import Facts
from app.oversight.rules.checks.seen import CLAIMED, MEAT
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
from app.oversight.rules.purchases import Food
from app.text import text
from app.till.rules.balance import Balance, BalanceState


@check(
    title=text("More meals than portions"),
    asks=text("Were more meals recorded than portions cooked or sent, and nobody explained it?"),
    innocent=text("Portions that were miscounted; meals cooked afterwards and not counted."),
    source=CLAIMED,
    sentence=text("{meals} meals more than portions at {sittings} sittings, unexplained."),
    severity=Severity.HIGH,
    parameters=(Parameter("least", text("at least so many meals"), 10, 1, NO_BOUND),),
)
def beyond_portions(facts: Facts, limits: Limits) -> Answer:
    """Find sites that recorded more meals than there were portions, and explained nothing."""
    over: defaultdict[str, list[Balance]] = defaultdict(list)
    uncounted: set[str] = set()
    for balance in facts.balances:
        if balance.state in (BalanceState.UNCOUNTED, BalanceState.UNASKED):
            uncounted.add(balance.where.site_code)
        elif balance.state is BalanceState.DIFFERS and balance.difference < 0:
            over[balance.where.site_code].append(balance)
    findings = []
    for site_code, sittings in over.items():
        portions = -sum(each.difference for each in sittings)
        if portions >= limits["least"]:
            evidence = tuple(
                Evidence(
                    EvidenceKind.SITTING,
                    f"{site_code}|{each.where.sitting.value}",
                    each.where.served_on,
                    site_code,
                    -each.difference,
                )
                for each in sittings
            )
            figures: Figures = {"meals": portions, "sittings": len(sittings)}
            findings.append(Finding(site_code, site_code, figures, evidence))
    return Answer(tuple(findings), (Gap(Missing.COUNTS, tuple(sorted(uncounted))),) if uncounted else ())


@check(
    title=text("Food bought does not fit the covers"),
    asks=text("Did a kitchen buy far more or far less food than its covers need?"),
    innocent=text("Stocks for a feast or the next month; food given as a donation."),
    source=MEAT,
    sentence=text(
        "{food}: {grams} g for each of {covers} covers; between {least} and {most} g are expected."
    ),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("meat_least", text("meat: at least so many grams a cover"), 40, 0, 5000),
        Parameter("meat_most", text("meat: at most so many grams a cover"), 250, 1, 5000),
        Parameter("rice_least", text("rice: at least so many grams a cover"), 50, 0, 5000),
        Parameter("rice_most", text("rice: at most so many grams a cover"), 250, 1, 5000),
        Parameter("vegetables_least", text("vegetables: at least so many grams a cover"), 80, 0, 5000),
        Parameter("vegetables_most", text("vegetables: at most so many grams a cover"), 500, 1, 5000),
        Parameter("least_covers", text("at least so many covers"), 100, 1, NO_BOUND),
    ),
)
def purchases_per_cover(facts: Facts, limits: Limits) -> Answer:
    """Find kitchens that bought far more, or far less, food than the covers they cooked for need."""
    covers: Counter[str] = Counter()
    for site_code, meals in facts.at_site.items():
        site = facts.sites.get(site_code)
        covers[site.kitchen if site is not None else site_code] += len(meals)
    bought = {(each.site_code, each.food): each.grams for each in facts.purchases}
    findings = []
    missing = {kitchen for kitchen in covers if not any((kitchen, food) in bought for food in Food)}
    for (kitchen, food), grams in bought.items():
        if covers[kitchen] < limits["least_covers"]:
            continue
        each = grams / covers[kitchen]
        if not limits[f"{food.value}_least"] <= each <= limits[f"{food.value}_most"]:
            figures: Figures = {
                "food": food.value,
                "grams": round(each),
                "covers": covers[kitchen],
                "least": limits[f"{food.value}_least"],
                "most": limits[f"{food.value}_most"],
            }
            evidence = (Evidence(EvidenceKind.PURCHASE, str(facts.month), None, kitchen, grams),)
            findings.append(Finding(f"{kitchen}:{food.value}", kitchen, figures, evidence))
    return Answer(tuple(findings), (Gap(Missing.PURCHASES, tuple(sorted(missing))),) if missing else ())
