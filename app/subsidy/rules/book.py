"""Home of the policy book: all published policies, and which of them decides a meal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum

from app.subsidy.rules.policy import Policy
from app.text import Text, text


def policy_on(policies: Iterable[Policy], day: date) -> Policy | None:
    """Give the policy in force on a day: the newest not later than it; None before the first.

    Of two from the same day the one of the narrower area decides.
    """
    begun = [policy for policy in policies if policy.effective_from <= day]
    return max(begun, key=_newness, default=None)


class Standing(StrEnum):
    """Where a published policy stands on a day."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> Text:
        """Give the standing for a screen."""
        return {
            Standing.TO_COME: text("not yet in force"),
            Standing.IN_FORCE: text("in force"),
            Standing.SUPERSEDED: text("superseded"),
        }[self]


def standing(policy: Policy, policies: Iterable[Policy], day: date) -> Standing:
    """Tell where a policy stands in its own district on a day, among all that are published."""
    if day < policy.effective_from:
        return Standing.TO_COME
    own = [other for other in policies if other.district == policy.district]
    return Standing.IN_FORCE if policy_on(own, day) == policy else Standing.SUPERSEDED


def is_due_for_confirmation(
    policy: Policy, *, published_on: date, confirmed_on: date | None, day: date
) -> bool:
    """Tell whether nobody has looked at a policy for a year: since it was published, began, or was confirmed.

    >>> policy = Policy("X", date(2025, 1, 1), "430103", ())
    >>> published_on = date(2024, 12, 1)
    >>> [is_due_for_confirmation(policy, published_on=published_on, confirmed_on=None, day=day)
    ...  for day in (date(2025, 12, 31), date(2026, 1, 1))]
    [False, True]
    """
    last = max(policy.effective_from, published_on, confirmed_on or date.min)
    return (day.year, day.month, day.day) >= (last.year + 1, last.month, last.day)


class PolicyBook:
    """Published policies, ready to be asked for one meal after another.

    One policy decides a meal whole: of those whose district is a prefix of the site's area, the newest.

    Raises: ValueError when two policies have the same district and first day.
    """

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Keep the policies, newest first."""
        self._newest_first = tuple(sorted(policies, key=_newness, reverse=True))
        if len({policy.key for policy in self._newest_first}) < len(self._newest_first):
            msg = "two policies have the same district and first day"
            raise ValueError(msg)
        # The areas of the sites are few and the meals are many.
        self._by_area: dict[str, tuple[Policy, ...]] = {}

    def __iter__(self) -> Iterator[Policy]:
        """Give the policies, newest first."""
        return iter(self._newest_first)

    def deciding(self, area_code: str, day: date) -> Policy | None:
        """Give the policy that decides a meal served in this area on this day."""
        policies = self._by_area.get(area_code)
        if policies is None:
            policies = tuple(policy for policy in self._newest_first if policy.covers(area_code))
            self._by_area[area_code] = policies
        for policy in policies:
            if policy.effective_from <= day:
                return policy
        return None

    def in_force_during(self, first: date, last: date) -> tuple[Policy, ...]:
        """Give every policy that is in force in its own district on some day of a closed range."""
        return tuple(
            policy
            for policy in self._newest_first
            if policy.effective_from <= last and first <= self._last_day(policy)
        )

    def _last_day(self, policy: Policy) -> date:
        later = [
            other.effective_from
            for other in self._newest_first
            if other.district == policy.district and policy.effective_from < other.effective_from
        ]
        return min(later) - timedelta(days=1) if later else date.max


def _newness(policy: Policy) -> tuple[date, int]:
    return policy.effective_from, len(policy.district)
