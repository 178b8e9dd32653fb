"""Home of adding a month up twice: what its meals come to before and after a policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from app.meals.rules import Decision, MealFact
from app.month import Month
from app.residents.rules.facts import ResidentFacts
from app.settlement.rules.lines import CHARITY_FUND, CHARITY_PAYER
from app.settlement.rules.simulation import (
    GROUPS,
    Compared,
    Concerned,
    Fund,
    Group,
    Part,
    ResidentChange,
    Simulation,
    group_of,
)
from app.subsidy.rules import Policy, Reason, Split

_MOST = 10
_Key = TypeVar("_Key")
_CHARITY = (CHARITY_PAYER, CHARITY_FUND)
_GROUP_ORDER = {group: place for place, group in enumerate(GROUPS)}
_REASON_ORDER = {reason: place for place, reason in enumerate(Reason)}
_PART_ORDER = {part: place for place, part in enumerate(Part)}


class SimulationTally:
    """Adds up the meals of a month at some sites, resident by resident, whatever their order.

    What it keeps grows with the sites and the funds, not with the meals or the residents.
    """

    def __init__(self, month: Month, sites: Collection[str]) -> None:
        """Begin with nothing; only meals of the month at these sites are counted."""
        self._month, self._sites = month, frozenset(sites)
        self._first_on, self._last_on = month.first_on, month.last_on
        self._before, self._after = _Side(), _Side()
        self._gaining, self._losing = _Concerned(), _Concerned()

    def add(
        self,
        resident_no: str,
        facts: ResidentFacts | None,
        meals: Iterable[MealFact],
        *,
        before: Mapping[UUID, Decision],
        after: Mapping[UUID, Decision],
    ) -> ResidentChange | None:
        """Add one resident's meals with their decisions; give what changes for the resident, if anything."""
        count = before_fen = after_fen = 0
        for meal in meals:
            if meal.site_code in self._sites and self._first_on <= meal.served_on <= self._last_on:
                group = group_of(facts, meal.served_on)
                old, new = before[meal.meal_id].split, after[meal.meal_id].split
                self._before.add(meal.site_code, group, old)
                self._after.add(meal.site_code, group, new)
                if old.reason is not Reason.REVERSED:
                    count += 1
                    before_fen += old.resident_fen
                    after_fen += new.resident_fen
        if before_fen == after_fen:
            return None
        change = ResidentChange(resident_no, count, before_fen, after_fen)
        (self._gaining if change.gain_fen > 0 else self._losing).add(change)
        return change

    def result(self, policy: Policy, *, as_if_in_force: bool) -> Simulation:
        """Give what was added up."""
        old, new = self._before, self._after
        return Simulation(
            policy=policy,
            month=self._month,
            as_if_in_force=as_if_in_force,
            sites=_compared(old.sites, new.sites, str),
            groups=_compared(old.groups, new.groups, _GROUP_ORDER.__getitem__),
            funds=_compared(old.funds, new.funds, _fund_order),
            parts=_compared(old.parts, new.parts, _PART_ORDER.__getitem__),
            reasons=_compared(old.reasons, new.reasons, _REASON_ORDER.__getitem__),
            gaining=self._gaining.result(),
            losing=self._losing.result(),
        )


def _fund_order(fund: Fund) -> tuple[bool, Fund]:
    return fund[0] == CHARITY_PAYER, fund


def _compared(
    before: Mapping[_Key, int], after: Mapping[_Key, int], order: Callable[[_Key], object]
) -> tuple[Compared[_Key], ...]:
    keys = sorted(before.keys() | after.keys(), key=order)  # type: ignore[arg-type]  # each order can be sorted by
    return tuple(Compared(key, before.get(key, 0), after.get(key, 0)) for key in keys)


class _Side:
    """The sums of one of the two: before, or after."""

    def __init__(self) -> None:
        self.sites: defaultdict[str, int] = defaultdict(int)
        self.groups: defaultdict[Group, int] = defaultdict(int)
        self.funds: defaultdict[Fund, int] = defaultdict(int)
        self.parts: dict[Part, int] = dict.fromkeys(Part, 0)
        self.reasons: defaultdict[Reason, int] = defaultdict(int)

    def add(self, site_code: str, group: Group, split: Split) -> None:
        """Add one meal; a reversed one is only counted."""
        self.reasons[split.reason] += 1
        if split.reason is Reason.REVERSED:
            return
        owed_fen = split.government_fen + split.charity_fen
        self.sites[site_code] += owed_fen
        self.groups[group] += owed_fen
        parts = self.parts
        parts[Part.GOVERNMENT] += split.government_fen
        parts[Part.OPERATOR] += split.operator_fen
        parts[Part.CHARITY] += split.charity_fen
        parts[Part.RESIDENT] += split.resident_fen
        for share in split.layers:
            self.funds[share.payer, share.fund] += share.amount_fen
        if split.charity_fen:
            self.funds[_CHARITY] += split.charity_fen


class _Concerned:
    """Counts those who gain, or those who lose, and remembers only who does the most."""

    def __init__(self) -> None:
        self._residents = 0
        self._fen = 0
        self._foremost: list[ResidentChange] = []

    def add(self, change: ResidentChange) -> None:
        self._residents += 1
        self._fen += abs(change.gain_fen)
        self._foremost.append(change)
        if len(self._foremost) > _MOST * _MOST:
            self._foremost = self._most()

    def _most(self) -> list[ResidentChange]:
        return sorted(self._foremost, key=lambda each: (-abs(each.gain_fen), each.resident_no))[:_MOST]

    def result(self) -> Concerned:
        return Concerned(self._residents, self._fen, tuple(self._most()))
