"""Home of reading one complaint as a tablet sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.complaints.rules.intake import checked_content
from app.errors import DomainError
from app.residents.rules.contact import phone
from app.till.rules.quarantine import Problem, Unfit
from app.till.rules.records import instant_in, uuid_in, words_in

_AHEAD = timedelta(days=1)
LONGEST_NUMBER, LONGEST_CONTENT, LONGEST_PHONE = 32, 1200, 40


@dataclass(frozen=True, slots=True)
class SentComplaint:
    """What somebody said at a canteen's tablet; the phone only if they wanted to be called back."""

    id: UUID
    said_at: datetime
    by: str
    content: str
    phone: str
    is_urgent: bool
    is_confidential: bool


def read_complaint(raw: object, *, at: datetime) -> SentComplaint:
    """Read one complaint; a number that is no phone's goes to the end of the words, since nothing is lost.

    Raises: Unfit.
    """
    if not isinstance(raw, Mapping):
        raise Unfit(Problem.UNREADABLE)
    sent_id = uuid_in(raw.get("id"), Problem.NO_ID)
    said_at = instant_in(raw.get("said_at"))
    if said_at > at + _AHEAD:
        raise Unfit(Problem.AHEAD)
    content = words_in(raw.get("content"), LONGEST_CONTENT)
    number = words_in(raw.get("phone"), LONGEST_PHONE)
    try:
        called = phone(number) if number else ""
    except DomainError:
        content, called = f"{content}\n{number}", ""
    try:
        checked = checked_content(content)
    except DomainError:
        raise Unfit(Problem.WORDS) from None
    return SentComplaint(
        id=sent_id,
        said_at=said_at,
        by=words_in(raw.get("by"), LONGEST_NUMBER),
        content=checked,
        phone=called,
        is_urgent=raw.get("urgent") is True,
        is_confidential=raw.get("confidential") is True,
    )
