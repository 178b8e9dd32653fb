"""Home of the queries on the log of hot meals: a sitting's entries, a month's, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from app.canteens.queries import within as at_sites
from app.canteens.rules import Sitting
from app.delivery.models import DayPlan, Run
from app.delivery.models.food import FoodSample, LoadingTemperature
from app.delivery.queries.freshness import Batches, batches_between
from app.delivery.queries.plans import is_newest
from app.extensions import db
from app.roles import Scope


@dataclass(frozen=True, slots=True)
class HotDay:
    """One kitchen's sitting: the plan in force, when it was cooked, how hot runs left, what was kept."""

    plan: DayPlan
    temperatures: dict[int, LoadingTemperature]
    samples: tuple[FoodSample, ...]
    batches: Batches

    @property
    def unmeasured(self) -> list[Run]:
        """Give the runs of which nobody wrote how hot they were loaded."""
        return [run for run in self.plan.runs if run.id not in self.temperatures]

    @property
    def is_missing(self) -> bool:
        """Tell whether something has not been written."""
        return bool(self.unmeasured) or not self.samples or not self.batches


def hot_days(scope: Scope, first: date, last: date, *, kitchen_code: str = "") -> list[HotDay]:
    """Give the sittings with a plan in force within a scope, from `first` to `last`, in their order."""
    found = (
        select(DayPlan)
        .join(DayPlan.kitchen)
        .options(
            contains_eager(DayPlan.kitchen),
            selectinload(DayPlan.runs).joinedload(Run.rider),
        )
        .where(DayPlan.served_on.between(first, last), is_newest(is_released=True), at_sites(scope))
        .order_by(DayPlan.served_on, DayPlan.kitchen_code, DayPlan.sitting)
    )
    if kitchen_code:
        found = found.where(DayPlan.kitchen_code == kitchen_code)
    plans = db.session.execute(found).scalars().all()
    measured = temperatures_of([run.id for plan in plans for run in plan.runs])
    kitchens = {plan.kitchen_code for plan in plans}
    kept, cooked = _samples(kitchens, first, last), batches_between(first, last, kitchens)
    return [
        HotDay(
            plan,
            {run.id: measured[run.id] for run in plan.runs if run.id in measured},
            tuple(kept[plan.kitchen_code, plan.served_on, plan.sitting]),
            cooked[plan.kitchen_code, plan.served_on, plan.sitting],
        )
        for plan in plans
    ]


def temperatures_of(run_ids: Collection[int]) -> dict[int, LoadingTemperature]:
    """Give the last temperature of each of these runs that has one, by run."""
    rows = db.session.execute(
        select(LoadingTemperature)
        .where(LoadingTemperature.run_id.in_(run_ids))
        .order_by(LoadingTemperature.id)
    ).scalars()
    return {row.run_id: row for row in rows}


def _samples(
    kitchen_codes: Collection[str], first: date, last: date
) -> defaultdict[tuple[str, date, Sitting], list[FoodSample]]:
    rows: Sequence[FoodSample] = (
        db.session.execute(
            select(FoodSample)
            .where(FoodSample.kitchen_code.in_(kitchen_codes), FoodSample.served_on.between(first, last))
            .order_by(FoodSample.id)
        )
        .scalars()
        .all()
    )
    found: defaultdict[tuple[str, date, Sitting], list[FoodSample]] = defaultdict(list)
    for row in rows:
        found[row.kitchen_code, row.served_on, row.sitting].append(row)
    return found
