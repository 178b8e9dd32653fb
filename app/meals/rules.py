"""Home of the ledger's vocabulary, and of the adjudication of one resident's meals."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from app.canteens.rules import SiteFacts, Sitting
from app.clock import SHANGHAI
from app.residents.rules.facts import ResidentFacts
from app.subsidy.rules import (
    LayerShare,
    Occasion,
    Policy,
    PolicyBook,
    Reason,
    Split,
    Usage,
    WorkCalendar,
    split_price,
    unsubsidised,
)
from app.text import Text, text


class Channel(StrEnum):
    """How a meal reaches the resident (就餐方式)."""

    DINE_IN = "dine_in"
    TAKE_AWAY = "take_away"
    DELIVERED = "delivered"

    @property
    def label(self) -> Text:
        """Give the channel's name for a screen."""
        return {
            Channel.DINE_IN: text("dine-in"),
            Channel.TAKE_AWAY: text("take-away"),
            Channel.DELIVERED: text("delivered"),
        }[self]


class Payment(StrEnum):
    """How the resident's part was paid, as the till noted it."""

    CASH = "cash"
    PHONE = "phone"
    CARD = "card"
    ACCOUNT = "account"

    @property
    def label(self) -> Text:
        """Give the way of paying for a screen."""
        return {
            Payment.CASH: text("cash"),
            Payment.PHONE: text("by phone"),
            Payment.CARD: text("by card"),
            Payment.ACCOUNT: text("on account"),
        }[self]


class FoundBy(StrEnum):
    """How the till came to know who was eating: a share of manual look-ups out of line is a question."""

    FACE = "face"
    SEARCH = "search"
    SCAN = "scan"
    TYPED = "typed"

    @property
    def label(self) -> Text:
        """Give the way of finding for a screen."""
        return {
            FoundBy.FACE: text("by face"),
            FoundBy.SEARCH: text("by search"),
            FoundBy.SCAN: text("by scan"),
            FoundBy.TYPED: text("by typing"),
        }[self]


@dataclass(frozen=True, slots=True)
class MealFact:
    """A meal was served; `resident_no` is as it was given and may be empty or unknown."""

    meal_id: UUID
    resident_no: str
    site_code: str
    served_on: date
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One record as it is sent to the ledger: a meal, or with `reverses` the undoing of one.

    `id` was made where the record was made, once; `resident_no` may be empty or not registered yet. `sent_as`
    is how the resident was named when the record came, where that was not the resident number itself: what
    was sent stays the same, however it is resolved.
    """

    id: UUID
    resident_no: str
    site_code: str
    served_on: date
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime
    recorded_by: str
    tablet: str = ""
    reverses: UUID | None = None
    reason: str = ""
    sent_as: str = ""
    seq: int | None = None
    skew_seconds: int | None = None
    payment: Payment | None = None
    companion_of: str | None = None
    found_by: FoundBy | None = None
    sheet_no: str | None = None

    @property
    def content(self) -> str:
        """Give everything that was sent but the id, as compact JSON; the instant in UTC.

        Where and when it was sent from is no content: the same record may be sent again from elsewhere.
        """
        noted = [self.payment or "", self.companion_of or "", self.found_by or "", self.sheet_no or ""]
        members = [
            self.sent_as or self.resident_no,
            self.site_code,
            self.served_on.isoformat(),
            self.sitting.value,
            self.channel.value,
            self.price_fen,
            self.served_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            self.recorded_by,
            self.tablet,
            str(self.reverses or ""),
            self.reason,
            *(noted if any(noted) else ()),
        ]
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Give SHA-256 over the content: the same id with another digest is a conflict."""
        return hashlib.sha256(self.content.encode()).hexdigest()


class ReceiptStatus(StrEnum):
    """What became of a record that was sent."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ledger's answer to one record; the same for the same record, however often it is sent.

    `decision` is what the meal gets as things stand; None for a reversal and for a conflict. `is_new` tells
    whether the ledger had not known the id before.
    """

    id: UUID
    status: ReceiptStatus
    digest: str
    decision: Decision | None = None
    is_new: bool = field(default=False, compare=False)


