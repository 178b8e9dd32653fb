"""Home of where a door may be: within the district, and not the other way round."""

from __future__ import annotations

from dataclasses import dataclass

from app.areas.rules import Outline
from app.delivery.travel.box import Box
from app.errors import DomainError
from app.place import Point
from app.text import Text, text

BESIDE_METRES = 500
"""An outline is drawn with few corners: a true door may lie so far beside it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where doors may be: inside their district's outline; where none is known, in the box of its sites."""

    district: str
    outline: Outline | None = None
    box: Box | None = None

    @property
    def told(self) -> Text:
        """Say what counts as the district."""
        if self.outline is not None:
            return text(
                "“In the district” means inside the outline of {district}, or at most {metres} m beside it.",
                district=self.district,
                metres=BESIDE_METRES,
            )
        if self.box is not None:
            return text(
                "No outline of {district} is known: “in the district” means at most 5 km from its sites "
                "({box}).",
                district=self.district,
                box=str(self.box),
            )
        return text("Nothing is known of where {district} lies: no site has a place.", district=self.district)

    def holds(self, place: Point) -> bool:
        """Tell whether a door may be there; everything may while nothing is known."""
        if self.outline is not None:
            return self.outline.metres_outside(place) <= BESIDE_METRES
        return self.box is None or self.box.holds(place.lon, place.lat)


def ensure_in_reach(place: Point, reach: Reach) -> None:
    """Refuse a door that lies outside the district.

    Raises: DomainError.
    """
    if not reach.holds(place):
        raise DomainError(
            text(
                "Latitude {lat}, longitude {lon} lies outside the district. Look at the digits, at the "
                "datum, and at which district the resident lives in. {told}",
                lat=place.lat,
                lon=place.lon,
                told=reach.told,
            ),
            field="lat",
        )
