"""Home of an award policy in plain words, as pages and papers say it. Pure."""

from __future__ import annotations

from app.money import format_yuan
from app.subsidy.rules.awards.policy import AwardPolicy, Band, Every, Formula, PerMeal, Schedule, Tiers
from app.subsidy.rules.awards.reckoning import YearFacts
from app.subsidy.rules.wording import ages_words
from app.text import Text, text


def formula_words(formula: Formula) -> list[Text]:
    """Say a formula, line by line."""
    if isinstance(formula, Band):
        return _band(formula)
    if isinstance(formula, Tiers):
        return [
            text(
                "From {average} meals a day on: {amount} yuan a year",
                average=tier.from_average,
                amount=format_yuan(tier.amount_fen),
            )
            for tier in formula.tiers
        ]
    if isinstance(formula, PerMeal):
        each = text("{amount} yuan for each subsidised meal", amount=format_yuan(formula.rate_fen))
        return [each, *_cap(formula.cap_fen)]
    ages = [
        text(
            "{amount} yuan for each meal from age {age} on",
            amount=format_yuan(rate.rate_fen),
            age=rate.age_from,
        )
        for rate in formula.rates
    ]
    return [*ages, *_cap(formula.cap_fen)]


def meals_by_age(facts: YearFacts) -> list[tuple[Text, int]]:
    """Say which ages each rate's meals were of, as far as the next rate's, and how many they were."""
    nexts = [*(age for age, _ in facts.meals_from_age[1:]), None]
    return [
        (ages_words(first, below), meals)
        for (first, meals), below in zip(facts.meals_from_age, nexts, strict=False)
    ]


def _band(formula: Band) -> list[Text]:
    weights = formula.weights
    first = text(
        "{floor} to {ceiling} yuan a year, by score",
        floor=format_yuan(formula.floor_fen),
        ceiling=format_yuan(formula.ceiling_fen),
    )
    if not weights.satisfaction and not weights.use:
        return [first]
    return [
        first,
        text(
            "Weights: score {score}, satisfaction {satisfaction}, use of the capacity {use}",
            score=weights.score,
            satisfaction=weights.satisfaction,
            use=weights.use,
        ),
    ]


def _cap(cap_fen: int | None) -> list[Text]:
    return [] if cap_fen is None else [text("At most {amount} yuan a year", amount=format_yuan(cap_fen))]


def cut_words(policy: AwardPolicy) -> list[Text]:
    """Say what an assessment takes away, line by line."""
    return [
        text("Score below {score}: {percent} percent less", score=cut.below, percent=cut.percent)
        for cut in policy.cuts
    ]


def grade(policy: AwardPolicy, score_tenths: int) -> Text:
    """Say how a score was judged."""
    percent = policy.cut_for(score_tenths)
    return text("{percent} percent less", percent=percent) if percent else text("passed")


def schedule_words(schedule: Schedule) -> Text:
    """Say when an award is paid."""
    month = {"month": schedule.first_month}
    if schedule.every is Every.ONCE:
        if schedule.is_next_year:
            return text("Paid in one sum in month {month} of the next year", **month)
        return text("Paid in one sum in month {month} of the year", **month)
    every = {"every": schedule.every.label, **month}
    if schedule.is_next_year:
        return text("Paid {every}, from month {month} of the next year on", **every)
    return text("Paid {every}, from month {month} of the year on", **every)
