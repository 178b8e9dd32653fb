"""Home of the vocabulary of sites: their kinds, their sittings, and when they are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.text import Text, text


class SiteKind(StrEnum):
    """A canteen (老年食堂) cooks and has tables; a service point (助餐服务点) serves what a kitchen sends."""

    CANTEEN = "canteen"
    SERVICE_POINT = "service_point"

    @property
    def label(self) -> Text:
        """Give the kind's name for a screen."""
        return {SiteKind.CANTEEN: text("canteen"), SiteKind.SERVICE_POINT: text("service point")}[self]


class Sitting(StrEnum):
    """The meals of a day (餐次), in their order."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"

    @property
    def label(self) -> Text:
        """Give the sitting's name for a screen."""
        return {
            Sitting.BREAKFAST: text("breakfast"),
            Sitting.LUNCH: text("lunch"),
            Sitting.DINNER: text("dinner"),
        }[self]


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What adjudication must know of a site, and nothing more; it is open on opened_on ≤ day < closed_on."""

    site_code: str
    kind: SiteKind
    area_code: str
    opened_on: date
    closed_on: date | None = None

    def is_open_on(self, day: date) -> bool:
        """Tell whether the site serves subsidised meals on this day."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)
