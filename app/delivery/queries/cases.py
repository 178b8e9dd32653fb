"""Home of the queries on cases: which wait, which are over, one with its stop, and what is ordered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.delivery.models import DayPlan, DeliveredMeal, Run, Stop, StopReport, Subscription
from app.delivery.models.cases import CaseClosing, CaseOrdering, NoAnswerCase
from app.delivery.queries.subscriptions import ON_A_SCREEN, subscription_in
from app.delivery.rules.cases import DEFAULT_ORDER, CaseOrder
from app.extensions import db
from app.meals import queries as meals
from app.meals.models import Meal
from app.residents.models import Resident
from app.roles import Scope


@dataclass(frozen=True, slots=True)
class CaseAtDoor:
    """A case beside the stop that it began at, and when the meal was handed over after all, if it was."""

    case: NoAnswerCase
    plan: DayPlan
    run: Run
    stop: Stop
    handed_over_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for somebody."""
        return self.case.closing is None and self.handed_over_at is None


def order_on(day: date) -> CaseOrder:
    """Give what is to be done on a day when nobody answers: the newest order that is in force by then."""
    row = db.session.execute(
        select(CaseOrdering)
        .where(CaseOrdering.from_on <= day)
        .order_by(CaseOrdering.from_on.desc(), CaseOrdering.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return DEFAULT_ORDER if row is None else row.order


def orderings() -> Sequence[CaseOrdering]:
    """Give every order that was given, the newest first."""
    found = select(CaseOrdering).order_by(CaseOrdering.from_on.desc(), CaseOrdering.id.desc())
    return db.session.execute(found).scalars().all()


def open_cases(scope: Scope) -> list[CaseAtDoor]:
    """Give the cases within a scope that wait for somebody, the longest first."""
    return _at_doors(_within(scope).where(~_is_ended()).order_by(NoAnswerCase.opened_at, NoAnswerCase.id))


def count_open_cases(scope: Scope) -> int:
    """Count the cases within a scope that wait for somebody."""
    found = (
        select(func.count(NoAnswerCase.id))
        .join(NoAnswerCase.subscription)
        .join(Subscription.resident)
        .where(subscription_in(scope), ~_is_ended())
    )
    return db.session.execute(found).scalar_one()


def ended_cases(scope: Scope) -> Select[NoAnswerCase]:
    """Select the cases within a scope that are over, the newest first."""
    found = _within(scope).where(_is_ended())
    return found.order_by(NoAnswerCase.opened_at.desc(), NoAnswerCase.id.desc())


def cases_between(first: date, last: date, scope: Scope) -> list[CaseAtDoor]:
    """Give the cases of some days within a scope, waiting or over, by day."""
    found = _within(scope).where(NoAnswerCase.served_on.between(first, last))
    return _at_doors(found.order_by(NoAnswerCase.served_on, NoAnswerCase.id))


def case(case_id: int, scope: Scope) -> CaseAtDoor | None:
    """Give one case, if it lies within the scope."""
    return next(iter(_at_doors(_within(scope).where(NoAnswerCase.id == case_id))), None)


def at_doors(cases: Sequence[NoAnswerCase]) -> list[CaseAtDoor]:
    """Give these cases beside the stops that they began at, in their order."""
    doors = {
        report_id: (plan, run, stop)
        for report_id, plan, run, stop in db.session.execute(
            select(StopReport.id, DayPlan, Run, Stop)
            .join(Stop, and_(Stop.run_id == StopReport.run_id, Stop.position == StopReport.position))
            .join(Run, Run.id == StopReport.run_id)
            .join(DayPlan, DayPlan.id == Run.plan_id)
            .options(joinedload(DayPlan.kitchen), joinedload(Run.rider))
            .where(StopReport.id.in_([each.report_id for each in cases]))
            .order_by(StopReport.id)
        )
    }
    handed = _handed_over(cases)
    return [
        CaseAtDoor(each, *doors[each.report_id], handed.get((each.subscription_id, each.served_on)))
        for each in cases
    ]


def cases_of(on: date, subscription_ids: Collection[int]) -> dict[int, int]:
    """Give the case of each of these subscriptions that has one on a day, by subscription."""
    rows = db.session.execute(
        select(NoAnswerCase.subscription_id, NoAnswerCase.id)
        .where(NoAnswerCase.served_on == on, NoAnswerCase.subscription_id.in_(subscription_ids))
        .order_by(NoAnswerCase.id)
    )
    return {row.subscription_id: row.id for row in rows}


def _within(scope: Scope) -> Select[NoAnswerCase]:
    subscription = contains_eager(NoAnswerCase.subscription)
    return (
        select(NoAnswerCase)
        .join(NoAnswerCase.subscription)
        .join(Subscription.resident)
        .options(
            subscription.contains_eager(Subscription.resident).load_only(
                *ON_A_SCREEN, Resident.phone_tail, raiseload=True
            ),
            joinedload(NoAnswerCase.report),
            joinedload(NoAnswerCase.closing),
            selectinload(NoAnswerCase.steps),
        )
        .where(subscription_in(scope))
        .execution_options(populate_existing=True)
    )


def _at_doors(found: Select[NoAnswerCase]) -> list[CaseAtDoor]:
    return at_doors(db.session.execute(found).scalars().all())


def _is_ended() -> ColumnElement[bool]:
    """Say in SQL that a case was closed, or that the meal was handed over and its record not reversed."""
    handed = (
        select(DeliveredMeal.meal_id)
        .join(Meal, Meal.id == DeliveredMeal.meal_id)
        .where(
            DeliveredMeal.subscription_id == NoAnswerCase.subscription_id,
            DeliveredMeal.served_on == NoAnswerCase.served_on,
            ~meals.is_reversed(),
        )
    )
    return exists().where(CaseClosing.case_id == NoAnswerCase.id) | exists(handed)


def _handed_over(cases: Sequence[NoAnswerCase]) -> dict[tuple[int, date], datetime]:
    """Give when these cases' meals were handed over, leaving out meals that were reversed."""
    rows = db.session.execute(
        select(DeliveredMeal.subscription_id, DeliveredMeal.served_on, StopReport.happened_at)
        .join(StopReport, StopReport.id == DeliveredMeal.report_id)
        .join(Meal, Meal.id == DeliveredMeal.meal_id)
        .where(
            DeliveredMeal.subscription_id.in_([each.subscription_id for each in cases]),
            DeliveredMeal.served_on.in_({each.served_on for each in cases}),
            ~meals.is_reversed(),
        )
        .order_by(DeliveredMeal.subscription_id, DeliveredMeal.served_on)
    )
    return {(row.subscription_id, row.served_on): row.happened_at for row in rows}
