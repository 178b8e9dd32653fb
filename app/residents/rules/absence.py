"""Home of the absence: days on which a resident is not at home, and nothing is to be brought to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.errors import Conflict, DomainError
from app.text import Text, text


class AbsenceReason(StrEnum):
    """Why somebody is away; a hospital is a place, and no illness is written down."""

    HOSPITAL = "hospital"
    AWAY = "away"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """Give the reason for a screen."""
        return _LABELS[self]


_LABELS = {
    AbsenceReason.HOSPITAL: text("in hospital"),
    AbsenceReason.AWAY: text("away from home"),
    AbsenceReason.OTHER: text("wants nothing for now"),
}


@dataclass(frozen=True, slots=True)
class Absence:
    """Days of absence: `back_on` is the first day at home again, None as long as nobody knows it.

    >>> week = Absence(AbsenceReason.AWAY, date(2026, 10, 1), date(2026, 10, 8))
    >>> week.covers(date(2026, 10, 7)), week.covers(date(2026, 10, 8))
    (True, False)
    """

    reason: AbsenceReason
    from_on: date
    back_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the resident is away on a day."""
        return self.from_on <= day and (self.back_on is None or day < self.back_on)

    def meets(self, other: Absence) -> bool:
        """Tell whether two share a day."""
        return (self.back_on is None or other.from_on < self.back_on) and (
            other.back_on is None or self.from_on < other.back_on
        )


def ensure_absence(new: Absence, others: Iterable[Absence]) -> None:
    """Refuse an absence that ends before it begins, or that another one holds already.

    Raises: DomainError; Conflict.
    """
    if new.back_on is not None and new.back_on <= new.from_on:
        raise DomainError(
            text("The first day at home again must be later than the first day away."), field="back_on"
        )
    for other in others:
        if new.meets(other):
            raise Conflict(
                text(
                    "From {day} on it says “{reason}” already. Change that absence first.",
                    day=other.from_on.isoformat(),
                    reason=other.reason.label,
                ),
                field="from_on",
            )
