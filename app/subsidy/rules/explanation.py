"""Home of the explanation: one split told step by step, by the very rules that made it. Pure.

Nothing is decided here. Which step held a price back is what its split says, since reasons are given in
their order; what a rate would pay is asked of the rate; what is added are the facts that were compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.money import format_yuan
from app.residents.rules.facts import CategoryPeriod, ResidentFacts, Status
from app.subsidy.rules.calendar import WorkCalendar
from app.subsidy.rules.policy import Caps, Combine, Days, FenCaps, Layer, MealCaps, Policy, Rate, When
from app.subsidy.rules.reasons import Reason
from app.subsidy.rules.split import (
    LayerShare,
    Occasion,
    Offer,
    Split,
    Usage,
    is_reached,
    left_of_caps,
    offers_of,
)
from app.subsidy.rules.wording import amount, caps, conditions, listed
from app.text import Text, text

Naming = Callable[[str], str]
"""Gives an area's name by its code."""

_ORDER = {reason: place for place, reason in enumerate(Reason)}


class Verdict(StrEnum):
    """How a step came out."""

    PASSED = "passed"
    STOPPED = "stopped"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> Text:
        """Give the outcome for a screen."""
        return {
            Verdict.PASSED: text("met"),
            Verdict.STOPPED: text("not met: this decides"),
            Verdict.NOT_ASKED: text("not asked any more"),
        }[self]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the rule asks, what the facts say to it, and how that came out."""

    reason: Reason
    asked: Text
    found: Text
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RateTold:
    """One rate of a layer: for whom and how much, whether it is the one that pays, and why or why not."""

    rule: Text
    applies: bool
    why: Text


@dataclass(frozen=True, slots=True)
class LayerTold:
    """One payer and fund: its rates, what they offer together, and what was given of it."""

    payer: str
    fund: str
    rates: tuple[RateTold, ...]
    offered_fen: int
    given_fen: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a price was split as it was: the steps, the layers if it came to them, what held them back."""

    steps: tuple[Step, ...]
    layers: tuple[LayerTold, ...]
    held_back: Text | None


def explain(
    occasion: Occasion,
    *,
    policy: Policy | None,
    used: Usage,
    calendar: WorkCalendar,
    split: Split,
    named: Naming = str,
) -> Explanation:
    """Tell how `split_price` came to this split of this occasion."""
    if split.reason is Reason.REVERSED:
        return Explanation((), (), None)
    asked = [*_of_person(occasion, policy, named), *_of_meal(occasion, policy, calendar)]
    offers: list[Offer] = []
    if policy is not None and occasion.resident is not None:
        offers = offers_of(occasion.circumstances(occasion.resident, calendar), policy)
        asked += [*_of_price(occasion, policy, offers), *_of_caps(policy.caps, used)]
        asked += [_of_rates(offers)]
    elif policy is None:
        asked.append((Reason.NO_RATE, text("A policy is in force"), text("none was"), None))
    layers: tuple[LayerTold, ...] = ()
    if policy is not None and _ORDER[split.reason] >= _ORDER[Reason.PRICE_NOT_ABOVE_SUBSIDY]:
        layers = tuple(_layers(occasion, policy, offers, split))
    return Explanation(
        steps=tuple(
            Step(reason, what, found, _verdict(reason, split.reason, holds))
            for reason, what, found, holds in asked
        ),
        layers=layers,
        held_back=_held_back(occasion, policy, used, layers=layers, split=split),
    )


_Asked = tuple[Reason, Text, Text, bool | None]
"""The reason that a step gives if it is not met, what it asks, what was found, and whether it alone holds.

The last is told only where several steps share one reason.
"""


def _verdict(reason: Reason, given: Reason, holds: bool | None) -> Verdict:  # noqa: FBT001 - a member of _Asked
    if _ORDER[reason] == _ORDER[given]:
        return Verdict.PASSED if holds else Verdict.STOPPED
    return Verdict.PASSED if _ORDER[reason] < _ORDER[given] else Verdict.NOT_ASKED


