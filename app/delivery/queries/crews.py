"""Home of the queries on a day's crew: who rides where and when, for whom, and who may not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from app.delivery.models import Rider
from app.delivery.models.riders import RiderCover
from app.delivery.queries.riders import Unready, is_absent, waivers_on
from app.delivery.rules.days import Span, falls_on
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Duty:
    """Where and when a rider rides on a day, and by which cover, if it is not their own place."""

    rider: Rider
    kitchen_code: str
    window: Span
    cover: RiderCover | None = None

    @property
    def id(self) -> int:
        """Give the rider's id."""
        return self.rider.id

    @property
    def capacity(self) -> int:
        """Give how many meals the rider's box holds."""
        return self.rider.capacity


@dataclass(frozen=True, slots=True)
class Crew:
    """A kitchen's riders on a day: on whom plans count, whose papers have a gap, who is covered by whom."""

    duties: tuple[Duty, ...] = ()
    unready: tuple[Unready, ...] = ()

    @property
    def riders(self) -> tuple[Rider, ...]:
        """Give whom plans count on."""
        return tuple(each.rider for each in self.duties)

    @property
    def held_back(self) -> dict[int, Unready]:
        """Give whom plans do not count on for want of papers, by the rider's id."""
        return {each.rider.id: each for each in self.unready if each.is_held_back}

    @property
    def covers(self) -> tuple[RiderCover, ...]:
        """Give the covers by which somebody rides here."""
        return tuple(each.cover for each in self.duties if each.cover is not None)


def riders_on(on: date, kitchen_codes: Sequence[str]) -> dict[str, list[Rider]]:
    """Give on whom the plans of these kitchens count on a day."""
    return {code: list(crew.riders) for code, crew in crews_on(on, kitchen_codes).items()}


def crews_on(on: date, kitchen_codes: Sequence[str]) -> dict[str, Crew]:
    """Give the crew of each of these kitchens on a day: who is not absent, and rides there on the weekday.

    Who covers rides there and not at home; who is covered does not ride.
    """
    covers = _covers_on(on)
    covered = {each.covered_id for each in covers.values()}
    rows = db.session.execute(
        select(Rider)
        .where(
            or_(Rider.kitchen_code.in_(kitchen_codes), Rider.id.in_(covers)), Rider.is_active, ~is_absent(on)
        )
        .order_by(Rider.kitchen_code, Rider.rider_no)
    ).scalars()
    duties = [
        duty
        for each in rows
        if each.id not in covered and (duty := _duty(each, covers.get(each.id), on)) is not None
    ]
    gaps = {each.id: gap for each in duties if (gap := each.rider.papers.gap_on(on)) is not None}
    waived = waivers_on(on, list(gaps))
    return {
        code: Crew(
            tuple(each for each in there if each.id not in gaps or each.id in waived),
            tuple(
                Unready(each.rider, gaps[each.id], waived.get(each.id)) for each in there if each.id in gaps
            ),
        )
        for code in kitchen_codes
        for there in [[each for each in duties if each.kitchen_code == code]]
    }


def _duty(rider: Rider, cover: RiderCover | None, on: date) -> Duty | None:
    """Give where a rider rides on a day: for another on that one's weekdays and in that one's shift."""
    if cover is not None and cover.covered is not None and falls_on(cover.covered.weekdays, on):
        return Duty(rider, cover.kitchen_code, _window(cover.covered), cover)
    if not falls_on(rider.weekdays, on):
        return None
    if cover is not None and cover.covered is None:
        return Duty(rider, cover.kitchen_code, _window(rider), cover)
    return Duty(rider, rider.kitchen_code, _window(rider))


def _window(rider: Rider) -> Span:
    return rider.shift_from_seconds, rider.shift_until_seconds


def _covers_on(on: date) -> dict[int, RiderCover]:
    """Give the covers of a day by who covers; one whose rider has stopped covers nobody."""
    covering = aliased(Rider)
    rows = db.session.execute(
        select(RiderCover)
        .join(covering, covering.id == RiderCover.rider_id)
        .options(joinedload(RiderCover.covered), joinedload(RiderCover.rider))
        .where(RiderCover.from_on <= on, RiderCover.until_on > on, covering.is_active)
        .order_by(RiderCover.id)
    ).scalars()
    return {each.rider_id: each for each in rows}


def covers_between(rider_ids: Collection[int], from_on: date, until_on: date | None) -> Sequence[RiderCover]:
    """Give the covers that any of these riders rides or is covered by, that share a day with a span."""
    found = (
        select(RiderCover)
        .options(joinedload(RiderCover.rider), joinedload(RiderCover.covered), joinedload(RiderCover.kitchen))
        .where(
            or_(RiderCover.rider_id.in_(rider_ids), RiderCover.covered_id.in_(rider_ids)),
            RiderCover.until_on > from_on,
            RiderCover.until_on > RiderCover.from_on,
        )
        .order_by(RiderCover.from_on, RiderCover.id)
    )
    if until_on is not None:
        found = found.where(RiderCover.from_on < until_on)
    return db.session.execute(found).scalars().all()


def covers_ridden(rider_ids: Collection[int], on: date) -> dict[int, RiderCover]:
    """Give the cover that each of these riders rides on a day, by rider."""
    found = covers_between(rider_ids, on, on + timedelta(days=1))
    return {cover.rider_id: cover for cover in found if cover.rider_id in rider_ids}


def covers_of(rider_ids: Collection[int], *, after: date) -> Mapping[int, list[RiderCover]]:
    """Give the covers of these riders that last beyond a day, by rider: who covers and who is covered."""
    found: dict[int, list[RiderCover]] = {each: [] for each in rider_ids}
    for cover in covers_between(rider_ids, after, None):
        for rider_id, listed in found.items():
            if rider_id in {cover.rider_id, cover.covered_id}:
                listed.append(cover)
    return found
