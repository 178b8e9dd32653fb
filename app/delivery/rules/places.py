"""Home of where a door may be: within the district's reach, and not the other way round."""

from __future__ import annotations

from app.delivery.travel.box import Box
from app.errors import DomainError
from app.place import Point
from app.text import text


def ensure_in_reach(place: Point, district: Box | None) -> None:
    """Refuse a door that lies outside the piece of the earth around the district's sites.

    Nothing is known of that while no site has a place.
    Raises: DomainError.
    """
    if district is not None and not district.holds(place.lon, place.lat):
        raise DomainError(
            text(
                "Latitude {lat}, longitude {lon} lies outside the district ({district}). "
                "Look at the digits and at the datum.",
                lat=place.lat,
                lon=place.lon,
                district=str(district),
            ),
            field="lat",
        )
