"""Home of the sums over a month's meals as decided now: what drafts say, and whether they still do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from sys import intern
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.database import among
from app.extensions import db
from app.kept import each_unless_changed
from app.meals.models import Decision, DecisionLayer, Meal
from app.meals.queries import MealsState, is_subsidised
from app.month import Month
from app.settlement.models import Statement
from app.settlement.rules.statement import Eaten, Paid, Tally
from app.subsidy.rules import Reason


def tallies(month: Month, site_codes: Collection[str]) -> dict[str, Tally]:
    """Sum up the month's meals of these sites as they are decided now, without anything of other months.

    It is one query, so that what payers give is given for the meals that it stands with.
    """
    found = {site_code: Tally() for site_code in site_codes}
    is_few = len(found) <= _FEW
    chosen = _SUMS_OF_FEW if is_few else _SUMS
    for row in db.session.execute(chosen, {**_days(month), **({"sites": list(found)} if is_few else {})}):
        site_code, payer, resident_no, *sums = row
        tally = found.get(site_code)
        if tally is not None and payer is None:
            tally.add_eaten(Eaten(resident_no, *sums[:9]))
        elif tally is not None:
            tally.add_paid(Paid(resident_no, payer, *sums[9:]))
    return found


def outdated(
    statements: Sequence[Statement], month: Month, states: Mapping[str, MealsState]
) -> frozenset[str]:
    """Give the sites whose drafts of the month say something else than their meals by now.

    `states` tell how each site's meals are (`meals.queries.states_of`).
    """
    drafts = {each.site_code: each for each in statements if not each.stage.is_frozen}
    said = {site: (states[site], draft.id, draft.drafted_at) for site, draft in drafts.items()}

    def count(sites: Sequence[str]) -> dict[str, bool]:
        return {site: _is_outdated(drafts[site], tally) for site, tally in tallies(month, sites).items()}

    found = each_unless_changed(("outdated", month), said, count)
    return frozenset(site for site, is_outdated in found.items() if is_outdated)


def _is_outdated(draft: Statement, tally: Tally) -> bool:
    draft.settle(tally)
    return not draft.says(tally)


def persons_of(month: Month, states: Mapping[str, MealsState]) -> int:
    """Count the residents whom somebody paid a share for at these sites, each once however many they ate at.

    `states` tell how each site's meals are (`meals.queries.states_of`).
    """

    def count(sites: Sequence[str]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {site: set() for site in sites}
        for site, resident_no in db.session.execute(_PERSONS, {**_days(month), "sites": list(sites)}):
            found[site].add(intern(resident_no))
        return {site: frozenset(persons) for site, persons in found.items()}

    found = each_unless_changed(("persons", month), states, count)
    return len(frozenset().union(*found.values()))


def _days(month: Month) -> dict[str, date]:
    return {"first_on": month.first_on, "last_on": month.last_on}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _is_paid_before() -> ColumnElement[bool]:
    """Say that an earlier layer pays out of the same fund: the meal is counted there."""
    earlier = aliased(DecisionLayer)
    return exists().where(
        earlier.meal_id == DecisionLayer.meal_id,
        earlier.position < DecisionLayer.position,
        earlier.payer == DecisionLayer.payer,
        earlier.fund == DecisionLayer.fund,
    )


def _eaten(of_these: ColumnElement[bool]) -> Select[Any]:
    """Select what each resident ate at each site."""
    stands = Decision.reason != Reason.REVERSED
    columns: list[Any] = [
        Meal.site_code,
        null(),
        Meal.resident_no,
        func.count(),
        _count(stands),
        _count(and_(stands, is_subsidised())),
        *(func.sum(case((stands, getattr(Decision, name)), else_=0)) for name in _AMOUNTS),
        _count(and_(stands, Decision.charity_fen > 0)),
        null(),
        literal(0),
        literal(0),
    ]
    return (
        select(*columns)
        .join(Decision, Decision.meal_id == Meal.id)
        .where(of_these)
        .group_by(Meal.site_code, Meal.resident_no)
    )


def _paid(of_these: ColumnElement[bool]) -> Select[Any]:
    """Select what each payer gives for each resident's meals at each site; nobody does for a reversed one."""
    key = (Meal.site_code, DecisionLayer.payer, Meal.resident_no)
    counted = or_(DecisionLayer.position == 0, not_(_is_paid_before()))
    columns: list[Any] = [
        *key,
        *(literal(0) for _ in range(9)),
        DecisionLayer.fund,
        _count(counted),
        func.sum(DecisionLayer.amount_fen),
    ]
    return (
        select(*columns)
        .join(DecisionLayer, DecisionLayer.meal_id == Meal.id)
        .where(of_these)
        .group_by(*key, DecisionLayer.fund)
    )


_AMOUNTS = ("price_fen", "government_fen", "operator_fen", "charity_fen", "resident_fen")
_OF_MONTH = Meal.served_on.between(bindparam("first_on", type_=Date), bindparam("last_on", type_=Date))
_OF_FEW = and_(_OF_MONTH, among(Meal.site_code, "sites"))
_SUMS, _SUMS_OF_FEW = (union_all(_eaten(each), _paid(each)) for each in (_OF_MONTH, _OF_FEW))
_PERSONS = (
    select(Meal.site_code, Meal.resident_no)
    .join(Decision, Decision.meal_id == Meal.id)
    .where(_OF_FEW, is_subsidised())
    .distinct()
    .order_by(Meal.site_code, Meal.resident_no)
)
_FEW = 8
"""Up to how many sites are read one by one: a month's meals lie together by day, and scattered by site."""
