"""Home of the adjudication of one resident's meals: which of them are subsidised, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from app.canteens.rules import SiteFacts, Sitting
from app.meals.rules.vocabulary import Channel
from app.residents.rules.facts import ResidentFacts
from app.subsidy.rules import (
    Circumstances,
    Claim,
    LayerShare,
    Policy,
    PolicyBook,
    Reason,
    ResidentOn,
    Split,
    Usage,
    WorkCalendar,
    claim_of,
    claim_of_nobody,
    resident_on,
    unsubsidised,
)

_UNUSED = Usage()


@dataclass(frozen=True, slots=True)
class MealFact:
    """A meal was served; `resident_no` is as it was given and may be empty or unknown."""

    meal_id: UUID
    resident_no: str
    site_code: str
    served_on: date
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What policy gives one meal, and why (认定); `policy` is the one in force, whatever it gives.

    `rivals` counts the resident's other meals of the same day and sitting that were not reversed; `used` is
    what the meals before this one had used up.
    """

    meal_id: UUID
    policy: Policy | None
    split: Split
    rivals: int = field(default=0, compare=False)
    used: Usage = field(default=_UNUSED, compare=False)

    @property
    def reason(self) -> Reason:
        """Give the reason."""
        return self.split.reason

    @property
    def government_fen(self) -> int:
        """Give the government's part of the price."""
        return self.split.government_fen

    @property
    def operator_fen(self) -> int:
        """Give the operator's part of the price."""
        return self.split.operator_fen

    @property
    def charity_fen(self) -> int:
        """Give charity's part of the price."""
        return self.split.charity_fen

    @property
    def resident_fen(self) -> int:
        """Give the resident's part of the price."""
        return self.split.resident_fen

    @property
    def layers(self) -> tuple[LayerShare, ...]:
        """Give what each paying layer gives, in the policy's order; they add up to the government's part."""
        return self.split.layers

    @property
    def policy_reference(self) -> str:
        """Give the notice number (文号), empty when no policy is in force."""
        return self.policy.reference if self.policy else ""

    def with_charity(self, held_fen: int) -> Decision:
        """Give the decision when the meal holds this much of the charity funds, and not all it is pledged."""
        split = self.split.with_charity(held_fen)
        return self if split is self.split else replace(self, split=split)


def adjudicate(
    meals: Iterable[MealFact],
    *,
    reversed_ids: Collection[UUID],
    resident: ResidentFacts | None,
    sites: Mapping[str, SiteFacts],
    policies: PolicyBook,
    calendar: WorkCalendar,
    allotted: Mapping[UUID, int] | None = None,
) -> dict[UUID, Decision]:
    """Decide the meals of one resident, over all sites, in the order in which they were served.

    They are judged by (`served_at`, `meal_id`) in whatever order they are given; caps count them by
    `served_on`. Reversed meals count for nothing, and only meals that get government money use up a cap.
    Nobody is refused: a meal that gets nothing is paid by the resident, as are all when `resident` is None.

    `meals` must be all the resident's meals on the days of an `affected_span`; the decisions are then those
    that all meals together would give. Charity gives what is `allotted` to each meal, in fen; with None it
    gives all that policy pledges, as if its funds lasted. It never bears on the other parts nor on a cap.

    Raises: KeyError when a meal's site is not among `sites`.
    """
    decisions = {}
    tally, claims = _Tally(), _Claims(resident, calendar)
    in_order = sorted(meals, key=judging_order)
    sittings = Counter(
        (meal.served_on, meal.sitting) for meal in in_order if meal.meal_id not in reversed_ids
    )
    for meal in in_order:
        site = sites[meal.site_code]
        policy = policies.deciding(site.area_code, meal.served_on)
        if meal.meal_id in reversed_ids:
            split, rivals, used = unsubsidised(meal.price_fen, Reason.REVERSED), 0, _UNUSED
        else:
            rivals = sittings[meal.served_on, meal.sitting] - 1
            used = tally.usage(meal.served_on, meal.sitting)
            split = claims.of(meal, site, policy).split(used)
            if allotted is not None:
                split = split.with_charity(allotted.get(meal.meal_id, 0))
            tally.add(meal.served_on, meal.sitting, split.government_fen)
        decisions[meal.meal_id] = Decision(meal.meal_id, policy, split, rivals, used)
    return decisions


