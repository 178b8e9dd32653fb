"""Home of a policy told in plain sentences: who is eligible, who pays how much, how often. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.canteens.rules import Sitting
from app.money import format_yuan
from app.residents.rules.facts import Category, Status
from app.subsidy.rules.policy import Caps, Days, FenCaps, Layer, MealCaps, Policy, Rate, Venue, When
from app.text import Text, text


def listed(members: Sequence[Text]) -> Text:
    """Give several texts as one, in their order.

    >>> str(listed([text("lunch"), text("dinner")]))
    'lunch, dinner'
    """
    first, *rest = members
    return text("{first}, {rest}", first=first, rest=listed(rest)) if rest else first


def eligible(policy: Policy) -> list[Text]:
    """Tell who is subsidised at all."""
    eligibility = policy.eligibility
    sentences = [
        text("Aged {age} or over on the day of the meal", age=eligibility.min_age),
        text("The resident {belongs}", belongs=eligibility.belongs_by.label),
    ]
    excluded = [status.label for status in Status if status in eligibility.excluded_statuses]
    if excluded:
        sentences.append(text("Not for residents who are: {statuses}", statuses=listed(excluded)))
    return sentences


def served(policy: Policy) -> list[Text]:
    """Tell which meals are subsidised."""
    sittings = [sitting.label for sitting in Sitting if sitting in policy.sittings]
    sentences = [text("Sittings: {sittings}", sittings=listed(sittings))]
    sentences.append(
        text("On workdays only, by the calendar of holidays")
        if policy.days is Days.WORKDAYS
        else text("On every day")
    )
    if policy.min_price_fen:
        sentences.append(
            text("Only meals that cost {yuan} yuan or more", yuan=format_yuan(policy.min_price_fen))
        )
    if policy.price_must_exceed:
        sentences.append(text("Only meals that cost more than the subsidy"))
    return sentences


def conditions(when: When) -> Text:
    """Tell for whom or what a rate is.

    >>> str(conditions(When(category=Category.DISABLED, grades=frozenset("12"), age_from=70)))
    'disabled (grade 1, grade 2), aged 70 or over'
    >>> str(conditions(When()))
    'every eligible resident'
    """
    return listed(list(_conditions(when)) or [text("every eligible resident")])


def ages_words(first: int, below: int | None) -> Text:
    """Say from which age on, and below which if there is one.

    >>> str(ages_words(60, 70)), str(ages_words(80, None))
    ('aged 60 to 69', 'aged 80 or over')
    """
    if below is None:
        return text("aged {age} or over", age=first)
    return text("aged {first} to {last}", first=first, last=below - 1)


def _conditions(when: When) -> Iterator[Text]:
    if when.category is not None and when.grades:
        grades = listed(
            [grade_label(when.category, grade) for grade in _in_order(when.category, when.grades)]
        )
        yield text("{category} ({grades})", category=when.category.label, grades=grades)
    elif when.category is not None:
        yield when.category.label
    if when.age_from is not None:
        yield ages_words(when.age_from, when.age_below)
    elif when.age_below is not None:
        yield text("younger than {age}", age=when.age_below)
    if when.sitting is not None:
        yield text("at {sitting} only", sitting=when.sitting.label)


def _in_order(category: Category, grades: Iterable[str]) -> list[str]:
    held = frozenset(grades)
    return [grade for grade in category.grades if grade in held]


_DEGREES = {
    "light": text("light"),
    "moderate": text("moderate"),
    "severe": text("severe"),
    "total": text("total"),
}


def grade_label(category: Category, grade: str) -> Text:
    """Give a grade's name for a screen.

    >>> str(grade_label(Category.INCAPACITATED, "severe")), str(grade_label(Category.DISABLED, "2"))
    ('severe', 'grade 2')
    """
    if category is Category.INCAPACITATED:
        return _DEGREES[grade]
    return text("grade {grade}", grade=grade)


def amount(rate: Rate) -> Text:
    """Tell how much a rate gives.

    >>> str(amount(Rate(amount_fen=350)))
    '3.50 yuan'
    """
    if rate.percent is None:
        return text("{yuan} yuan", yuan=format_yuan(rate.amount_fen or 0))
    percent = f"{rate.percent.normalize():f}"
    if rate.at_most_fen is None:
        return text("{percent} percent of the price", percent=percent)
    return text(
        "{percent} percent of the price, at most {yuan} yuan",
        percent=percent,
        yuan=format_yuan(rate.at_most_fen),
    )


def caps(limits: Caps) -> list[Text]:
    """Tell how much one resident may have, over all sites together."""
    return [*_meal_caps(limits.meals), *_fen_caps(limits.fen)]


def _meal_caps(limits: MealCaps) -> Iterator[Text]:
    if limits.sitting is not None:
        yield text("At most {count} subsidised meals in one sitting", count=limits.sitting)
    if limits.day is not None:
        yield text("At most {count} subsidised meals in one day", count=limits.day)
    if limits.week is not None:
        yield text("At most {count} subsidised meals in one week, Monday to Sunday", count=limits.week)
    if limits.month is not None:
        yield text("At most {count} subsidised meals in one month", count=limits.month)


def _fen_caps(limits: FenCaps) -> Iterator[Text]:
    if limits.day is not None:
        yield text("At most {yuan} yuan of subsidy in one day", yuan=format_yuan(limits.day))
    if limits.week is not None:
        yield text(
            "At most {yuan} yuan of subsidy in one week, Monday to Sunday", yuan=format_yuan(limits.week)
        )
    if limits.month is not None:
        yield text("At most {yuan} yuan of subsidy in one month", yuan=format_yuan(limits.month))


def others(policy: Policy) -> list[Text]:
    """Tell what operator and charity give to a meal that the government subsidises."""
    sentences = []
    if policy.operator_discount_fen:
        sentences.append(
            text("The operator gives {yuan} yuan a meal", yuan=format_yuan(policy.operator_discount_fen))
        )
    if policy.charity_fen:
        sentences.append(
            text(
                "Charity gives {yuan} yuan a meal while its fund lasts", yuan=format_yuan(policy.charity_fen)
            )
        )
    return sentences


_PAYERS = {
    "state": text("state budget"),
    "province": text("province's budget"),
    "city": text("city's budget"),
    "district": text("district's budget"),
    "street": text("street's budget"),
    "charity": text("charity"),
}

GOVERNMENT_PAYERS = ("district", "street", "city", "province", "state")
"""The payers that have a name of their own, the nearest first."""


def payer_label(payer: str) -> Text:
    """Give a payer's name for a screen; one that a policy names in its own words is shown in them.

    >>> str(payer_label("district")), str(payer_label("天心区残联"))
    ("district's budget", '天心区残联')
    """
    return _PAYERS.get(payer) or text("{payer}", payer=payer)


def told(policy: Policy) -> list[Text]:
    """Tell a whole policy, sentence by sentence."""
    return [
        *eligible(policy),
        *served(policy),
        *caps(policy.caps),
        *(sentence for layer in policy.layers for sentence in _layer(layer)),
        *others(policy),
    ]


def _layer(layer: Layer) -> Iterator[Text]:
    fund = text("{payer} · {fund}", payer=payer_label(layer.payer), fund=layer.fund)
    for rate in layer.rates:
        yield text("{fund}: {whom}, {amount}", fund=fund, whom=conditions(rate.when), amount=amount(rate))
    if layer.venue is not Venue.ANY:
        yield text("{fund}: {rule}", fund=fund, rule=layer.venue.label)
    if len(layer.rates) > 1:
        yield text("{fund}: {rule}", fund=fund, rule=layer.combine.label)


@dataclass(frozen=True, slots=True)
class Difference:
    """What an older policy said that a newer one does not, and the other way round."""

    gone: tuple[Text, ...]
    come: tuple[Text, ...]


def difference(older: Policy, newer: Policy) -> Difference:
    """Tell what a newer policy changes.

    >>> from dataclasses import replace
    >>> from datetime import date
    >>> older = Policy("1", date(2026, 1, 1), "430103", ())
    >>> change = difference(older, replace(older, min_price_fen=500))
    >>> [str(sentence) for sentence in change.gone], [str(sentence) for sentence in change.come]
    ([], ['Only meals that cost 5.00 yuan or more'])
    """
    before, after = told(older), told(newer)
    return Difference(
        gone=tuple(sentence for sentence in before if sentence not in after),
        come=tuple(sentence for sentence in after if sentence not in before),
    )
