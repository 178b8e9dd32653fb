"""Home of the entitlement to free delivery: dated policy, a ruling with its reason, and exceptions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce

from app.errors import DomainError
from app.residents.rules.facts import Category, ResidentFacts
from app.text import Text, text

LONGEST_REASON = 200
LONGEST_REFERENCE = 120
LONGEST_EXCEPTION = timedelta(days=366)
"""An exception is looked at again within a year."""


@dataclass(frozen=True, slots=True)
class EntitlementPolicy:
    """Who gets free delivery from a day on: a need (an age, or a category), and beside it a hardship.

    Without `hardships` the need is enough. `reference` is the notice's number (文号).
    """

    from_on: date
    reference: str
    min_age: int
    needs: frozenset[Category]
    hardships: frozenset[Category]


DEFAULT = EntitlementPolicy(
    from_on=date.min,
    reference="",
    min_age=80,
    needs=frozenset({Category.DISABLED, Category.INCAPACITATED}),
    hardships=frozenset(
        {
            Category.LIVING_ALONE,
            Category.DESTITUTE,
            Category.MINIMUM_ALLOWANCE,
            Category.NEAR_MINIMUM,
        }
    ),
)
"""Until the district publishes its own: 80+, incapacitated or disabled; living alone or in hardship."""


def in_force(policies: Iterable[EntitlementPolicy], day: date) -> EntitlementPolicy:
    """Give the newest policy not later than a day; of two from one day the one that was published later."""
    found = DEFAULT
    for policy in policies:
        if found.from_on <= policy.from_on <= day:
            found = policy
    return found


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a resident gets free delivery on a day, and why not."""

    is_entitled: bool
    reason: Text


def rule_on(policy: EntitlementPolicy, facts: ResidentFacts, day: date) -> Ruling:
    """Say whether a resident is entitled to free delivery on a day, and by what or why not.

    Source: the district's notice (`policy.reference`); without one, what notices on delivery commonly ask.

    >>> lone = ResidentFacts("R-1", date(1970, 1, 1), "430103", "430103")
    >>> str(rule_on(DEFAULT, lone, date(2026, 11, 23)).reason)[:36]
    'Free delivery needs an age of 80, or'
    """
    held = {period.category for period in facts.categories_on(day)}
    age = facts.age_on(day)
    needs = sorted(policy.needs & held)
    if age < policy.min_age and not policy.needs:
        return Ruling(
            is_entitled=False,
            reason=text(
                "Free delivery needs an age of {min_age}. The resident is {age} on that day.",
                min_age=policy.min_age,
                age=age,
            ),
        )
    if age < policy.min_age and not needs:
        return Ruling(
            is_entitled=False,
            reason=text(
                "Free delivery needs an age of {min_age}, or one of: {needs}. The resident is {age} and has "
                "none of these categories on that day.",
                min_age=policy.min_age,
                needs=labels(policy.needs),
                age=age,
            ),
        )
    hardships = sorted(policy.hardships & held)
    if policy.hardships and not hardships:
        return Ruling(
            is_entitled=False,
            reason=text(
                "Free delivery needs, beside age or frailty, one of: {hardships}. The resident has none of "
                "these categories on that day.",
                hardships=labels(policy.hardships),
            ),
        )
    by = [category.label for category in (*needs, *hardships)]
    return Ruling(
        is_entitled=True, reason=listed([*([text("{age} years old", age=age)] if not needs else []), *by])
    )


class Standing(StrEnum):
    """What has become of the entitlement of a delivery that runs, where somebody has to look."""

    LOST = "lost"
    LOSES = "loses"
    OTHERWISE = "otherwise"

    @property
    def label(self) -> Text:
        """Give the standing for a screen."""
        return {
            Standing.LOST: text("no longer entitled"),
            Standing.LOSES: text("not entitled from a later day on"),
            Standing.OTHERWISE: text("now entitled without an exception"),
        }[self]


@dataclass(frozen=True, slots=True)
class Review:
    """Why somebody has to look at a delivery that runs: what is so, from which day on, and by what."""

    standing: Standing
    from_on: date
    reason: Text


def review(
    policies: Sequence[EntitlementPolicy],
    facts: ResidentFacts,
    *,
    today: date,
    ends_on: date | None,
    exempt_until: date | None,
) -> Review | None:
    """Judge a delivery that runs anew, by the policies and facts as they are now; None: nothing to look at.

    `ends_on` is when it ends, `exempt_until` when an exception that holds today does. An exception is what
    somebody decided, so it is not asked about until it is over; a delivery that ends only because it does,
    although the policy gives it by now, is.
    """
    ruling = rule_on(in_force(policies, today), facts, today)
    if not ruling.is_entitled:
        return None if exempt_until is not None else Review(Standing.LOST, today, ruling.reason)
    if exempt_until is not None and ends_on == exempt_until:
        return Review(Standing.OTHERWISE, exempt_until, ruling.reason)
    for day in sorted({each.from_on for each in policies if each.from_on > today}):
        later = rule_on(in_force(policies, day), facts, day)
        if not later.is_entitled and (ends_on is None or day < ends_on):
            return Review(Standing.LOSES, day, later.reason)
    return None


def labels(categories: Iterable[Category]) -> Text:
    """Name categories in the order in which registers do."""
    wanted = set(categories)
    return listed([category.label for category in Category if category in wanted])


def listed(parts: Sequence[Text]) -> Text:
    """Join the members of a list; a dash stands for none."""
    if not parts:
        return text("none")
    return reduce(lambda told, more: text("{told}, {more}", told=told, more=more), parts)


def ensure_policy(new: EntitlementPolicy, *, today: date) -> None:
    """Refuse a policy that would change days that are over, or that would let nobody in.

    Raises: DomainError.
    """
    if new.from_on < today:
        raise DomainError(text("A policy begins today or later; days that are over stay."), field="from_on")


class Verdict(StrEnum):
    """What the second person said of a policy that somebody wrote."""

    PUBLISHED = "published"
    RETURNED = "returned"

    @property
    def label(self) -> Text:
        """Give the verdict for a screen."""
        return {Verdict.PUBLISHED: text("published"), Verdict.RETURNED: text("not published")}[self]


@dataclass(frozen=True, slots=True)
class NewExemption:
    """Somebody who gets free delivery though the policy does not give it: from a day until before another."""

    from_on: date
    until_on: date
    reason: str


def ensure_exception(new: NewExemption, *, today: date) -> None:
    """Refuse an exception without a reason, without a real end, or in the past.

    Raises: DomainError.
    """
    if not new.reason:
        raise DomainError(text("Write down why this exception is made."), field="reason")
    if new.from_on < today:
        raise DomainError(text("That day is over. Choose today or a later day."), field="from_on")
    if not new.from_on < new.until_on <= new.from_on + LONGEST_EXCEPTION:
        raise DomainError(
            text("An exception ends after it begins, and within a year. Choose another last day."),
            field="until_on",
        )
