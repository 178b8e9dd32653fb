"""Home of what is still missing of a site's days before anybody may rely on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app import clock
from app.canteens.rules import Sitting
from app.text import Text, text
from app.till.rules.balance import Balance, Fault
from app.till.rules.watch import TabletFacts


class GapKind(StrEnum):
    """What is missing."""

    NOT_OVER = "not_over"
    NOT_HEARD = "not_heard"
    UNSENT = "unsent"
    MISSING = "missing"
    KEPT_APART = "kept_apart"
    NOT_CLOSED = "not_closed"
    HALF_KEYED = "half_keyed"
    UNCOUNTED = "uncounted"
    UNACCOUNTED = "unaccounted"
    OVERSERVED = "overserved"
    LOST = "lost"
    FOUND = "found"

    @property
    def is_of_portions(self) -> bool:
        """Tell whether the sitting's portions do not balance; each fault of theirs is a kind of its name."""
        return self.value in set(Fault)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing of a site's days.

    `tablet_no` is empty for the desk, for portions, and for paper, which has a `sheet_no`. `count` is of
    records, meals or portions; `since` is when the tablet was last heard of, or its oldest unsent record was
    made.
    """

    kind: GapKind
    site_code: str
    tablet_no: str = ""
    count: int = 0
    since: datetime | None = None
    served_on: date | None = None
    sitting: Sitting | None = None
    sheet_no: str = ""

    @property
    def sentence(self) -> Text:
        """Say it."""
        if self.kind is GapKind.NOT_CLOSED:
            return _not_closed(self)
        if self.kind.is_of_portions:
            day, sitting = _day_and_sitting(self)
            said = Fault(self.kind.value).said(self.count)
            return text("{day} {sitting}: {what}.", day=day, sitting=sitting, what=said)
        if self.kind is GapKind.NOT_HEARD and self.since is not None:
            return text(
                "{tablet} was last heard of at {time}, before these days ended.",
                tablet=self.tablet_no,
                time=_written(self.since),
            )
        return _SENTENCES[self.kind](self)


def _not_closed(gap: Gap) -> Text:
    till = gap.tablet_no or text("the desk")
    day, sitting = _day_and_sitting(gap)
    return text(
        "{day} {sitting} is not closed at {till}: {count} meals.",
        day=day,
        sitting=sitting,
        till=till,
        count=gap.count,
    )


def _day_and_sitting(gap: Gap) -> tuple[date | str, Text | str]:
    return gap.served_on or "", gap.sitting.label if gap.sitting is not None else ""


_SENTENCES = {
    GapKind.NOT_OVER: lambda gap: text(
        "Not all of these days are over: the last is {day}.",
        day=gap.served_on or "",
    ),
    GapKind.NOT_HEARD: lambda gap: text("{tablet} was never heard of.", tablet=gap.tablet_no),
    GapKind.UNSENT: lambda gap: text(
        "{tablet} still holds {count} records that it has not sent.", tablet=gap.tablet_no, count=gap.count
    ),
    GapKind.MISSING: lambda gap: text(
        "{count} records of {tablet} never came, by its own numbers.", tablet=gap.tablet_no, count=gap.count
    ),
    GapKind.KEPT_APART: lambda gap: text(
        "{count} records of {tablet} wait on the worklist.", tablet=gap.tablet_no, count=gap.count
    ),
    GapKind.HALF_KEYED: lambda gap: text(
        "Sheet {sheet_no} was keyed, but its meals are not in the ledger yet.", sheet_no=gap.sheet_no
    ),
}


def days_to_come(site_code: str, *, last: date, today: date) -> list[Gap]:
    """Give what is missing while the last of the days is not over: whatever is still to be served on it."""
    return [Gap(GapKind.NOT_OVER, site_code, served_on=last)] if today <= last else []


def tablet_gaps(site_code: str, tablet_no: str, tablet: TabletFacts, *, first: date, last: date) -> list[Gap]:
    """Give what is missing of one tablet's days from `first` to `last`.

    It must have been heard of after the last day, or for a revoked one on the day that it was revoked; one
    that was revoked before the first day, or enrolled after the last, owes nothing. What it has not sent
    counts unless all of it is later than the last day.
    """
    if tablet.enrolled_at is None or clock.on(tablet.enrolled_at) > last:
        return []
    if tablet.revoked_at is not None and clock.on(tablet.revoked_at) < first:
        return []
    gaps = []
    if not _was_heard(tablet, last):
        gaps.append(Gap(GapKind.NOT_HEARD, site_code, tablet_no, since=tablet.last_seen_at))
    oldest = tablet.oldest_unsent_at
    if tablet.unsent and (oldest is None or clock.on(oldest) <= last):
        gaps.append(Gap(GapKind.UNSENT, site_code, tablet_no, count=tablet.unsent, since=oldest))
    if tablet.missing:
        gaps.append(Gap(GapKind.MISSING, site_code, tablet_no, count=tablet.missing))
    return gaps


def _was_heard(tablet: TabletFacts, last: date) -> bool:
    if tablet.last_seen_at is None:
        return False
    if tablet.revoked_at is not None and clock.on(tablet.revoked_at) <= last:
        return clock.on(tablet.last_seen_at) >= clock.on(tablet.revoked_at)
    return clock.on(tablet.last_seen_at) > last


def portion_gaps(balances: Iterable[Balance]) -> list[Gap]:
    """Give what is open of the balances of a site's sittings."""
    return [
        Gap(
            GapKind(fault.value),
            balance.where.site_code,
            count=count,
            served_on=balance.where.served_on,
            sitting=balance.where.sitting,
        )
        for balance in balances
        for fault, count in balance.open_faults.items()
    ]


def day_begins(day: date) -> datetime:
    """Give the instant at which a business day begins."""
    return datetime.combine(day, time(), clock.SHANGHAI)


def was_at_the_counter(served_on: date, received_at: datetime) -> bool:
    """Tell whether a meal was received on its own day: at a desk, and not from a file."""
    return received_at < day_begins(served_on + timedelta(days=1))


def _written(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