def _of_person(occasion: Occasion, policy: Policy | None, named: Naming) -> Iterator[_Asked]:
    resident, on = occasion.resident, occasion.on
    if resident is None:
        yield Reason.NOT_REGISTERED, text("The person is registered"), text("nobody by this number"), None
        return
    yield Reason.NOT_REGISTERED, text("The person is registered"), text("registered"), None
    status = _status(resident, occasion)
    yield Reason.DECEASED, text("Alive on the day of the meal"), status, None
    if policy is None:
        return
    eligibility = policy.eligibility
    excluded = [each.label for each in Status if each in eligibility.excluded_statuses]
    if excluded:
        asked = text("Not for residents who are: {statuses}", statuses=listed(excluded))
        yield Reason.EXCLUDED_STATUS, asked, status, None
    asked = text("Aged {age} or over on the day of the meal", age=eligibility.min_age)
    yield Reason.UNDER_AGE, asked, text("aged {age} on {day}", age=resident.age_on(on), day=on), None
    asked = text("The resident {belongs}", belongs=eligibility.belongs_by.label)
    areas = text(
        "lives in {residence}, household registration in {registered}; the area is {district}",
        residence=_place(resident.residence_area, named),
        registered=_place(resident.registered_area, named),
        district=_place(policy.district, named),
    )
    yield Reason.NOT_LOCAL, asked, areas, None


def _place(code: str, named: Naming) -> Text:
    """Name an area with its code, which is what the rule compares."""
    return text("{name} ({code})", name=named(code), code=code) if code else text("not known")


def _status(resident: ResidentFacts, occasion: Occasion) -> Text:
    begun = [change.from_on for change in resident.statuses if change.from_on <= occasion.on]
    label = resident.status_on(occasion.on).label
    return text("{status} since {day}", status=label, day=max(begun)) if begun else label


def _of_meal(occasion: Occasion, policy: Policy | None, calendar: WorkCalendar) -> Iterator[_Asked]:
    if occasion.resident is None:
        return
    site, on = occasion.site, occasion.on
    days = text("open from {opened}", opened=site.opened_on)
    if site.closed_on is not None:
        days = text("open from {opened}, closed from {closed}", opened=site.opened_on, closed=site.closed_on)
    yield Reason.SITE_CLOSED, text("The site is open on the day"), days, None
    if policy is None:
        return
    sittings = listed(
        [sitting.label for sitting in sorted(policy.sittings, key=list(type(occasion.sitting)).index)]
    )
    asked = text("Sittings: {sittings}", sittings=sittings)
    yield Reason.SITTING_NOT_SUBSIDISED, asked, occasion.sitting.label, None
    if policy.days is Days.WORKDAYS:
        found = (
            text("{day} is a workday", day=on)
            if calendar.is_workday(on)
            else text("{day} is no workday", day=on)
        )
        yield Reason.NOT_A_WORKDAY, text("On workdays only, by the calendar of holidays"), found, None
    if policy.min_price_fen:
        asked = text("Only meals that cost {yuan} yuan or more", yuan=format_yuan(policy.min_price_fen))
        yield Reason.BELOW_MIN_PRICE, asked, _yuan(occasion.price_fen), None


def _of_price(occasion: Occasion, policy: Policy, offers: Sequence[Offer]) -> Iterator[_Asked]:
    if policy.price_must_exceed:
        found = text(
            "{price} yuan; the subsidy would be {subsidy} yuan",
            price=format_yuan(occasion.price_fen),
            subsidy=format_yuan(sum(offer.amount_fen for offer in offers)),
        )
        yield Reason.PRICE_NOT_ABOVE_SUBSIDY, text("Only meals that cost more than the subsidy"), found, None


def _of_caps(limits: Caps, used: Usage) -> Iterator[_Asked]:
    meals, fen = limits.meals, limits.fen
    for reason, cap, spent, alone in (
        (Reason.CAP_SITTING, meals.sitting, used.meals_sitting, MealCaps(sitting=meals.sitting)),
        (Reason.CAP_DAY, meals.day, used.meals_day, MealCaps(day=meals.day)),
        (Reason.CAP_DAY, fen.day, used.day_fen, FenCaps(day=fen.day)),
        (Reason.CAP_WEEK, meals.week, used.meals_week, MealCaps(week=meals.week)),
        (Reason.CAP_WEEK, fen.week, used.week_fen, FenCaps(week=fen.week)),
        (Reason.CAP_MONTH, meals.month, used.meals_month, MealCaps(month=meals.month)),
        (Reason.CAP_MONTH, fen.month, used.month_fen, FenCaps(month=fen.month)),
    ):
        if cap is None:
            continue
        if isinstance(alone, MealCaps):
            (asked,) = caps(Caps(meals=alone))
            found = text("{count} subsidised meals before this one", count=spent)
        else:
            (asked,) = caps(Caps(fen=alone))
            found = text("{yuan} yuan before this meal", yuan=format_yuan(spent))
        yield reason, asked, found, not is_reached(cap, spent)


