"""Home of what is taken in: by which way, what somebody says, and what of it is refused at the door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.errors import DomainError
from app.text import Text, text

SHORTEST, LONGEST = 4, 1000
LONGEST_NAME, LONGEST_HOTLINE_NO = 32, 40
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_ADDRESS = re.compile(r"https?://|www\.|\.(?:com|cn|net|top|xyz)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_PREFIX, _WIDTH = "SQ-", 6
CODE_DIGITS = 8


class Way(StrEnum):
    """How a complaint came in."""

    PHONE = "phone"
    VISIT = "visit"
    TABLET = "tablet"
    QR = "qr"
    HOTLINE = "hotline"

    @property
    def label(self) -> Text:
        """Give the way for a screen."""
        return _WAYS[self]


_WAYS = {
    Way.PHONE: text("said by phone"),
    Way.VISIT: text("in person"),
    Way.TABLET: text("at the canteen’s tablet"),
    Way.QR: text("by the code at the table"),
    Way.HOTLINE: text("by the hotline 12345"),
}
AT_THE_DESK = (Way.PHONE, Way.VISIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComplaint:
    """What somebody brings: words, a class, where it was; a name and a phone only if they want to.

    `sent_id` is the number that a tablet or a form gave it, so that it is kept once however often it comes.
    `due_on` is the day that the hotline set; None: what the class says.
    """

    way: Way
    class_code: str
    content: str
    area_code: str
    site_code: str | None = None
    name: str = ""
    phone: str = ""
    is_confidential: bool = False
    sent_id: UUID | None = None
    digest: str = ""
    said_at: datetime | None = None
    hotline_no: str | None = None
    due_on: date | None = None


def checked_content(written: str) -> str:
    """Give what was written, tidied.

    Raises: DomainError for what says nothing, is too long, carries a link or an identity number.

    >>> checked_content("  菜太咸，  老人吃不了 ")
    '菜太咸， 老人吃不了'
    """
    tidy = "\n".join(
        line for line in (" ".join(part.split()) for part in _CONTROL.sub("", written).splitlines()) if line
    )
    if len(tidy) < SHORTEST or len(set(tidy)) < SHORTEST - 1:
        raise DomainError(text("Please write in a few words what it is about."), field="content")
    if len(tidy) > LONGEST:
        raise DomainError(text("Please keep it under {most} characters.", most=LONGEST), field="content")
    if _ADDRESS.search(tidy):
        raise DomainError(text("Please write without links to other sites."), field="content")
    if _IDENTITY.search(tidy):
        raise DomainError(text("Please leave out identity numbers: they are not needed."), field="content")
    return tidy


def complaint_no(number: int) -> str:
    """Write the number that whoever complains is told.

    >>> complaint_no(42)
    'SQ-000042'
    """
    return f"{_PREFIX}{number:0{_WIDTH}d}"


def number_in(written: str) -> int | None:
    """Read a number that somebody typed, None when it is none.

    >>> number_in(" sq-000042 "), number_in("42"), number_in("SQ-x")
    (42, 42, None)
    """
    digits = written.strip().upper().removeprefix("SQ").lstrip("-－— ")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None  # noqa: PLR2004 - more than will ever be
