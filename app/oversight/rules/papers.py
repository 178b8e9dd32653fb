"""Home of the papers of a site: licences and certificates, until when they hold, and when to look. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.errors import DomainError
from app.text import Text, text

LONGEST_HOLDER, LONGEST_NUMBER = 64, 64
SOON = timedelta(days=30)
"""A paper is renewed within about a month, so that long before its end it is told."""

_LONGEST = timedelta(days=20 * 366)


class PaperKind(StrEnum):
    """What a site, or somebody who works at it, must hold."""

    HEALTH_CERTIFICATE = "health_certificate"
    FOOD_LICENCE = "food_licence"
    LIABILITY_INSURANCE = "liability_insurance"

    @property
    def label(self) -> Text:
        """Give the kind's name for a screen."""
        return {
            PaperKind.FOOD_LICENCE: text("food business licence"),
            PaperKind.HEALTH_CERTIFICATE: text("health certificate"),
            PaperKind.LIABILITY_INSURANCE: text("food liability insurance"),
        }[self]

    @property
    def is_personal(self) -> bool:
        """Tell whether a person holds it and not the site.

        Source: 食品安全法 arts. 35 (licence) and 45 (who touches food is examined every year).
        """
        return self is PaperKind.HEALTH_CERTIFICATE


class PaperState(StrEnum):
    """How a paper stands on a day."""

    ENDED = "ended"
    ENDS_SOON = "ends_soon"
    HOLDS = "holds"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return {
            PaperState.ENDED: text("no longer valid"),
            PaperState.ENDS_SOON: text("renew it soon"),
            PaperState.HOLDS: text("holds good"),
        }[self]


def state_of(valid_until: date, on: date) -> PaperState:
    """Tell how a paper stands that is valid until the end of a day.

    >>> today = date(2026, 11, 23)
    >>> state_of(today, today).value, state_of(date(2026, 11, 22), today).value
    ('ends_soon', 'ended')
    """
    if valid_until < on:
        return PaperState.ENDED
    return PaperState.ENDS_SOON if valid_until <= on + SOON else PaperState.HOLDS


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as somebody enters it; `holder` names a person where the kind is personal, and nobody else."""

    kind: PaperKind
    holder: str
    number: str
    valid_until: date


def ensure_paper(paper: Paper, on: date) -> None:
    """Refuse what cannot be a paper of a site.

    Raises: DomainError.
    """
    if paper.kind.is_personal and not paper.holder:
        raise DomainError(text("Write whose certificate it is."), field="holder")
    if not paper.kind.is_personal and paper.holder:
        raise DomainError(text("This paper is the site's own. Leave the person empty."), field="holder")
    if paper.valid_until > on + _LONGEST:
        raise DomainError(text("No paper holds that long. Check the year."), field="valid_until")
