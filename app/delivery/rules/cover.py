"""Home of cover: one rider rides for another, or at another kitchen, from day to day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.errors import DomainError
from app.text import text

LONGEST_COVER = timedelta(days=92)
"""A cover is looked at again within a quarter; whoever stays changes their kitchen."""


@dataclass(frozen=True, slots=True)
class NewCover:
    """Who or where is covered, from a day until before another: a rider's number, or a kitchen's code."""

    from_on: date
    until_on: date
    covered_no: str = ""
    kitchen_code: str = ""


def ensure_cover(new: NewCover, *, today: date) -> None:
    """Refuse a cover of days that are over, or without a near end.

    Raises: DomainError.
    """
    if new.from_on < today:
        raise DomainError(text("That day is over. Choose today or a later day."), field="from_on")
    if not new.from_on < new.until_on <= new.from_on + LONGEST_COVER:
        raise DomainError(
            text("A cover ends after it begins, and within 92 days. Choose another day."), field="until_on"
        )
