"""Home of the queries on kitchens and subscriptions: who gets what at home, and what is due on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.canteens.models import Site
from app.canteens.queries import within as at_sites
from app.canteens.queries.opening import closed_on
from app.canteens.rules import Sitting
from app.delivery.models import DayPlan, Subscription
from app.delivery.queries.orders import cancelled_on
from app.extensions import db
from app.residents.models import Resident
from app.residents.queries import matches as meant
from app.residents.queries import within as of_residents
from app.residents.rules.absence import Absence
from app.residents.rules.facts import ResidentFacts, Status, StatusChange
from app.roles import Scope

ON_A_SCREEN = (
    Resident.resident_no,
    Resident.name,
    Resident.birth_on,
    Resident.sex,
    Resident.address,
    Resident.registered_area,
    Resident.residence_area,
    Resident.latitude,
    Resident.longitude,
)
"""What delivery shows of a resident; identity number and phone stay sealed unless they are asked for."""


@dataclass(frozen=True, slots=True)
class DueSubscriptions:
    """A kitchen's subscriptions of one sitting of one day: those that go, and those whose resident is away.

    `staying` are those whose resident cannot be served at all any more; `cancelled` those that somebody
    cancelled for this day alone; `shut` those whose kitchen stays shut on the day.
    """

    going: tuple[Subscription, ...]
    away: tuple[tuple[Subscription, Absence], ...]
    staying: tuple[tuple[Subscription, Status], ...]
    cancelled: tuple[Subscription, ...] = ()
    shut: tuple[Subscription, ...] = ()


# --- kitchens -----------------------------------------------------------------------------------------------


def kitchens(scope: Scope, *, on: date) -> Sequence[Site]:
    """Give the sites within a scope that cook on a day."""
    return (
        db.session.execute(
            select(Site)
            .where(
                Site.kitchen_code.is_(None),
                Site.opened_on <= on,
                or_(Site.closed_on.is_(None), Site.closed_on > on),
                at_sites(scope),
            )
            .order_by(Site.site_code)
        )
        .scalars()
        .all()
    )


def kitchens_of_day(on: date, sitting: Sitting, scope: Scope) -> Sequence[Site]:
    """Give the kitchens within a scope that have deliveries or a plan on a day."""
    busy = (
        select(Subscription.kitchen_code)
        .where(is_due_on(on, sitting))
        .union(
            select(DayPlan.kitchen_code).where(DayPlan.served_on == on, DayPlan.sitting == sitting),
        )
    )
    return (
        db.session.execute(
            select(Site).where(Site.site_code.in_(busy), at_sites(scope)).order_by(Site.site_code)
        )
        .scalars()
        .all()
    )


# --- subscriptions ------------------------------------------------------------------------------------------


def is_due_on(on: date, sitting: Sitting) -> ColumnElement[bool]:
    """Say in SQL what `rules.days.is_due` says."""
    return and_(
        Subscription.sitting == sitting,
        Subscription.from_on <= on,
        or_(Subscription.until_on.is_(None), Subscription.until_on > on),
        Subscription.weekdays.bitwise_and(1 << on.weekday()) != 0,
    )


def due(on: date, sitting: Sitting, kitchen_codes: Sequence[str]) -> dict[str, DueSubscriptions]:
    """Give what is due at these kitchens; apart, what is due to somebody who is away or cannot be served."""
    rows = (
        db.session.execute(
            select(Subscription)
            .join(Subscription.resident)
            .options(
                contains_eager(Subscription.resident).load_only(*ON_A_SCREEN, raiseload=True),
                contains_eager(Subscription.resident).selectinload(Resident.statuses),
                contains_eager(Subscription.resident).selectinload(Resident.absences),
            )
            .where(is_due_on(on, sitting), Subscription.kitchen_code.in_(kitchen_codes))
            .order_by(Subscription.id)
        )
        .scalars()
        .all()
    )
    going: dict[str, list[Subscription]] = defaultdict(list)
    away: dict[str, list[tuple[Subscription, Absence]]] = defaultdict(list)
    staying: dict[str, list[tuple[Subscription, Status]]] = defaultdict(list)
    cancelled: dict[str, list[Subscription]] = defaultdict(list)
    shut: dict[str, list[Subscription]] = defaultdict(list)
    not_today, closed = cancelled_on(on), closed_on(on)
    for subscription in rows:
        status = _status_on(subscription.resident, on)
        absence = _absence_on(subscription.resident, on)
        if status is not Status.ACTIVE:
            staying[subscription.kitchen_code].append((subscription, status))
        elif absence is not None:
            away[subscription.kitchen_code].append((subscription, absence))
        elif subscription.id in not_today:
            cancelled[subscription.kitchen_code].append(subscription)
        elif subscription.kitchen_code in closed:
            shut[subscription.kitchen_code].append(subscription)
        else:
            going[subscription.kitchen_code].append(subscription)
    return {
        code: DueSubscriptions(
            tuple(going[code]),
            tuple(away[code]),
            tuple(staying[code]),
            tuple(cancelled[code]),
            tuple(shut[code]),
        )
        for code in kitchen_codes
    }


def _absence_on(resident: Resident, on: date) -> Absence | None:
    return next((each.days for each in resident.absences if each.days.covers(on)), None)


def _status_on(resident: Resident, on: date) -> Status:
    facts = ResidentFacts(
        resident.resident_no,
        resident.birth_on,
        resident.registered_area,
        resident.residence_area,
        statuses=tuple(StatusChange(each.status, each.from_on) for each in resident.statuses),
    )
    return facts.status_on(on)


def subscription_in(scope: Scope) -> ColumnElement[bool]:
    """Residents in the area for those who stand for an area; their own kitchen for those at a site."""
    if scope.site_code is not None:
        return Subscription.kitchen_code == scope.site_code
    return of_residents(scope)


def subscriptions(
    scope: Scope, *, search: str = "", on: date | None = None, resident_no: str = ""
) -> Select[Subscription]:
    """Select subscriptions of the residents whom a search means; with `on`, those not ended by then."""
    found = (
        select(Subscription)
        .join(Subscription.resident)
        .options(
            contains_eager(Subscription.resident).load_only(*ON_A_SCREEN, raiseload=True),
            contains_eager(Subscription.resident).selectinload(Resident.absences),
            joinedload(Subscription.kitchen),
        )
        .where(subscription_in(scope), _not_withdrawn())
        .order_by(Resident.name_key, Resident.id, Subscription.sitting, Subscription.from_on)
    )
    if on is not None:
        found = found.where(or_(Subscription.until_on.is_(None), Subscription.until_on > on))
    if resident_no:
        found = found.where(Resident.resident_no == resident_no)
    if search:
        found = found.where(meant(search))
    return found


def _not_withdrawn() -> ColumnElement[bool]:
    return or_(Subscription.until_on.is_(None), Subscription.until_on > Subscription.from_on)


def subscription(subscription_id: int, scope: Scope) -> Subscription | None:
    """Give a subscription, if it lies within the scope."""
    return db.session.execute(
        select(Subscription)
        .join(Subscription.resident)
        .options(contains_eager(Subscription.resident).load_only(*ON_A_SCREEN, raiseload=True))
        .where(Subscription.id == subscription_id, subscription_in(scope))
    ).scalar_one_or_none()


def subscriptions_of(resident_id: int, sitting: Sitting) -> Sequence[Subscription]:
    """Give a resident's subscriptions to a sitting that were not withdrawn."""
    return (
        db.session.execute(
            select(Subscription)
            .where(Subscription.resident_id == resident_id, Subscription.sitting == sitting, _not_withdrawn())
            .order_by(Subscription.from_on, Subscription.id)
        )
        .scalars()
        .all()
    )


def resident(resident_no: str, scope: Scope, *, for_update: bool = False) -> Resident | None:
    """Give a resident by number, if they live or are registered within the scope."""
    found = (
        select(Resident)
        .options(selectinload(Resident.statuses))
        .where(
            Resident.resident_no == resident_no,
            of_residents(scope),
        )
    )
    if for_update:
        found = found.with_for_update()
    return db.session.execute(found).scalar_one_or_none()
