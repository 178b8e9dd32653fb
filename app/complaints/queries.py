"""Home of the queries on complaints: lists within a viewer's sight, one with its steps, settings, figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.auth.models import User
from app.canteens.models import Site
from app.complaints.models import Complaint, ComplaintClassVersion, ComplaintStep, ComplaintSupervisor
from app.complaints.rules.classes import ClassBook
from app.complaints.rules.figures import Course
from app.complaints.rules.states import ENDED, OPEN, WAITING, State
from app.complaints.rules.supervision import Supervisor
from app.delivery.models import DayPlan, Run
from app.extensions import db
from app.meals.models import Meal
from app.residents.models import Resident
from app.roles import Actor, Permission

_MOST_OFFERED = 40


def within(by: Actor) -> ColumnElement[bool]:
    """Say in SQL which complaints somebody sees: of their area; at a site, those given to them alone."""
    own = Complaint.assigned_to == by.user_no
    if by.scope.site_code is not None:
        return and_(own, Complaint.state != State.RECEIVED)
    return (
        or_(Complaint.area_code.startswith(by.scope.area, autoescape=True), own) if by.scope.area else true()
    )


def complaints(
    by: Actor, *, kind: str = "open", class_code: str = "", site_code: str = "", today: date
) -> Select[Complaint]:
    """Select complaints that somebody sees: open, late, their own, ended or all; the most urgent first."""
    found = (
        select(Complaint).where(within(by), *_of_kind(kind, by, today)).options(joinedload(Complaint.site))
    )
    if class_code:
        found = found.where(Complaint.class_code == class_code)
    if site_code:
        found = found.where(Complaint.site_code == site_code)
    is_waiting = case((Complaint.state.in_(WAITING), 0), (Complaint.state.in_(OPEN), 1), else_=2)
    return found.order_by(is_waiting, Complaint.due_on, Complaint.id)


def _of_kind(kind: str, by: Actor, today: date) -> list[ColumnElement[bool]]:
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "open": [Complaint.state.in_(OPEN)],
        "late": [_is_late(today)],
        "mine": [Complaint.assigned_to == by.user_no, Complaint.state.in_(OPEN)],
        "ended": [Complaint.state.in_(ENDED)],
    }
    return conditions.get(kind, [])


def _is_late(today: date) -> ColumnElement[bool]:
    return and_(Complaint.state.in_(WAITING), Complaint.due_on < today)


def count_late(by: Actor, today: date) -> int:
    """Count the answers that are late, among what somebody sees."""
    return _count(within(by), _is_late(today))


def count_open(by: Actor) -> int:
    """Count the complaints that are not ended, among what somebody sees."""
    return _count(within(by), Complaint.state.in_(OPEN))


def count_to_do(by: Actor) -> int:
    """Count what waits for somebody: new ones to be given out, or those given to them."""
    own = and_(Complaint.assigned_to == by.user_no, Complaint.state == State.ASSIGNED)
    if not by.may(Permission.COMPLAINTS_DIRECT):
        return _count(within(by), own)
    return _count(within(by), or_(own, Complaint.state.in_(OPEN - {State.ASSIGNED})))


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.execute(select(func.count()).select_from(Complaint).where(*conditions)).scalar_one()


def complaint(number: int, by: Actor, *, for_update: bool = False) -> Complaint | None:
    """Give a complaint with its steps, if somebody sees it."""
    found = select(Complaint).where(Complaint.id == number, within(by)).options(selectinload(Complaint.steps))
    return db.session.execute(
        found.with_for_update(of=Complaint).execution_options(populate_existing=True) if for_update else found
    ).scalar_one_or_none()


def complaint_numbered(number: int) -> Complaint | None:
    """Give a complaint, whoever asks: what of it is shown is for the caller to decide."""
    return db.session.get(Complaint, number)


def of_sent_ids(ids: Collection[UUID]) -> dict[UUID, Complaint]:
    """Give what came under these numbers of tablets and forms, by number."""
    rows = db.session.execute(
        select(Complaint).where(Complaint.sent_id.in_(ids)).order_by(Complaint.id)
    ).scalars()
    return {each.sent_id: each for each in rows if each.sent_id is not None}


def of_hotline_numbers(numbers: Collection[str]) -> dict[str, Complaint]:
    """Give what came with these numbers of the hotline, by number."""
    rows = db.session.execute(
        select(Complaint).where(Complaint.hotline_no.in_(numbers)).order_by(Complaint.id)
    ).scalars()
    return {each.hotline_no: each for each in rows if each.hotline_no is not None}


def hotline_replies(by: Actor, since: date) -> list[Complaint]:
    """Give what came by the hotline since a day, in the order of receipt."""
    found = (
        select(Complaint)
        .where(within(by), Complaint.hotline_no.is_not(None), Complaint.received_on >= since)
        .options(joinedload(Complaint.site))
        .order_by(Complaint.received_on, Complaint.id)
    )
    return list(db.session.execute(found).scalars())


def duplicates_of(number: int) -> list[Complaint]:
    """Give what was merged into a complaint."""
    found = select(Complaint).where(Complaint.merged_into == number).order_by(Complaint.id)
    return list(db.session.execute(found).scalars())


def class_book() -> ClassBook:
    """Give every class with its versions."""
    rows = db.session.execute(select(ComplaintClassVersion).order_by(ComplaintClassVersion.id)).scalars()
    return ClassBook(row.version for row in rows)


def class_versions() -> list[ComplaintClassVersion]:
    """Give the classes as they were set, the newest first."""
    return list(
        db.session.execute(
            select(ComplaintClassVersion).order_by(
                ComplaintClassVersion.from_on.desc(), ComplaintClassVersion.id.desc()
            )
        ).scalars()
    )


def supervisors() -> list[Supervisor]:
    """Give who was ever named to supervise, in the order in which they were named."""
    rows = db.session.execute(select(ComplaintSupervisor).order_by(ComplaintSupervisor.id)).scalars()
    return [row.supervisor for row in rows]


def candidates(area_code: str, site_code: str | None) -> list[User]:
    """Give whom a complaint can be given to: who may answer at its site, over its area or in a part of it."""
    rows = db.session.execute(
        select(User).where(User.is_active).options(selectinload(User.roles)).order_by(User.id)
    ).scalars()
    return [
        user
        for user in rows
        if user.actor.may(Permission.COMPLAINTS_ANSWER)
        and user.site_code in (None, site_code)
        and (area_code.startswith(user.area) or user.area.startswith(area_code))
    ]


def supervisors_for(area: str) -> list[User]:
    """Give who can be named to supervise an area: people of the street or the district over it."""
    rows = db.session.execute(
        select(User)
        .where(User.is_active, User.site_code.is_(None))
        .options(selectinload(User.roles))
        .order_by(User.id)
    ).scalars()
    return [
        user
        for user in rows
        if user.actor.may(Permission.COMPLAINTS_SUPERVISE) and area.startswith(user.area)
    ]


def courses(by: Actor, first: date, last: date) -> list[Course]:
    """Give the courses that the figures of a month are made of: received by its end, not over before it."""
    found = (
        select(Complaint)
        .where(
            within(by),
            Complaint.received_on <= last,
            or_(Complaint.ended_on.is_(None), Complaint.ended_on >= first),
        )
        .order_by(Complaint.id)
    )
    return [each.course for each in db.session.execute(found).scalars()]


def days_of_complaints(by: Actor) -> tuple[date, date] | None:
    """Give the first and the last day on which anything came in."""
    found = db.session.execute(
        select(func.min(Complaint.received_on), func.max(Complaint.received_on)).where(within(by))
    ).one()
    return None if found[0] is None else (found[0], found[1])


def meals_around(resident_no: str, said_on: date, site_code: str | None) -> list[Meal]:
    """Give a resident's meals in the fortnight before a day, the newest first."""
    found = select(Meal).where(
        Meal.resident_no == resident_no, Meal.served_on.between(said_on - timedelta(days=14), said_on)
    )
    if site_code is not None:
        found = found.where(Meal.site_code == site_code)
    return list(
        db.session.execute(found.order_by(Meal.served_on.desc(), Meal.id).limit(_MOST_OFFERED)).scalars()
    )


