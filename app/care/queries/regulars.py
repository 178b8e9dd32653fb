"""Home of the queries by which a sitting is watched: who usually comes, who came, what tablets know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, select

from app.canteens.rules import Sitting
from app.care.models import MissedMeal, WatchOrdering, WatchRound
from app.care.rules.watching import DEFAULT_ORDER, WatchOrder
from app.database import among, fetch
from app.delivery.models import Subscription
from app.delivery.queries.subscriptions import is_due_on
from app.extensions import db
from app.meals.models import Meal
from app.meals.queries import is_reversed
from app.meals.rules import Channel
from app.residents.models import Resident, ResidentAbsence
from app.residents.queries import is_active_on, is_away_on
from app.residents.rules.absence import Absence
from app.subsidy.models import CalendarDay
from app.till.models import Tablet
from app.till.rules.watch import TabletFacts


def order_on(day: date) -> WatchOrder:
    """Give what is ordered for a day: the newest order that is in force by then."""
    row = db.session.execute(
        select(WatchOrdering)
        .where(WatchOrdering.from_on <= day)
        .order_by(WatchOrdering.from_on.desc(), WatchOrdering.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return DEFAULT_ORDER if row is None else row.order


def orderings() -> list[WatchOrdering]:
    """Give every order that was given, the newest first."""
    found = select(WatchOrdering).order_by(WatchOrdering.from_on.desc(), WatchOrdering.id.desc())
    return list(db.session.execute(found).scalars())


def holidays(first: date, last: date) -> frozenset[date]:
    """Give the holidays of some days: those that the calendar names as no workdays."""
    found = select(CalendarDay.on).where(CalendarDay.on.between(first, last), ~CalendarDay.is_workday)
    return frozenset(db.session.execute(found.order_by(CalendarDay.on)).scalars())


@dataclass(slots=True)
class Attendance:
    """Who came to a sitting on some days, and the days on which each site served anybody."""

    eaten: dict[str, dict[date, str]]
    served: dict[str, set[date]]


def attendance(sitting: Sitting, days: Collection[date]) -> Attendance:
    """Give who came to a sitting on these days, as (day, site) by resident number.

    A meal brought to the door does not count: who waits at home is found at home.
    """
    rows = fetch(db.session, _ATTENDANCE, {"days": list(days), "sitting": sitting})
    eaten: dict[str, dict[date, str]] = defaultdict(dict)
    served: dict[str, set[date]] = defaultdict(set)
    for resident_no, day, site_code in rows:
        eaten[resident_no][day] = site_code
        served[site_code].add(day)
    return Attendance(eaten, served)


_ATTENDANCE = (
    select(Meal.resident_no, Meal.served_on, Meal.site_code)
    .where(
        among(Meal.served_on, "days"),
        Meal.sitting == bindparam("sitting"),
        Meal.channel != Channel.DELIVERED,
        ~is_reversed(),
    )
    .order_by(Meal.resident_no, Meal.served_on, Meal.served_at)
)


def who_ate(on: date, sitting: Sitting) -> tuple[frozenset[str], dict[str, int]]:
    """Give who has eaten at a sitting so far, whatever way, and how many at each site."""
    rows = db.session.execute(
        select(Meal.resident_no, Meal.site_code)
        .where(Meal.served_on == on, Meal.sitting == sitting, ~is_reversed())
        .order_by(Meal.resident_no)
    )
    people: set[str] = set()
    meals: dict[str, int] = defaultdict(int)
    for resident_no, site_code in rows:
        people.add(resident_no)
        meals[site_code] += 1
    return frozenset(people), meals


def absences_since(first: date) -> dict[str, list[Absence]]:
    """Give the absences that reach into the days since a day, by resident number."""
    rows = db.session.execute(
        select(Resident.resident_no, ResidentAbsence)
        .join(ResidentAbsence, ResidentAbsence.resident_id == Resident.id)
        .where(ResidentAbsence.back_on.is_(None) | (ResidentAbsence.back_on > first))
        .order_by(Resident.resident_no, ResidentAbsence.from_on)
    )
    found: dict[str, list[Absence]] = defaultdict(list)
    for resident_no, absence in rows:
        found[resident_no].append(absence.days)
    return found


def expected(resident_nos: Collection[str], on: date, sitting: Sitting) -> dict[str, int]:
    """Give who of these is expected at a sitting, as row ids by resident number.

    Not who died, moved, lives in an institution or is away, and not who has the sitting's meal brought home.
    """
    statement = (
        select(Resident.resident_no, Resident.id)
        .where(
            among(Resident.resident_no, "resident_nos"),
            is_active_on(on),
            ~is_away_on(on),
            ~exists().where(Subscription.resident_id == Resident.id, is_due_on(on, sitting)),
        )
        .order_by(Resident.resident_no)
    )
    rows = fetch(db.session, statement, {"resident_nos": list(resident_nos)})
    return {row.resident_no: row.id for row in rows}


def tablets_by_site() -> dict[str, list[TabletFacts]]:
    """Give what is known of the tablets that are in use, by site."""
    rows = db.session.execute(
        select(Tablet)
        .where(Tablet.revoked_at.is_(None), Tablet.enrolled_at.is_not(None))
        .order_by(Tablet.site_code, Tablet.id)
    ).scalars()
    found: dict[str, list[TabletFacts]] = defaultdict(list)
    for tablet in rows:
        found[tablet.site_code].append(tablet.facts)
    return found


def rounds_on(on: date) -> dict[Sitting, WatchRound]:
    """Give the sittings of a day that were looked at."""
    rows = db.session.execute(
        select(WatchRound).where(WatchRound.served_on == on).order_by(WatchRound.sitting)
    ).scalars()
    return {row.sitting: row for row in rows}


def missed_at(on: date, sitting: Sitting) -> set[int]:
    """Give who is noted already as having missed a sitting, as row ids of residents."""
    found = select(MissedMeal.resident_id).where(MissedMeal.served_on == on, MissedMeal.sitting == sitting)
    return set(db.session.execute(found.order_by(MissedMeal.resident_id)).scalars())