UNDO_MINUTES = 10
"""How long the till may take a meal back with one tap."""

DEAREST_MEAL_FEN = 200_00
"""What no single meal costs: a higher price at the till is a slip of the finger."""

_BREAKFAST_UNTIL, _LUNCH_UNTIL = time(9, 30), time(15)


def sitting_at(at: datetime) -> Sitting:
    """Give the sitting that is being served at an instant, by the clock in Shanghai.

    >>> sitting_at(datetime(2026, 11, 23, 3, 5, tzinfo=UTC)).value
    'lunch'
    """
    now = at.astimezone(SHANGHAI).time()
    if now < _BREAKFAST_UNTIL:
        return Sitting.BREAKFAST
    return Sitting.LUNCH if now < _LUNCH_UNTIL else Sitting.DINNER


def meal_id(at: datetime, chance: int) -> UUID:
    """Make the id of a meal that is put on the counter now: a UUID of version 7, which sorts by its time.

    `chance` is any random number of 74 bits.

    Source: RFC 9562, section 5.7.

    >>> str(meal_id(datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC), 0))
    '01a2067f-2a98-7000-8000-000000000000'
    """
    milliseconds = round(at.timestamp() * 1000)
    first, second = chance >> 62 & 0xFFF, chance & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | first << 64 | 0b10 << 62 | second)


def made_at(given: UUID) -> datetime | None:
    """Give when an id of version 7 was made; None for every other id.

    >>> made_at(meal_id(datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC), 5)).isoformat()
    '2026-11-23T03:42:07+00:00'
    """
    if given.version != 7:  # noqa: PLR2004 - the version that carries its time
        return None
    return _EPOCH + timedelta(milliseconds=given.int >> 80)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Decision:
    """What policy gives one meal, and why (认定); `policy` is the one in force, whatever it gives.

    `rivals` counts the resident's other meals of the same day and sitting that were not reversed.
    """

    meal_id: UUID
    policy: Policy | None
    split: Split
    rivals: int = 0

    @property
    def reason(self) -> Reason:
        """Give the reason."""
        return self.split.reason

    @property
    def government_fen(self) -> int:
        """Give the government's part of the price."""
        return self.split.government_fen

    @property
    def operator_fen(self) -> int:
        """Give the operator's part of the price."""
        return self.split.operator_fen

    @property
    def charity_fen(self) -> int:
        """Give charity's part of the price."""
        return self.split.charity_fen

    @property
    def resident_fen(self) -> int:
        """Give the resident's part of the price."""
        return self.split.resident_fen

    @property
    def layers(self) -> tuple[LayerShare, ...]:
        """Give what each paying layer gives, in the policy's order; they add up to the government's part."""
        return self.split.layers

    @property
    def policy_reference(self) -> str:
        """Give the notice number (文号), empty when no policy is in force."""
        return self.policy.reference if self.policy else ""


def adjudicate(
    meals: Iterable[MealFact],
    *,
    reversed_ids: Collection[UUID],
    resident: ResidentFacts | None,
    sites: Mapping[str, SiteFacts],
    policies: PolicyBook,
    calendar: WorkCalendar,
) -> dict[UUID, Decision]:
    """Decide the meals of one resident, over all sites, in the order in which they were served.

    They are judged by (`served_at`, `meal_id`) in whatever order they are given; caps count them by
    `served_on`. Reversed meals count for nothing, and only meals that get government money use up a cap.
    Nobody is refused: a meal that gets nothing is paid by the resident, as are all when `resident` is None.

    `meals` must be all the resident's meals on the days of an `affected_span`; the decisions are then those
    that all meals together would give. Charity's fund is taken to last.

    Raises: KeyError when a meal's site is not among `sites`.
    """
    decisions = {}
    tally = _Tally()
    in_order = sorted(meals, key=_judging_order)
    sittings = Counter(
        (meal.served_on, meal.sitting) for meal in in_order if meal.meal_id not in reversed_ids
    )
    for meal in in_order:
        site = sites[meal.site_code]
        policy = policies.deciding(site.area_code, meal.served_on)
        if meal.meal_id in reversed_ids:
            split, rivals = unsubsidised(meal.price_fen, Reason.REVERSED), 0
        else:
            rivals = sittings[meal.served_on, meal.sitting] - 1
            split = split_price(
                Occasion(meal.price_fen, meal.sitting, meal.served_on, site, resident),
                policy=policy,
                used=tally.usage(meal.served_on, meal.sitting),
                calendar=calendar,
            )
            tally.add(meal.served_on, meal.sitting, split.government_fen)
        decisions[meal.meal_id] = Decision(meal.meal_id, policy, split, rivals)
    return decisions


