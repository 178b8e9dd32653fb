"""Home of the vocabulary of sites: their kinds, their sittings, when they are open, and who runs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from app.place import Point
from app.sheet.cells import Unreadable, half_width, shown
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


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """All that is written down about a site; without `kitchen_code` it cooks itself.

    Raises: Unreadable when its parts do not go together.
    """

    site_code: str
    name: str
    kind: SiteKind
    area_code: str
    place: Point | None
    opened_on: date
    closed_on: date | None = None
    seats: int | None = None
    kitchen_code: str | None = None
    operator: str = ""
    uscc: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.closed_on is not None and self.closed_on <= self.opened_on:
            raise Unreadable(
                text(
                    "The site closes on {closed}, not after it opens on {opened}.",
                    closed=self.closed_on,
                    opened=self.opened_on,
                ),
                text("The closing day is the first day without meals."),
                field="closed_on",
            )
        if self.kitchen_code == self.site_code:
            raise Unreadable(
                text("The site names itself as its kitchen."),
                text("Leave the kitchen empty when the site cooks itself."),
                field="kitchen_code",
            )
        if self.uscc is not None and not self.operator:
            raise Unreadable(
                text("There is a credit code but no operator."),
                text("Write the operator's name."),
                field="operator",
            )


def credit_code(written: str) -> str:
    """Read a unified social credit code (统一社会信用代码) of 18 places.

    Raises: Unreadable when its check digit does not fit.

    >>> credit_code("9111 0000 6000 3734 1L")
    '91110000600037341L'
    """
    compact: str = uscc.compact(half_width(written)).upper()
    try:
        uscc.validate(compact)
    except ValidationError:
        raise Unreadable(
            text("“{written}” is not a credit code.", written=shown(written)),
            text("Compare its 18 places with the licence."),
        ) from None
    return compact
