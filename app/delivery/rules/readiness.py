"""Home of who may ride on a day: trained, insured to the day, or let ride by name until a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.errors import DomainError
from app.text import Text, text

TOLD_BEFORE = timedelta(days=30)
"""An insurance that ends within these days is told, so that another begins in time."""

LONGEST_WAIVER = timedelta(days=31)
"""Riding without papers is looked at again within a month."""

LONGEST_REASON = 200


class Gap(StrEnum):
    """What a rider's papers lack; the gravest first."""

    UNTRAINED = "untrained"
    TRAINED_LATER = "trained_later"
    UNINSURED = "uninsured"
    LAPSED = "lapsed"
    ENDS_SOON = "ends_soon"


@dataclass(frozen=True, slots=True)
class Papers:
    """When a rider was trained, and the last day on which they are insured; None is unknown."""

    trained_on: date | None
    last_insured_on: date | None

    def gap_on(self, day: date) -> Gap | None:
        """Give the first reason why the rider may not ride on a day, None when they may.

        >>> papers = Papers(date(2026, 3, 1), date(2026, 12, 31))
        >>> papers.gap_on(date(2026, 12, 31)), papers.gap_on(date(2027, 1, 1)).value
        (None, 'lapsed')
        """
        if self.trained_on is None:
            return Gap.UNTRAINED
        if self.trained_on > day:
            return Gap.TRAINED_LATER
        if self.last_insured_on is None:
            return Gap.UNINSURED
        return Gap.LAPSED if self.last_insured_on < day else None

    def to_settle(self, today: date) -> Gap | None:
        """Give what somebody should put in order: a gap of today, or one that comes within 30 days.

        >>> papers = Papers(date(2026, 3, 1), date(2026, 12, 31))
        >>> papers.to_settle(date(2026, 12, 1)), papers.to_settle(date(2026, 12, 2)).value
        (None, 'ends_soon')
        """
        found = self.gap_on(today)
        if found is None and self.gap_on(today + TOLD_BEFORE) is not None:
            return Gap.ENDS_SOON
        return found

    def told(self, gap: Gap) -> Text:
        """Say what a gap of these papers is."""
        known = {"trained_on": self.trained_on, "last_insured_on": self.last_insured_on}
        return replace(_TOLD[gap], values=known)


_TOLD = {
    Gap.UNTRAINED: text("no training is entered"),
    Gap.TRAINED_LATER: text("is trained on {trained_on} only"),
    Gap.UNINSURED: text("no insurance is entered"),
    Gap.LAPSED: text("the insurance ended with {last_insured_on}"),
    Gap.ENDS_SOON: text("the insurance ends with {last_insured_on}"),
}
_REMEDIES = {
    Gap.UNTRAINED: text("Train the rider, then enter the day."),
    Gap.TRAINED_LATER: text("The rider is planned from that day on."),
    Gap.UNINSURED: text("Insure the rider, then enter the last day of the insurance."),
    Gap.LAPSED: text("Renew the insurance, then enter its last day."),
    Gap.ENDS_SOON: text("Renew the insurance now, then enter its new last day."),
}


def remedy_of(gap: Gap) -> Text:
    """Say what to do about a gap."""
    return _REMEDIES[gap]


def ensure_papers(papers: Papers, *, today: date) -> None:
    """Refuse papers that cannot be: trained in a far future, insured beyond any policy's term.

    Raises: DomainError.
    """
    if papers.trained_on is not None and papers.trained_on > today + _FAR:
        raise DomainError(text("That day is more than a year away. Check the year."), field="trained_on")
    if papers.last_insured_on is not None and papers.last_insured_on > today + _TERM:
        raise DomainError(
            text("No insurance runs for more than five years. Check the year."), field="last_insured_on"
        )


_FAR, _TERM = timedelta(days=366), timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class NewWaiver:
    """A rider who rides without complete papers until before a day, and why."""

    until_on: date
    reason: str


def ensure_waiver(new: NewWaiver, *, today: date) -> None:
    """Refuse a waiver without a reason, or without a near end.

    Raises: DomainError.
    """
    if not new.reason:
        raise DomainError(text("Write down why this rider rides all the same."), field="reason")
    if not today < new.until_on <= today + LONGEST_WAIVER:
        raise DomainError(
            text("This ends within 31 days, and not before tomorrow. Choose another day."), field="until_on"
        )
