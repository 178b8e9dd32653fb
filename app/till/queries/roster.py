"""Home of the queries on what a tablet must know: who belongs to its site, their habits, their meals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select, union

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal
from app.meals.queries import REGULARS_LOOK_BACK
from app.meals.rules import Channel
from app.residents.models import Resident


def changed_since(at: datetime) -> set[str]:
    """Give the residents who ate anywhere, or were written down anew, since an instant."""
    eaters = select(LedgerRecord.resident_no).where(LedgerRecord.received_at >= at)
    edited = select(Resident.resident_no).where(or_(Resident.registered_at >= at, Resident.changed_at >= at))
    return set(db.session.execute(union(eaters, edited)).scalars()) - {""}


def roster_numbers(site: Site, on: date, *, among: Collection[str] | None = None) -> list[str]:
    """Give who belongs to a site's roster, by number: its street's residents, and who ate here of late."""
    guests = select(Meal.resident_no).where(
        Meal.site_code == site.site_code, Meal.served_on > on - ROSTER_LOOK_BACK
    )
    wanted = select(Resident.resident_no).where(
        or_(
            Resident.residence_area.startswith(site.area_code[:_STREET], autoescape=True),
            Resident.resident_no.in_(guests),
        )
    )
    if among is not None:
        wanted = wanted.where(Resident.resident_no.in_(among))
    return list(db.session.execute(wanted.order_by(Resident.resident_no)).scalars())


ROSTER_LOOK_BACK = timedelta(weeks=8)
_STREET = 9
"""Digits of a street's code."""
_AT_ONCE = 2000


class RosterPerson(NamedTuple):
    """What a roster shows of a resident, beside what decisions rest on."""

    id: int
    resident_no: str
    name: str
    search_keys: str
    phone_tail: str | None
    identity_tail: str | None
    residence_area: str


def roster_people(resident_nos: Sequence[str]) -> list[RosterPerson]:
    """Give what a roster shows of residents, by number; unknown numbers are left out."""
    return [
        RosterPerson(*row)
        for portion in _portions(resident_nos)
        for row in db.session.execute(
            select(
                Resident.id,
                Resident.resident_no,
                Resident.name,
                Resident.search_keys,
                Resident.phone_tail,
                Resident.identity_tail,
                Resident.residence_area,
            )
            .where(Resident.resident_no.in_(portion))
            .order_by(Resident.resident_no)
        )
    ]


class Habit(NamedTuple):
    """How often a resident ate at a sitting in one channel."""

    resident_no: str
    sitting: Sitting
    channel: Channel
    times: int


def habits(site_code: str, on: date, resident_nos: Collection[str]) -> list[Habit]:
    """Count four weeks' meals at a site by resident, sitting and channel, the most frequent first."""
    wanted = set(resident_nos)
    times = func.count().label("times")
    rows = db.session.execute(
        select(Meal.resident_no, Meal.sitting, Meal.channel, times)
        .where(
            Meal.site_code == site_code,
            Meal.served_on.between(on - REGULARS_LOOK_BACK, on - timedelta(days=1)),
        )
        .group_by(Meal.resident_no, Meal.sitting, Meal.channel)
        .order_by(times.desc(), Meal.resident_no, Meal.sitting, Meal.channel)
    )
    return [Habit(*row) for row in rows if row.resident_no in wanted]


def subsidised(
    resident_nos: Sequence[str], first: date, last: date, *, but: str
) -> dict[str, list[list[Any]]]:
    """Give the meals of residents that got government money, as [day, sitting, fen], by resident.

    Those that came from the tablet `but` are left out: it knows them itself.
    """
    found: dict[str, list[list[Any]]] = {}
    for portion in _portions(resident_nos):
        rows = db.session.execute(
            select(Meal.resident_no, Meal.served_on, Meal.sitting, Decision.government_fen)
            .join(Decision, Decision.meal_id == Meal.id)
            .where(
                Meal.resident_no.in_(portion),
                Meal.served_on.between(first, last),
                Meal.tablet != but,
                Decision.government_fen > 0,
            )
            .order_by(Meal.resident_no, Meal.served_at, Meal.id)
        )
        for row in rows:
            entry = [row.served_on.isoformat(), row.sitting.value, row.government_fen]
            found.setdefault(row.resident_no, []).append(entry)
    return found


def _portions(resident_nos: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(resident_nos), _AT_ONCE):
        yield resident_nos[start : start + _AT_ONCE]