def _judging_order(meal: MealFact) -> tuple[datetime, UUID]:
    return meal.served_at, meal.meal_id


class _Tally:
    """What one resident's meals have used so far, in each sitting, day, week and month."""

    def __init__(self) -> None:
        self._sittings: defaultdict[tuple[date, Sitting], int] = defaultdict(int)
        self._weeks: defaultdict[int, _Used] = defaultdict(_Used)
        self._months: defaultdict[int, _Used] = defaultdict(_Used)
        self._around: dict[date, tuple[_Used, _Used, _Used]] = {}

    def usage(self, on: date, sitting: Sitting) -> Usage:
        """Give the usage that a meal on this day and at this sitting meets."""
        day, week, month = self._windows(on)
        return Usage(
            self._sittings[on, sitting], day.meals, week.meals, month.meals, day.fen, week.fen, month.fen
        )

    def add(self, on: date, sitting: Sitting, government_fen: int) -> None:
        """Count a meal, if the government gave it anything."""
        if government_fen:
            self._sittings[on, sitting] += 1
            for window in self._windows(on):
                window.meals += 1
                window.fen += government_fen

    def _windows(self, on: date) -> tuple[_Used, _Used, _Used]:
        """Give the day, the week and the month that a day lies in."""
        windows = self._around.get(on)
        if windows is None:
            week, month = (on.toordinal() - 1) // 7, on.year * 12 + on.month
            windows = self._around[on] = (_Used(), self._weeks[week], self._months[month])
        return windows


@dataclass(slots=True)
class _Used:
    """Subsidised meals and their government money in one window."""

    meals: int = 0
    fen: int = 0


def affected_span(day: date, policies: PolicyBook, *, until: date | None = None) -> tuple[date, date]:
    """Give the closed range of days that must be adjudicated again when a fact about `day` changes.

    Outside it no decision can change, and inside it every decision rests on meals inside it alone. It is the
    day itself, unless a policy in force caps a week or a month that the range reaches into: then the whole
    week or month belongs to it, and what that reaches into in turn. `until` is the last day of a fact about
    several days (a category, a status); for one without an end give the day of the resident's last meal.

    Where one policy caps both weeks and months, the range ends only where a month begins on a Monday.
    """
    first, last = day, until or day
    while True:
        grown = _grown(first, last, policies)
        if grown == (first, last):
            return grown
        first, last = grown


def _grown(first: date, last: date, policies: PolicyBook) -> tuple[date, date]:
    """Widen a range to the whole of each capped week and month at its ends."""
    firsts, lasts = [first], [last]
    for end in (first, last):
        monday, sunday = _week(end)
        if any(policy.caps.bind_weeks for policy in policies.in_force_during(monday, sunday)):
            firsts.append(monday)
            lasts.append(sunday)
        first_of_month, last_of_month = _month(end)
        if any(policy.caps.bind_months for policy in policies.in_force_during(first_of_month, last_of_month)):
            firsts.append(first_of_month)
            lasts.append(last_of_month)
    return min(firsts), max(lasts)


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return first, next_first - timedelta(days=1)