def _of_rates(offers: Sequence[Offer]) -> _Asked:
    found = text("some apply; see below") if offers else text("none applies; see below")
    return Reason.NO_RATE, text("A rate applies to this resident and meal"), found, None


def _layers(occasion: Occasion, policy: Policy, offers: Sequence[Offer], split: Split) -> Iterator[LayerTold]:
    """Tell each layer; those that gave something gave in the order of their offers."""
    offered = {id(offer.layer): offer.amount_fen for offer in offers}
    given = iter(split.layers)
    for layer in policy.layers:
        amount_fen = offered.get(id(layer), 0)
        share = next(given, None) if amount_fen else None
        yield LayerTold(
            layer.payer, layer.fund, tuple(_rates(occasion, layer, amount_fen)), amount_fen, _fen(share)
        )


def _fen(share: LayerShare | None) -> int:
    return share.amount_fen if share is not None else 0


def _rates(occasion: Occasion, layer: Layer, offered_fen: int) -> Iterator[RateTold]:
    """Tell each rate; of several of which the highest counts, the first that gives it."""
    resident = occasion.resident
    if resident is None:
        return
    age, held = resident.age_on(occasion.on), resident.categories_on(occasion.on)
    is_taken = False
    for rate in layer.rates:
        rule = text("{whom}, {amount}", whom=conditions(rate.when), amount=amount(rate))
        unmet = _unmet(rate.when, age, held, occasion)
        if not layer.venue.holds(residence_area=resident.residence_area, site_area=occasion.site.area_code):
            yield RateTold(rule, applies=False, why=layer.venue.label)
        elif unmet:
            yield RateTold(rule, applies=False, why=text("does not apply: {unmet}", unmet=listed(unmet)))
        else:
            is_lower = layer.combine is Combine.BEST and (
                is_taken or rate.on_price(occasion.price_fen) < offered_fen
            )
            is_taken = is_taken or not is_lower
            yield RateTold(rule, applies=not is_lower, why=_why(rate, occasion, is_lower=is_lower))


def _why(rate: Rate, occasion: Occasion, *, is_lower: bool) -> Text:
    offered = format_yuan(rate.on_price(occasion.price_fen))
    if is_lower:
        return text("would give {yuan} yuan, but only the highest counts", yuan=offered)
    return text("applies: {yuan} yuan", yuan=offered)


def _unmet(when: When, age: int, held: Sequence[CategoryPeriod], occasion: Occasion) -> list[Text]:
    """Give which of a rate's conditions the facts do not meet."""
    unmet = []
    if not when.fits_age(age):
        unmet.append(text("aged {age} on {day}", age=age, day=occasion.on))
    if not when.fits_categories(held):
        unmet.append(text("the category is not held on {day}", day=occasion.on))
    if not when.fits_sitting(occasion.sitting):
        unmet.append(text("this is {sitting}", sitting=occasion.sitting.label))
    return unmet


def _held_back(
    occasion: Occasion, policy: Policy | None, used: Usage, *, layers: Sequence[LayerTold], split: Split
) -> Text | None:
    """Tell why less was given than the layers offer; None where all of it was, or nothing at all."""
    offered_fen = sum(layer.offered_fen for layer in layers)
    if policy is None or split.reason is not Reason.OK or offered_fen <= split.government_fen:
        return None
    left_fen = left_of_caps(policy.caps, used, otherwise=occasion.price_fen)
    offered, given = format_yuan(offered_fen), format_yuan(split.government_fen)
    if left_fen < occasion.price_fen:
        return text(
            "The layers offer {offered} yuan together; the caps leave {given} yuan.",
            offered=offered,
            given=given,
        )
    return text(
        "The layers offer {offered} yuan together; they never pay more than the price, {given} yuan.",
        offered=offered,
        given=given,
    )


def _yuan(amount_fen: int) -> Text:
    return text("{yuan} yuan", yuan=format_yuan(amount_fen))
