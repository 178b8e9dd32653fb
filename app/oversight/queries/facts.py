"""Home of gathering the facts of a month for the checks: a dozen statements, however many meals there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.auth.models import User
from app.auth.rules import ensure_separate
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.database import fetch
from app.delivery.models import DayPlan, DeliveredMeal, Rider, Run, Stop, StopReport, Subscription
from app.delivery.rules.proof import Outcome, Via
from app.errors import DomainError
from app.extensions import db
from app.meals.models import Meal, Reversal
from app.month import Month
from app.oversight.models.calls import CallSample, CallTask
from app.oversight.queries.purchases import purchases_of
from app.oversight.rules.checks.facts import (
    CallRow,
    DoorsRow,
    Facts,
    HandoverRow,
    MealRow,
    PersonRow,
    PurchaseRow,
    SiteRow,
    StepRow,
    UserRow,
)
from app.place import Point
from app.residents.models import Resident, ResidentAbsence, ResidentStatus
from app.residents.rules.absence import Absence
from app.residents.rules.facts import StatusChange
from app.roles import Scope
from app.sealing import keyring
from app.settlement.models import Statement, StatementStep
from app.settlement.rules.steps import Act
from app.subsidy import queries as subsidy
from app.till import queries as till

_CELLS_PER_DEGREE = 500
"""Doors are counted in cells of 0.002 degrees, about 200 m."""

_ROWS_AT_ONCE = 20_000
_MARK = 16


def facts_of(month: Month, scope: Scope, *, phones_shared_by: int) -> Facts:
    """Give all that the checks of a month look at, of the sites within the scope.

    Telephone numbers are compared only where their last four digits stand at so many diners or more; what is
    handed on tells none of them.
    """
    first, last = month.first_on, month.last_on
    sites = _sites(scope)
    calendar = subsidy.work_calendar()
    return Facts(
        month=month,
        meals=_meals(first, last, scope),
        sites=sites,
        people=_people(first, last, scope, phones_shared_by),
        doors=_doors(),
        rest_days=frozenset(day for day in month.days if not calendar.is_workday(day)),
        balances=till.balances_at(list(sites), first, last),
        purchases=[PurchaseRow(*key, bought.grams) for key, bought in purchases_of(month, sites).items()],
        handovers=_handovers(first, last, sites),
        planned=_planned(first, last),
        proven=_proven(first, last),
        users=_users(scope),
        steps=_steps(month, sites),
        calls=_calls(month, sites),
    )


def eaters_of(month: Month, scope: Scope) -> dict[str, dict[str, int]]:
    """Give how many standing meals each registered resident had at each site of the scope, by site."""
    undoing = aliased(Reversal)
    rows = fetch(
        db.session,
        select(Meal.site_code, Meal.resident_no, func.count())
        .join(Site, Site.site_code == Meal.site_code)
        .join(Resident, Resident.resident_no == Meal.resident_no)
        .where(
            Meal.served_on.between(month.first_on, month.last_on),
            canteens.within(scope),
            ~select(undoing.id).where(undoing.reverses == Meal.id).exists(),
        )
        .group_by(Meal.site_code, Meal.resident_no)
        .order_by(Meal.site_code, Meal.resident_no),
    )
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for site_code, resident_no, meals in rows:
        found[site_code][resident_no] = int(meals)
    return dict(found)


def _sites(scope: Scope) -> dict[str, SiteRow]:
    rows = db.session.execute(select(Site).where(canteens.within(scope)).order_by(Site.site_code)).scalars()
    return {
        site.site_code: SiteRow(
            site.site_code,
            site.kind,
            site.area_code,
            _point(site.latitude, site.longitude),
            site.seats,
            site.kitchen_code,
        )
        for site in rows
    }


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)


def _meals(first: date, last: date, scope: Scope) -> list[MealRow]:
    undone = _undone(first, last)
    rows = fetch(
        db.session,
        select(
            Meal.id,
            Meal.resident_no,
            Meal.site_code,
            Meal.served_on,
            Meal.sitting,
            Meal.channel,
            Meal.served_at,
            Meal.received_at,
            Meal.recorded_by,
            Meal.tablet,
            Meal.found_by,
            Meal.sheet_no,
        )
        .join(Site, Site.site_code == Meal.site_code)
        .where(Meal.served_on.between(first, last), canteens.within(scope)),
        at_once=_ROWS_AT_ONCE,
    )
    return [MealRow(*row, undone_at=undone.get(row[0])) for row in rows]


def _undone(first: date, last: date) -> dict[UUID, datetime]:
    """Give when each reversed meal of these days was reversed first."""
    rows = fetch(
        db.session,
        select(Reversal.reverses, func.min(Reversal.served_at))
        .where(
            Reversal.reverses.in_(select(Meal.id).where(Meal.served_on.between(first, last))),
        )
        .group_by(Reversal.reverses),
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _eaters(first: date, last: date, scope: Scope) -> Select[str]:
    return (
        select(Meal.resident_no)
        .join(Site, Site.site_code == Meal.site_code)
        .where(Meal.served_on.between(first, last), canteens.within(scope))
        .distinct()
    )


def _people(first: date, last: date, scope: Scope, shared_by: int) -> dict[str, PersonRow]:
    is_eater = Resident.resident_no.in_(_eaters(first, last, scope))
    people = fetch(
        db.session,
        select(Resident.id, Resident.resident_no, Resident.name, Resident.latitude, Resident.longitude)
        .where(is_eater)
        .order_by(Resident.resident_no),
    ).all()
    statuses, absences = _statuses(is_eater), _absences(is_eater, last)
    marks = _phone_marks(first, last, scope, shared_by)
    return {
        number: PersonRow(
            number,
            name,
            _point(latitude, longitude),
            tuple(statuses.get(key, ())),
            tuple(absences.get(key, ())),
            marks.get(number, ""),
        )
        for key, number, name, latitude, longitude in people
    }


def _statuses(is_eater: ColumnElement[bool]) -> dict[int, list[StatusChange]]:
    found: defaultdict[int, list[StatusChange]] = defaultdict(list)
    for row in fetch(
        db.session,
        select(ResidentStatus.resident_id, ResidentStatus.status, ResidentStatus.from_on)
        .join(Resident, Resident.id == ResidentStatus.resident_id)
        .where(is_eater),
    ):
        found[row[0]].append(StatusChange(row[1], row[2]))
    return found


def _absences(is_eater: ColumnElement[bool], last: date) -> dict[int, list[Absence]]:
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    for row in fetch(
        db.session,
        select(
            ResidentAbsence.resident_id,
            ResidentAbsence.reason,
            ResidentAbsence.from_on,
            ResidentAbsence.back_on,
        )
        .join(Resident, Resident.id == ResidentAbsence.resident_id)
        .where(is_eater, ResidentAbsence.from_on <= last),
    ):
        found[row[0]].append(Absence(row[1], row[2], row[3]))
    return found


def _phone_marks(first: date, last: date, scope: Scope, shared_by: int) -> dict[str, str]:
    """Give a mark for each number whose last digits stand at many diners; equal marks, equal numbers."""
    is_eater = Resident.resident_no.in_(_eaters(first, last, scope))
    frequent = (
        select(Resident.phone_tail)
        .where(is_eater, Resident.phone_tail.is_not(None))
        .group_by(Resident.phone_tail)
        .having(func.count() >= shared_by)
    )
    rows = fetch(
        db.session,
        select(Resident.resident_no, Resident.phone).where(is_eater, Resident.phone_tail.in_(frequent)),
    )
    return {
        number: keyring.index(phone, context="check.phone")[:_MARK]
        for number, phone in rows
        if phone is not None
    }


def _doors() -> list[DoorsRow]:
    across, up = (
        func.round(column * _CELLS_PER_DEGREE) for column in (Resident.longitude, Resident.latitude)
    )
    rows = fetch(
        db.session,
        select(up, across, func.count())
        .where(Resident.latitude.is_not(None), Resident.longitude.is_not(None))
        .group_by(up, across),
    )
    return [
        DoorsRow(Point(float(row[0]) / _CELLS_PER_DEGREE, float(row[1]) / _CELLS_PER_DEGREE), int(row[2]))
        for row in rows
    ]


def _handovers(first: date, last: date, sites: Collection[str]) -> list[HandoverRow]:
    rows = fetch(
        db.session,
        select(
            StopReport.run_id,
            Rider.rider_no,
            DayPlan.kitchen_code,
            func.min(StopReport.happened_at),
            Resident.latitude,
            Resident.longitude,
        )
        .join(Stop, (Stop.run_id == StopReport.run_id) & (Stop.position == StopReport.position))
        .join(Run, Run.id == StopReport.run_id)
        .join(DayPlan, DayPlan.id == Run.plan_id)
        .join(Rider, Rider.id == Run.rider_id)
        .join(Subscription, Subscription.id == Stop.subscription_id)
        .join(Resident, Resident.id == Subscription.resident_id)
        .where(
            DayPlan.served_on.between(first, last),
            StopReport.outcome == Outcome.HANDED_OVER,
            StopReport.via == Via.LINK,
        )
        .group_by(
            StopReport.run_id,
            StopReport.position,
            Rider.rider_no,
            DayPlan.kitchen_code,
            Resident.latitude,
            Resident.longitude,
        ),
    )
    return [
        HandoverRow(run_id, rider_no, kitchen, happened_at, _point(latitude, longitude))
        for run_id, rider_no, kitchen, happened_at, latitude, longitude in rows
        if kitchen in sites
    ]


def _planned(first: date, last: date) -> frozenset[tuple[str, date, Sitting]]:
    rows = fetch(
        db.session,
        select(DayPlan.kitchen_code, DayPlan.served_on, DayPlan.sitting)
        .where(DayPlan.served_on.between(first, last), DayPlan.released_at.is_not(None))
        .distinct(),
    )
    return frozenset((row[0], row[1], row[2]) for row in rows)


def _proven(first: date, last: date) -> frozenset[tuple[str, date, Sitting]]:
    rows = fetch(
        db.session,
        select(Resident.resident_no, DeliveredMeal.served_on, Subscription.sitting)
        .join(Subscription, Subscription.id == DeliveredMeal.subscription_id)
        .join(Resident, Resident.id == Subscription.resident_id)
        .where(DeliveredMeal.served_on.between(first, last)),
    )
    return frozenset((row[0], row[1], row[2]) for row in rows)


def _users(scope: Scope) -> list[UserRow]:
    rows = db.session.execute(
        select(User)
        .where(User.is_active, User.area.startswith(scope.area, autoescape=True))
        .order_by(User.user_no)
    ).scalars()
    return [UserRow(user.user_no, user.name, user.area, _conflicting(user)) for user in rows]


def _conflicting(user: User) -> tuple[str, ...]:
    try:
        ensure_separate(user.role_set)
    except DomainError:
        return tuple(sorted(role.value for role in user.role_set))
    return ()


def _steps(month: Month, sites: Collection[str]) -> list[StepRow]:
    """Give the steps of offices with the month's statements; a site hands in its own, and that is right."""
    rows = fetch(
        db.session,
        select(Statement.site_code, Statement.statement_no, StatementStep.taken_by)
        .join(StatementStep, StatementStep.statement_id == Statement.id)
        .where(Statement.month == str(month), StatementStep.act != Act.SUBMIT)
        .order_by(StatementStep.id),
    )
    return [StepRow(*row) for row in rows if row[0] in sites]


def _calls(month: Month, sites: Collection[str]) -> list[CallRow]:
    tasks = db.session.execute(
        select(CallTask).join(CallTask.sample).where(CallSample.month == str(month)).order_by(CallTask.id)
    ).scalars()
    return [
        CallRow(task.id, task.site_code, task.resident_no, task.meals, task.newest.outcome)
        for task in tasks
        if task.newest is not None and task.site_code in sites
    ]
