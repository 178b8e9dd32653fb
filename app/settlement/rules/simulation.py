"""Home of what a simulation finds: a month's money before and after a policy, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from app.money import format_yuan
from app.month import Month
from app.residents.rules.facts import Category, ResidentFacts
from app.subsidy.rules import Policy, Reason
from app.text import Text, text

Key_co = TypeVar("Key_co", covariant=True)
Fund = tuple[str, str]
"""A payer and its fund."""

_AGED = 80


class Unlisted(StrEnum):
    """Where the meals are counted of whoever holds no category on their day."""

    AGED = "aged"
    YOUNGER = "younger"
    UNREGISTERED = "unregistered"

    @property
    def label(self) -> Text:
        """Give the group's name for a screen."""
        return {
            Unlisted.AGED: text("no category, aged 80 or over"),
            Unlisted.YOUNGER: text("no category, younger"),
            Unlisted.UNREGISTERED: text("not registered"),
        }[self]


Group = Category | Unlisted
GROUPS: tuple[Group, ...] = (*Category, *Unlisted)
"""Every group, in the order in which they are shown; each meal belongs to exactly one."""


def group_of(resident: ResidentFacts | None, day: date) -> Group:
    """Give the group that a resident's meal of a day is counted in: the first category that they hold."""
    if resident is None:
        return Unlisted.UNREGISTERED
    if resident.categories:
        held = {period.category for period in resident.categories_on(day)}
        for category in Category:
            if category in held:
                return category
    return Unlisted.AGED if resident.age_on(day) >= _AGED else Unlisted.YOUNGER


class Part(StrEnum):
    """One of the four parts of a price."""

    GOVERNMENT = "government"
    OPERATOR = "operator"
    CHARITY = "charity"
    RESIDENT = "resident"

    @property
    def label(self) -> Text:
        """Give the part's name for a screen."""
        return {
            Part.GOVERNMENT: text("Government"),
            Part.OPERATOR: text("Operator's discount"),
            Part.CHARITY: text("Charity"),
            Part.RESIDENT: text("Resident pays"),
        }[self]


@dataclass(frozen=True, slots=True)
class Compared(Generic[Key_co]):
    """One figure before and after: fen, or meals."""

    key: Key_co
    before: int
    after: int

    @property
    def difference(self) -> int:
        """Give by how much the figure grows."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ResidentChange:
    """What one resident pays for the month's meals before and after, where that differs."""

    resident_no: str
    meals: int
    before_fen: int
    after_fen: int

    @property
    def gain_fen(self) -> int:
        """Give how much less the resident pays; below nothing is a loss."""
        return self.before_fen - self.after_fen


@dataclass(frozen=True, slots=True)
class Concerned:
    """The residents who gain, or those who lose: how many, how much together, and who the most."""

    residents: int
    fen: int
    most: tuple[ResidentChange, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A month's money before and after a policy; `sites`, `groups` and `funds` each add up to `owed`.

    `owed` is what the sites are owed, government's part and charity's; `reasons` counts meals.
    """

    policy: Policy
    month: Month
    as_if_in_force: bool
    sites: tuple[Compared[str], ...]
    groups: tuple[Compared[Group], ...]
    funds: tuple[Compared[Fund], ...]
    parts: tuple[Compared[Part], ...]
    reasons: tuple[Compared[Reason], ...]
    gaining: Concerned
    losing: Concerned

    @property
    def owed(self) -> Compared[None]:
        """Give what all sites together are owed."""
        return Compared(None, sum(self._owed("before")), sum(self._owed("after")))

    def _owed(self, side: str) -> Iterator[int]:
        return (getattr(each, side) for each in self.sites)

    @property
    def assumption(self) -> Text | None:
        """Say what is taken for granted about charity's funds; None where charity gives nothing."""
        charity = next((each for each in self.parts if each.key is Part.CHARITY), None)
        if charity is None or not (charity.before or charity.after):
            return None
        return text(
            "Charity is counted as pledged, as if its funds lasted: {before} yuan before, {after} after.",
            before=format_yuan(charity.before),
            after=format_yuan(charity.after),
        )

    @property
    def meals(self) -> int:
        """Give how many meals were looked at, reversed ones too."""
        return sum(each.before for each in self.reasons)

    def as_text(self) -> Text:
        """Say in one sentence what was simulated."""
        what = {"month": self.month, "reference": self.policy.reference, "meals": f"{self.meals:,}"}
        if self.as_if_in_force:
            return text("{month} as if {reference} had been in force all month: {meals} meals.", **what)
        return text(
            "{month} with {reference} in force from {day}: {meals} meals.",
            day=self.policy.effective_from,
            **what,
        )
