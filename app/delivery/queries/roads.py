"""Home of the queries on roads and speeds: the newest counts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select

from app.canteens.models import Site
from app.delivery.models.roads import RidingSpeed, RoadNetwork
from app.delivery.rules.doors import USUAL_DOORS, DoorTimes
from app.delivery.travel.estimate import Location
from app.delivery.travel.speeds import USUAL, Speeds
from app.extensions import db


def road_network() -> RoadNetwork | None:
    """Give the roads that are in use, without their content; None where none are loaded."""
    return db.session.execute(
        select(RoadNetwork).where(RoadNetwork.content.is_not(None)).order_by(RoadNetwork.id.desc()).limit(1)
    ).scalar_one_or_none()


def road_content(network_id: int) -> bytes | None:
    """Give the content of kept roads; None when others have taken their place."""
    return db.session.execute(
        select(RoadNetwork.content).where(RoadNetwork.id == network_id)
    ).scalar_one_or_none()


def speeds_on(on: date) -> Speeds:
    """Give how fast rides are planned on a day."""
    decided = _decided_on(on)
    return USUAL if decided is None else Speeds(decided.road, decided.lane, decided.pushed)


def door_times_on(on: date) -> DoorTimes:
    """Give how long doors take in the plans of a day."""
    decided = _decided_on(on)
    return USUAL_DOORS if decided is None else DoorTimes(decided.hand_over, decided.floor)


def _decided_on(on: date) -> RidingSpeed | None:
    return db.session.execute(
        select(RidingSpeed)
        .where(RidingSpeed.effective_from <= on)
        .order_by(RidingSpeed.effective_from.desc())
        .limit(1)
    ).scalar_one_or_none()


def all_speeds() -> Select[RidingSpeed]:
    """Select every decision on speeds, the earliest first."""
    return select(RidingSpeed).order_by(RidingSpeed.effective_from)


def placed_sites() -> dict[str, tuple[str, Location]]:
    """Give the name and the place of every site that has one, by code."""
    rows = db.session.execute(
        select(Site.site_code, Site.name, Site.longitude, Site.latitude)
        .where(Site.longitude.is_not(None), Site.latitude.is_not(None))
        .order_by(Site.site_code)
    )
    return {row.site_code: (row.name, (row.longitude, row.latitude)) for row in rows}
