"""Home of putting a door in its place, and of saying how far it is from the kitchens that cook for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.areas import queries as areas
from app.canteens.models import Site
from app.clock import on
from app.delivery import queries
from app.delivery.queries.places import doors_with_place, kitchens_to
from app.delivery.rules.places import Reach, ensure_in_reach
from app.delivery.service.roads import travel_on
from app.delivery.travel.box import box_around
from app.delivery.travel.estimate import NO_WAY_SECONDS, location_of
from app.place import Point
from app.residents import service as residents
from app.residents.models import Resident
from app.roles import Actor, Scope

_DISTRICT = 6
"""Digits of a district's code."""


@dataclass(frozen=True, slots=True)
class RideTo:
    """How long the ride from a kitchen to a door takes; None where no way leads there."""

    kitchen: Site
    seconds: int | None


def reach_of(area: str) -> Reach:
    """Give where doors of an area may be: in its district's outline, or else around the sites."""
    district = area[:_DISTRICT]
    name = areas.labels([district])[district]
    outline = areas.outline_of(district)
    sites = {} if outline is not None else queries.placed_sites()
    return Reach(name, outline, box_around([place for _, place in sites.values()]) if sites else None)


def doors_outside(scope: Scope, *, on: date) -> list[Resident]:
    """Give the residents who get meals at home, and whose place lies outside the district they live in."""
    reaches: dict[str, Reach] = {}
    outside = []
    for resident in doors_with_place(scope, on=on):
        district = resident.residence_area[:_DISTRICT]
        if district not in reaches:
            reaches[district] = reach_of(district)
        if resident.latitude is not None and resident.longitude is not None:
            place = Point(resident.latitude, resident.longitude)
            if not reaches[district].holds(place):
                outside.append(resident)
    return outside


def place_door(resident_no: str, place: Point, *, by: Actor, at: datetime) -> Resident:
    """Keep where a resident's door is.

    Raises: NotFound; DomainError for a place outside the district.
    """
    resident = residents.put_in_place(resident_no, place, by=by, at=at)
    ensure_in_reach(place, reach_of(resident.residence_area))
    return resident


def rides_to(resident: Resident, *, at: datetime) -> list[RideTo]:
    """Give how long it is to a resident's door from each kitchen that cooks for them."""
    door, today = location_of(resident), on(at)
    sites = [site for site in kitchens_to(resident.id, on=today) if location_of(site) is not None]
    if door is None or not sites:
        return []
    starts = [place for site in sites if (place := location_of(site)) is not None]
    seconds = travel_on(today).to_door(starts, door)
    return [
        RideTo(site, ride if ride < NO_WAY_SECONDS else None)
        for site, ride in zip(sites, seconds, strict=True)
    ]