def runs_on(day: date, site_codes: Collection[str]) -> list[Run]:
    """Give the runs of a day that left these kitchens, by departure."""
    return list(
        db.session.execute(
            select(Run)
            .join(DayPlan, DayPlan.id == Run.plan_id)
            .where(DayPlan.served_on == day, DayPlan.kitchen_code.in_(site_codes))
            .options(joinedload(Run.rider))
            .order_by(Run.depart_seconds, Run.id)
            .limit(_MOST_OFFERED)
        ).scalars()
    )


def meal_linked(meal_id: UUID | None) -> Meal | None:
    """Give the meal that a complaint is about."""
    return None if meal_id is None else db.session.get(Meal, meal_id)


def run_linked(run_id: int | None) -> Run | None:
    """Give the run that a complaint is about."""
    return None if run_id is None else db.session.get(Run, run_id)


def kitchen_of_run(run_id: int) -> str | None:
    """Give the kitchen that a run left."""
    return db.session.execute(
        select(DayPlan.kitchen_code).join(Run, Run.plan_id == DayPlan.id).where(Run.id == run_id)
    ).scalar_one_or_none()


def resident_linked(resident_id: int | None) -> Resident | None:
    """Give the resident who complains."""
    return None if resident_id is None else db.session.get(Resident, resident_id)


def of_resident(resident_id: int) -> list[Complaint]:
    """Give what a resident complained of, with its steps, the oldest first."""
    return list(
        db.session.execute(
            select(Complaint)
            .where(Complaint.resident_id == resident_id)
            .options(selectinload(Complaint.steps))
            .order_by(Complaint.id)
        ).scalars()
    )


def ended_before(day: date) -> list[int]:
    """Give the numbers of complaints that ended before a day and still hold words."""
    return list(
        db.session.execute(
            select(Complaint.id)
            .where(Complaint.ended_on < day, Complaint.emptied_at.is_(None))
            .order_by(Complaint.id)
        ).scalars()
    )


def with_steps(numbers: Collection[int]) -> list[Complaint]:
    """Give these complaints with their steps."""
    return list(
        db.session.execute(
            select(Complaint)
            .where(Complaint.id.in_(numbers))
            .options(selectinload(Complaint.steps))
            .order_by(Complaint.id)
        ).scalars()
    )


def open_sites(on: date) -> list[Site]:
    """Give the sites that are there on a day, by code."""
    return list(
        db.session.execute(
            select(Site)
            .where(Site.opened_on <= on, or_(Site.closed_on.is_(None), Site.closed_on > on))
            .order_by(Site.site_code)
        ).scalars()
    )


def count_received_from(site_code: str, since: datetime) -> int:
    """Count what the code at a site's tables brought in since an instant."""
    return db.session.execute(
        select(func.count())
        .select_from(ComplaintStep)
        .join(Complaint, Complaint.id == ComplaintStep.complaint_id)
        .where(
            Complaint.site_code == site_code,
            Complaint.way == "qr",
            ComplaintStep.act == "received",
            ComplaintStep.taken_at >= since,
        )
    ).scalar_one()
