"""Home of the facts that checks look at: small rows of one month, and the orders they are looked at in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from app.canteens.rules import SiteKind, Sitting
from app.meals.rules.vocabulary import Channel, FoundBy
from app.month import Month
from app.oversight.rules.calls import CallOutcome
from app.oversight.rules.purchases import Food
from app.place import Point
from app.residents.rules.absence import Absence
from app.residents.rules.facts import StatusChange
from app.till.rules.balance import Balance


class MealRow(NamedTuple):
    """A meal as the ledger has it: keyed from the paper `sheet_no`, reversed first at `undone_at`."""

    id: UUID
    resident_no: str
    site_code: str
    served_on: date
    sitting: Sitting
    channel: Channel
    served_at: datetime
    received_at: datetime
    recorded_by: str
    tablet: str = ""
    found_by: FoundBy | None = None
    sheet_no: str | None = None
    undone_at: datetime | None = None

    @property
    def is_at_counter(self) -> bool:
        """Tell whether it was recorded at a counter and no paper was keyed back."""
        return self.channel is not Channel.DELIVERED and self.sheet_no is None


class SiteRow(NamedTuple):
    """A site; without `kitchen_code` it cooks itself."""

    site_code: str
    kind: SiteKind
    area_code: str
    place: Point | None = None
    seats: int | None = None
    kitchen_code: str | None = None

    @property
    def kitchen(self) -> str:
        """Give the site that cooks for it."""
        return self.kitchen_code or self.site_code


class PersonRow(NamedTuple):
    """A registered person who ate in the month; `phone_mark` stands for the number and does not tell it."""

    resident_no: str
    name: str
    place: Point | None = None
    statuses: tuple[StatusChange, ...] = ()
    absences: tuple[Absence, ...] = ()
    phone_mark: str = ""


class DoorsRow(NamedTuple):
    """How many registered people live around one spot."""

    place: Point
    people: int


class HandoverRow(NamedTuple):
    """A hand-over that a rider's phone reported."""

    run_id: int
    rider_no: str
    kitchen_code: str
    happened_at: datetime
    place: Point | None


class PurchaseRow(NamedTuple):
    """What a kitchen bought of one kind of food in the month."""

    site_code: str
    food: Food
    grams: int


class UserRow(NamedTuple):
    """Somebody who signs in, and the roles of which they hold too many, empty when they are separate."""

    user_no: str
    name: str
    area: str
    conflicting: tuple[str, ...] = ()


class StepRow(NamedTuple):
    """A step that an office took with the month's statement of a site."""

    site_code: str
    statement_no: str
    taken_by: str


class CallRow(NamedTuple):
    """The answer of a named resident who was called about the month's meals at a site."""

    call_id: int
    site_code: str
    resident_no: str
    meals: int
    outcome: CallOutcome


@dataclass(frozen=True)
class Facts:
    """All that the checks of one month look at."""

    month: Month
    meals: Sequence[MealRow] = ()
    sites: Mapping[str, SiteRow] = field(default_factory=dict)
    people: Mapping[str, PersonRow] = field(default_factory=dict)
    doors: Sequence[DoorsRow] = ()
    rest_days: frozenset[date] = frozenset()
    balances: Sequence[Balance] = ()
    purchases: Sequence[PurchaseRow] = ()
    handovers: Sequence[HandoverRow] = ()
    planned: frozenset[tuple[str, date, Sitting]] = frozenset()
    proven: frozenset[tuple[str, date, Sitting]] = frozenset()
    users: Sequence[UserRow] = ()
    steps: Sequence[StepRow] = ()
    calls: Sequence[CallRow] = ()

    @cached_property
    def standing(self) -> list[MealRow]:
        """Give the meals that were not reversed."""
        return [meal for meal in self.meals if meal.undone_at is None]

    @cached_property
    def at_site(self) -> dict[str, list[MealRow]]:
        """Give each site's standing meals."""
        found: defaultdict[str, list[MealRow]] = defaultdict(list)
        for meal in self.standing:
            found[meal.site_code].append(meal)
        return dict(found)

    @cached_property
    def of_person(self) -> dict[str, list[MealRow]]:
        """Give the standing meals of each person who was named."""
        found: defaultdict[str, list[MealRow]] = defaultdict(list)
        for meal in self.standing:
            if meal.resident_no:
                found[meal.resident_no].append(meal)
        return dict(found)

    @cached_property
    def eaten(self) -> dict[str, Counter[str]]:
        """Give how many meals each named person had at each site, by site."""
        return {
            site: Counter(meal.resident_no for meal in meals if meal.resident_no)
            for site, meals in self.at_site.items()
        }

    @cached_property
    def daily(self) -> dict[str, dict[Sitting, Counter[date]]]:
        """Give how many meals each site recorded at its counter, by sitting and day."""
        found: dict[str, dict[Sitting, Counter[date]]] = {}
        for meal in self.standing:
            if meal.channel is not Channel.DELIVERED:
                found.setdefault(meal.site_code, {}).setdefault(meal.sitting, Counter())[meal.served_on] += 1
        return found

    @cached_property
    def doubles(self) -> list[list[MealRow]]:
        """Give the standing meals of each person who was recorded at several sites at one sitting."""
        found = []
        for meals in self.of_person.values():
            sittings: defaultdict[tuple[date, Sitting], list[MealRow]] = defaultdict(list)
            for meal in meals:
                sittings[meal.served_on, meal.sitting].append(meal)
            found += [each for each in sittings.values() if len({meal.site_code for meal in each}) > 1]
        return found
