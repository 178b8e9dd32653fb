"""Home of the policy book as it would be if one policy more were in it."""

from __future__ import annotations

from datetime import date

from app.month import Month
from app.subsidy.rules import Policy, PolicyBook


def book_with(policy: Policy, published: PolicyBook) -> PolicyBook:
    """Give the book with a policy added; a published one of its district and first day gives way to it."""
    return PolicyBook([*(each for each in published if each.key != policy.key), policy])


class BookForOneMonth(PolicyBook):
    """A policy book in which one policy decides a whole month in its whole district.

    Whatever its first day, it decides every meal of the month at a site of its district; all other meals
    are decided by the published policies, also those of the weeks that reach into the months beside.
    """

    def __init__(self, policy: Policy, month: Month, published: PolicyBook) -> None:
        """Keep the policy and its month before the published ones."""
        super().__init__(published)
        self._policy, self._first_on, self._last_on = policy, month.first_on, month.last_on

    def deciding(self, area_code: str, day: date) -> Policy | None:
        """Give the policy that decides a meal served in this area on this day."""
        if self._first_on <= day <= self._last_on and self._policy.covers(area_code):
            return self._policy
        return super().deciding(area_code, day)

    def in_force_during(self, first: date, last: date) -> tuple[Policy, ...]:
        """Give every policy that is in force somewhere on some day of a closed range."""
        published = super().in_force_during(first, last)
        return (*published, self._policy) if first <= self._last_on and self._first_on <= last else published