def judging_order(meal: MealFact) -> tuple[datetime, UUID]:
    """Give a meal's place among the resident's meals as they are judged."""
    return meal.served_at, meal.meal_id


def week_number(on: date) -> int:
    """Give the number of the week, Monday to Sunday, that a day lies in."""
    return (on.toordinal() - 1) // 7


def month_number(on: date) -> int:
    """Give the number of the month that a day lies in."""
    return on.year * 12 + on.month


class _Claims:
    """What one resident may claim, looked up once for all their meals in the same circumstances."""

    def __init__(self, resident: ResidentFacts | None, calendar: WorkCalendar) -> None:
        self._resident, self._calendar = resident, calendar
        self._days: dict[date, _Day] = {}
        self._unlike: dict[tuple[bool, ResidentOn], _Day] = {}

    def of(self, meal: MealFact, site: SiteFacts, policy: Policy | None) -> Claim:
        """Give what a meal may claim under a policy."""
        if self._resident is None:
            return claim_of_nobody(meal.price_fen)
        day = self._days.get(meal.served_on) or self._day(meal.served_on, self._resident)
        # Policies are told apart by being one: a simulated one may bear a published one's key.
        key = meal.price_fen, meal.sitting, meal.site_code, site.is_open_on(meal.served_on), id(policy)
        claim = day.claims.get(key)
        if claim is None:
            circumstances = Circumstances(
                meal.price_fen,
                meal.sitting,
                site.area_code,
                site.is_open_on(meal.served_on),
                day.is_workday,
                day.resident,
            )
            claim = day.claims[key] = claim_of(circumstances, policy)
        return claim

    def _day(self, on: date, resident: ResidentFacts) -> _Day:
        """Give what a day has in common with all others that it is like."""
        kind = self._calendar.is_workday(on), resident_on(resident, on)
        found = self._days[on] = self._unlike.setdefault(kind, _Day(*kind))
        return found


@dataclass(slots=True)
class _Day:
    """All days on which a resident is the same, workdays or not, and what was claimed on them."""

    is_workday: bool
    resident: ResidentOn
    claims: dict[tuple[int, Sitting, str, bool, int], Claim] = field(default_factory=dict)


class _Tally:
    """What one resident's meals have used so far, in each sitting, day, week and month."""

    def __init__(self) -> None:
        self._sittings: defaultdict[tuple[date, Sitting], int] = defaultdict(int)
        self._weeks: defaultdict[int, _Used] = defaultdict(_Used)
        self._months: defaultdict[int, _Used] = defaultdict(_Used)
        self._around: dict[date, tuple[_Used, _Used, _Used]] = {}

    def usage(self, on: date, sitting: Sitting) -> Usage:
        """Give the usage that a meal on this day and at this sitting meets."""
        day, week, month = self._around.get(on) or self._windows(on)
        return Usage(
            self._sittings[on, sitting], day.meals, week.meals, month.meals, day.fen, week.fen, month.fen
        )

    def add(self, on: date, sitting: Sitting, government_fen: int) -> None:
        """Count a meal, if the government gave it anything."""
        if government_fen:
            self._sittings[on, sitting] += 1
            for window in self._around.get(on) or self._windows(on):
                window.meals += 1
                window.fen += government_fen

    def _windows(self, on: date) -> tuple[_Used, _Used, _Used]:
        """Begin the day, and give it with the week and the month that it lies in."""
        windows = self._around[on] = (
            _Used(),
            self._weeks[week_number(on)],
            self._months[month_number(on)],
        )
        return windows


@dataclass(slots=True)
class _Used:
    """Subsidised meals and their government money in one window."""

    meals: int = 0
    fen: int = 0
