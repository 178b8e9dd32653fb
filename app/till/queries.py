"""Home of the queries on tablets, what they sent, and what they must know; always ordered, within a scope."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import contains_eager

from app.access import Scope
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal
from app.meals.queries import REGULARS_LOOK_BACK, is_reversed
from app.meals.rules import Channel
from app.residents.models import Resident
from app.subsidy.rules import Reason
from app.till.models import DayClose, QuarantinedRecord, Tablet
from app.till.rules.receipts import Decided, Witness


def last_tablet_id() -> int:
    """Give the highest id in use, 0 when there is none."""
    return db.session.execute(select(func.coalesce(func.max(Tablet.id), 0))).scalar_one()


def tablet_named(site_code: str, name: str) -> Tablet | None:
    """Give the tablet of this name that is in use at a site."""
    return db.session.execute(
        select(Tablet).where(Tablet.site_code == site_code, Tablet.name == name, Tablet.revoked_at.is_(None))
    ).scalar_one_or_none()


def tablet_of_code(code_digest: str) -> Tablet | None:
    """Give the tablet that a one-time code enrols."""
    return db.session.execute(
        select(Tablet).where(Tablet.code_digest == code_digest).with_for_update()
    ).scalar_one_or_none()


def tablet_of_token(token_digest: str) -> Tablet | None:
    """Give the tablet that holds a token, also a revoked one."""
    return db.session.execute(select(Tablet).where(Tablet.token_digest == token_digest)).scalar_one_or_none()


def tablet_locked(tablet_id: int) -> Tablet:
    """Give a tablet, held until the transaction ends: it sends one batch at a time."""
    return db.session.execute(select(Tablet).where(Tablet.id == tablet_id).with_for_update()).scalar_one()


def tablet_numbered(tablet_no: str, scope: Scope) -> Tablet | None:
    """Give a tablet by number, unless it lies outside the scope."""
    return db.session.execute(
        tablets(scope).where(Tablet.tablet_no == tablet_no).limit(1)
    ).scalar_one_or_none()


def tablets_by_number(tablet_nos: Collection[str]) -> dict[str, Tablet]:
    """Give tablets by their numbers, wherever they are."""
    rows = db.session.execute(
        select(Tablet).where(Tablet.tablet_no.in_(tablet_nos)).order_by(Tablet.id)
    ).scalars()
    return {tablet.tablet_no: tablet for tablet in rows}


def tablets(scope: Scope) -> Select[Tablet]:
    """Select the tablets within the scope: those in use first, by site, then by number."""
    return (
        select(Tablet)
        .join(Tablet.site)
        .options(contains_eager(Tablet.site))
        .where(canteens.within(scope))
        .order_by(Tablet.revoked_at.is_not(None), Tablet.site_code, Tablet.id)
    )


def tablets_in(scope: Scope) -> list[Tablet]:
    """Give the tablets within the scope, in the order of `tablets`."""
    return list(db.session.execute(tablets(scope)).scalars())


def kept_apart(record_ids: Collection[str], digests: Collection[str]) -> list[QuarantinedRecord]:
    """Give what was kept apart under these ids, or without one with these digests, oldest first."""
    return list(
        db.session.execute(
            select(QuarantinedRecord)
            .where(
                QuarantinedRecord.record_id.in_(record_ids),
                or_(QuarantinedRecord.record_id != "", QuarantinedRecord.digest.in_(digests)),
            )
            .order_by(QuarantinedRecord.id)
        ).scalars()
    )


def sites_of_records(ids: Collection[UUID]) -> dict[UUID, str]:
    """Give at which site each of these records of the ledger was made; unknown ids are left out."""
    rows = db.session.execute(select(LedgerRecord.id, LedgerRecord.site_code).where(LedgerRecord.id.in_(ids)))
    return {row.id: row.site_code for row in rows}


def witnesses(
    resident_nos: Collection[str], days: Collection[date]
) -> dict[tuple[str, date, Sitting], list[Witness]]:
    """Give what these residents ate on these days, by resident, day and sitting, in the order judged."""
    rows = db.session.execute(
        select(
            Meal.resident_no,
            Meal.served_on,
            Meal.sitting,
            Meal.id,
            Meal.site_code,
            Site.name,
            Meal.served_at,
            func.coalesce(Decision.government_fen, 0).label("government_fen"),
        )
        .join(Site, Site.site_code == Meal.site_code)
        .outerjoin(Decision, Decision.meal_id == Meal.id)
        .where(Meal.resident_no.in_(resident_nos), Meal.served_on.in_(days), ~is_reversed())
        .order_by(Meal.served_at, Meal.id)
    )
    found: dict[tuple[str, date, Sitting], list[Witness]] = {}
    for row in rows:
        found.setdefault((row.resident_no, row.served_on, row.sitting), []).append(
            Witness(row.id, row.site_code, row.name, row.served_at, row.government_fen)
        )
    return found


def closes_by_id(ids: Collection[UUID]) -> dict[UUID, DayClose]:
    """Give the day closes with these ids."""
    rows = db.session.execute(select(DayClose).where(DayClose.id.in_(ids)).order_by(DayClose.id)).scalars()
    return {close.id: close for close in rows}


def decided(meal_ids: Collection[UUID]) -> list[Decided]:
    """Give what these meals get as things stand, in the order of their ids; unknown ids are left out."""
    rows = db.session.execute(
        select(LedgerRecord.id, LedgerRecord.digest, *_PARTS)
        .outerjoin(Decision, Decision.meal_id == LedgerRecord.id)
        .where(LedgerRecord.id.in_(meal_ids))
        .order_by(LedgerRecord.id)
    )
    return [_decided(*row) for row in rows]


_PARTS = (
    Decision.reason,
    Decision.government_fen,
    Decision.operator_fen,
    Decision.charity_fen,
    Decision.resident_fen,
)


def _decided(meal_id: UUID, digest: str, reason: Reason | None, *parts_fen: int | None) -> Decided:
    return Decided(meal_id, digest, reason, *(part or 0 for part in parts_fen))


@dataclass(frozen=True, slots=True)
class RevisedMeal:
    """A meal whose decision was changed by facts that came later."""

    decided: Decided
    resident_no: str
    served_on: date
    sitting: Sitting


def revised(tablet_no: str, since: datetime) -> list[RevisedMeal]:
    """Give a tablet's meals received since an instant whose decision is no longer the first one."""
    rows = db.session.execute(
        select(Meal.id, Meal.digest, *_PARTS, Meal.resident_no, Meal.served_on, Meal.sitting)
        .join(Decision, Decision.meal_id == Meal.id)
        .where(Decision.revisions > 0, Meal.tablet == tablet_no, Meal.received_at >= since)
        .order_by(Meal.served_at, Meal.id)
    )
    return [
        RevisedMeal(_decided(row.id, row.digest, *row[2:7]), row.resident_no, row.served_on, row.sitting)
        for row in rows
    ]


def settled_since(tablet_id: int, since: datetime) -> list[QuarantinedRecord]:
    """Give a tablet's records that were kept apart and have been settled since an instant, oldest first."""
    return list(
        db.session.execute(
            select(QuarantinedRecord)
            .where(
                QuarantinedRecord.tablet_id == tablet_id,
                QuarantinedRecord.settled_at >= since,
            )
            .order_by(QuarantinedRecord.id)
        ).scalars()
    )


def newest_change() -> datetime:
    """Give when anything last came or changed that an entry of a roster may show."""
    asked = select(
        select(func.max(LedgerRecord.received_at)).scalar_subquery(),
        select(func.max(Resident.changed_at)).scalar_subquery(),
        select(func.max(Resident.registered_at)).scalar_subquery(),
    )
    return max((at for at in db.session.execute(asked).one() if at is not None), default=_LONG_AGO)


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


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
