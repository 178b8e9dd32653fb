"""Home of watching a sitting: what is ordered, what a site's tablets let us know, and when a clock begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app import clock
from app.canteens.rules import Sitting
from app.care.rules.regulars import LOOK_BACK_WEEKS
from app.delivery.rules.cases import CaseOrder, CaseOutcome, MealGoes, Minutes, Step, Taken, next_of
from app.errors import DomainError
from app.text import Text, text
from app.till.rules.watch import State, TabletFacts

WATCHED_FOR = timedelta(hours=3)
"""How long after its time a sitting is looked at again."""

_HEARD_WITHIN = timedelta(minutes=30)
_LONGEST_WAIT = 240


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """What is ordered from a day on: who is a regular, when each sitting is looked at, steps and clocks.

    A regular came on `came` of the last `of` same weekdays. `unknown_minutes` is how long a site without
    word is waited for before the calls begin all the same.
    """

    from_on: date
    came: int
    of: int
    times: tuple[tuple[Sitting, time], ...]
    steps: tuple[Minutes, ...]
    close_minutes: int
    unknown_minutes: int

    def __post_init__(self) -> None:
        """Refuse an order that nobody could follow.

        Raises: DomainError.
        """
        if not 1 <= self.came <= self.of <= LOOK_BACK_WEEKS:
            raise DomainError(
                text("A regular comes on at least one of the days looked at, and on no more than there are."),
                field="came",
            )
        if not 0 <= self.unknown_minutes <= _LONGEST_WAIT:
            raise DomainError(text("A site is waited for 0 to 240 minutes."), field="unknown_minutes")
        # What holds of a door that nobody opened holds of steps here too.
        _ = self.case_order

    @property
    def case_order(self) -> CaseOrder:
        """Give steps and clocks as the rules of cases know them: they are the same for every case."""
        return CaseOrder(self.from_on, self.steps, self.close_minutes, wait_minutes=0, meal=MealGoes.KITCHEN)

    def due(self, at: datetime) -> tuple[Sitting, ...]:
        """Give the sittings that are to be looked at now."""
        here = at.astimezone(clock.SHANGHAI)
        now = _since_midnight(here.time())
        begun = ((sitting, _since_midnight(begins)) for sitting, begins in self.times)
        return tuple(sitting for sitting, begins in begun if begins <= now < begins + WATCHED_FOR)


def _since_midnight(clock_time: time) -> timedelta:
    return timedelta(hours=clock_time.hour, minutes=clock_time.minute)


DEFAULT_ORDER = WatchOrder(
    date.min,
    came=3,
    of=4,
    times=((Sitting.LUNCH, time(12, 15)),),
    steps=((Step.RESIDENT, 20), (Step.FAMILY, 20), (Step.COMMUNITY, 45), (Step.ENTER, 60)),
    close_minutes=15,
    unknown_minutes=45,
)
"""What holds until a district orders otherwise: a call within the sitting, somebody at the door by two."""


def written_times(times: Sequence[tuple[Sitting, time]]) -> str:
    """Write times as the database keeps them.

    >>> written_times(((Sitting.LUNCH, time(12, 15)),))
    'lunch=12:15'
    """
    return " ".join(f"{sitting.value}={begins:%H:%M}" for sitting, begins in times)


def read_times(written: str) -> tuple[tuple[Sitting, time], ...]:
    """Read times as the database keeps them.

    >>> read_times("lunch=12:15") == ((Sitting.LUNCH, time(12, 15)),)
    True
    """
    pairs = (pair.split("=") for pair in written.split())
    return tuple((Sitting(sitting), time.fromisoformat(begins)) for sitting, begins in pairs)


class News(StrEnum):
    """What is known of who came to a site's sitting."""

    KNOWN = "known"
    NOT_KNOWN = "not_known"
    SHUT = "shut"


def news_of(tablets: Iterable[TabletFacts], *, meals: int, at: datetime) -> News:
    """Tell whether who is not in the ledger did not come, as far as anybody can know.

    A tablet in use that was not heard of lately, or holds records, may know of them. Where nobody at all came
    and all tablets say so, the site is shut; without tablets and without a meal nothing is known.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 27, 4, tzinfo=UTC)
    >>> news_of([TabletFacts(enrolled_at=noon, last_seen_at=noon, unsent=2)], meals=50, at=noon).value
    'not_known'
    """
    in_use = [tablet for tablet in tablets if tablet.state is State.ENROLLED]
    if not all(_has_reported(tablet, at) for tablet in in_use):
        return News.NOT_KNOWN
    if meals:
        return News.KNOWN
    return News.SHUT if in_use else News.NOT_KNOWN


def _has_reported(tablet: TabletFacts, at: datetime) -> bool:
    heard_at = tablet.last_seen_at
    return heard_at is not None and at - heard_at <= _HEARD_WITHIN and not tablet.unsent


def begins_at(opened_at: datetime, known_at: datetime | None, order: WatchOrder) -> datetime:
    """Give when the clock of a missed meal begins: when it was known, or once a site was waited for enough.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 27, 4, tzinfo=UTC)
    >>> begins_at(noon, None, DEFAULT_ORDER) - noon
    datetime.timedelta(seconds=2700)
    """
    waited = opened_at + timedelta(minutes=order.unknown_minutes)
    return waited if known_at is None else min(known_at, waited)


def was_in_time(begun_at: datetime, taken: Sequence[Taken], closed_at: datetime, order: CaseOrder) -> bool:
    """Tell whether every step of a case was taken before its clock ran out, and the closing too."""
    acts = [*(each.at for each in sorted(taken, key=lambda each: each.at)), closed_at]
    return all(at <= next_of(begun_at, _before(taken, place), order).due_at for place, at in enumerate(acts))


def _before(taken: Sequence[Taken], place: int) -> list[Taken]:
    return sorted(taken, key=lambda each: each.at)[:place]


OUTCOMES = (
    CaseOutcome.WELL,
    CaseOutcome.AWAY,
    CaseOutcome.HOSPITAL,
    CaseOutcome.TREATED,
    CaseOutcome.DECEASED,
    CaseOutcome.MOVED_AWAY,
    CaseOutcome.HELP,
    CaseOutcome.MISTAKE,
    CaseOutcome.OTHER,
)
"""What may have become of somebody who did not come: a case's outcomes but the meal handed over later."""


class Ended(StrEnum):
    """Why a missed meal waits for nobody any more."""

    CLOSED = "closed"
    CAME = "came"
    AWAY = "away"
    GONE = "gone"

    @property
    def label(self) -> Text:
        """Give the reason for a screen."""
        return _ENDED[self]


_ENDED = {
    Ended.CLOSED: text("closed by a person"),
    Ended.CAME: text("came after all: the record arrived late"),
    Ended.AWAY: text("away or in hospital, written down since"),
    Ended.GONE: text("died, moved or in an institution, written down since"),
}
