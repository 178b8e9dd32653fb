"""Home of the queries on proof: runs by their code, what was reported of stops, which meals came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.canteens.queries import within as at_sites
from app.canteens.rules import Sitting
from app.delivery.models import DayPlan, DeliveredMeal, Run, Stop, StopReport, Subscription
from app.delivery.queries.subscriptions import ON_A_SCREEN
from app.delivery.rules.proof import Outcome, Told, Via, contradicting, standing
from app.extensions import db
from app.meals import queries as meals
from app.meals.models import Decision, Meal
from app.meals.rules import Channel
from app.residents.models import Resident
from app.roles import Scope
from app.subsidy.rules import Reason


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one door on a day: each report, the one that stands, and the meal that came of it.

    `elsewhere` is the meal of the same sitting that a site recorded of the resident; `reason` is what was
    decided of ours.
    """

    reports: tuple[StopReport, ...] = ()
    meal_id: UUID | None = None
    reason: Reason | None = None
    is_reversed: bool = False
    elsewhere: Meal | None = None

    @property
    def stands(self) -> StopReport | None:
        """Give the report that stands."""
        told = standing(self._told)
        return next((each for each in self.reports if told is not None and each.id == told.id), None)

    @property
    def outcome(self) -> Outcome | None:
        """Give what became of the door, None while nobody has said."""
        stands = self.stands
        return stands.outcome if stands is not None else None

    @property
    def contradictions(self) -> tuple[StopReport, ...]:
        """Give what was reported after the hand-over that says otherwise."""
        ids = {each.id for each in contradicting(self._told)}
        return tuple(each for each in self.reports if each.id in ids)

    @property
    def claimed_by_others(self) -> tuple[StopReport, ...]:
        """Give the hand-overs that other riders' phones report too: two meals, or one word too many."""
        first = self.stands
        if first is None or first.outcome is not Outcome.HANDED_OVER:
            return ()
        also = {
            each.reported_by: each
            for each in self.reports
            if each.outcome is Outcome.HANDED_OVER and each.via is first.via is Via.LINK
        }
        return tuple(each for name, each in sorted(also.items()) if name != first.reported_by)

    @property
    def _told(self) -> list[Told]:
        return [Told(each.id, each.outcome, each.happened_at) for each in self.reports]


def released_run(run_id: int, scope: Scope) -> tuple[DayPlan, Run] | None:
    """Give a run of a released plan whose kitchen lies within the scope, with its plan."""
    row = db.session.execute(
        select(DayPlan, Run)
        .join(Run, Run.plan_id == DayPlan.id)
        .join(DayPlan.kitchen)
        .options(
            contains_eager(DayPlan.kitchen),
            joinedload(Run.rider),
            selectinload(Run.stops)
            .joinedload(Stop.subscription)
            .joinedload(Subscription.resident)
            .load_only(*ON_A_SCREEN, raiseload=True),
        )
        .where(Run.id == run_id, DayPlan.released_at.is_not(None), at_sites(scope))
    ).first()
    return None if row is None else (row[0], row[1])


def stops_reported(keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[DayPlan, Run, Stop]]:
    """Give those of these stops (run, position) whose plan was released, with run, plan and resident."""
    if not keys:
        return {}
    rows = db.session.execute(
        select(DayPlan, Run, Stop)
        .join(Run, Run.plan_id == DayPlan.id)
        .join(Stop, Stop.run_id == Run.id)
        .options(
            joinedload(Stop.subscription)
            .joinedload(Subscription.resident)
            .load_only(Resident.resident_no, raiseload=True)
        )
        .where(tuple_(Stop.run_id, Stop.position).in_(list(keys)), DayPlan.released_at.is_not(None))
        .order_by(Stop.run_id, Stop.position)
    ).all()
    return {(stop.run_id, stop.position): (plan, run, stop) for plan, run, stop in rows}


def digests_reported(ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the digest that is held under each of these ids."""
    rows = db.session.execute(
        select(StopReport.id, StopReport.digest).where(StopReport.id.in_(ids)).order_by(StopReport.id)
    )
    return {row.id: row.digest for row in rows}


def handed_over(on: date, subscription_ids: Collection[int]) -> frozenset[int]:
    """Give which of these subscriptions were handed over on a day already."""
    return frozenset(
        db.session.execute(
            select(DeliveredMeal.subscription_id).where(
                DeliveredMeal.served_on == on, DeliveredMeal.subscription_id.in_(subscription_ids)
            )
        ).scalars()
    )


def proofs(on: date, sitting: Sitting, subscriptions: Sequence[Subscription]) -> dict[int, Proof]:
    """Give what is known of these doors at a sitting, by subscription, whichever version's run went there."""
    ids = [each.id for each in subscriptions]
    reports: dict[int, list[StopReport]] = defaultdict(list)
    for subscription_id, report in db.session.execute(
        select(Stop.subscription_id, StopReport)
        .join(StopReport, (StopReport.run_id == Stop.run_id) & (StopReport.position == Stop.position))
        .join(Run, Run.id == Stop.run_id)
        .join(DayPlan, DayPlan.id == Run.plan_id)
        .where(DayPlan.served_on == on, DayPlan.sitting == sitting, Stop.subscription_id.in_(ids))
        .order_by(StopReport.happened_at, StopReport.id)
    ):
        reports[subscription_id].append(report)
    delivered = _delivered(on, ids)
    reversed_ones = meals.reversed_among({row.meal_id for row in delivered.values()})
    residents = {each.id: each.resident.resident_no for each in subscriptions if each.id in delivered}
    others = _eaten_elsewhere(on, sitting, set(residents.values()))
    found: dict[int, Proof] = {}
    for subscription_id in ids:
        row = delivered.get(subscription_id)
        told = tuple(reports[subscription_id])
        found[subscription_id] = (
            Proof(told)
            if row is None
            else Proof(
                told,
                row.meal_id,
                row.reason,
                row.meal_id in reversed_ones,
                others.get(residents[subscription_id]),
            )
        )
    return found


def _delivered(on: date, subscription_ids: Collection[int]) -> dict[int, Row[int, UUID, Reason]]:
    """Give each hand-over of a day as (subscription, meal, the reason decided for it)."""
    rows = db.session.execute(
        select(DeliveredMeal.subscription_id, DeliveredMeal.meal_id, Decision.reason)
        .join(Decision, Decision.meal_id == DeliveredMeal.meal_id)
        .where(DeliveredMeal.served_on == on, DeliveredMeal.subscription_id.in_(subscription_ids))
        .order_by(DeliveredMeal.subscription_id)
    )
    return {row.subscription_id: row for row in rows}


def _eaten_elsewhere(on: date, sitting: Sitting, resident_nos: Collection[str]) -> dict[str, Meal]:
    """Give the sitting's meal that was recorded at a site, of each of these residents who had one."""
    rows = db.session.execute(
        select(Meal)
        .options(joinedload(Meal.site))
        .where(
            Meal.resident_no.in_(resident_nos),
            Meal.served_on == on,
            Meal.sitting == sitting,
            Meal.channel != Channel.DELIVERED,
            ~meals.is_reversed(),
        )
        .order_by(Meal.served_at.desc(), Meal.id)
    ).scalars()
    return {meal.resident_no: meal for meal in rows}
