"""Home of what became of a stop: the reports, what stands when they differ, and the meals of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from app.clock import SHANGHAI, on
from app.sheet.cells import Unreadable, half_width, shown
from app.text import Text, text
from app.till.rules.paper import check_digit

LONGEST_NOTE = 200
_AHEAD_AT_MOST = timedelta(minutes=5)
_MEALS = UUID("3a1f6c0e-9d27-4b58-8f0a-7be25d0c41d9")
_DIGITS = 6


class Outcome(StrEnum):
    """What became of a stop (送达情况)."""

    HANDED_OVER = "handed_over"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    PROBLEM = "problem"

    @property
    def label(self) -> Text:
        """Give the outcome's name for a screen."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.HANDED_OVER: text("handed over"),
    Outcome.NO_ANSWER: text("no answer at the door"),
    Outcome.REFUSED: text("did not want it"),
    Outcome.PROBLEM: text("problem on the way"),
}


class Via(StrEnum):
    """How an outcome came to be known."""

    LINK = "link"
    PAPER = "paper"

    @property
    def label(self) -> Text:
        """Give the way for a screen."""
        return {Via.LINK: text("rider's phone"), Via.PAPER: text("keyed from paper")}[self]


@dataclass(frozen=True, slots=True)
class StopReport:
    """One report of a stop: a fact under an id that was made where the report was made.

    `reported_by` is the rider's or the user's number; `skew_seconds` by how much the phone's clock was ahead
    when it sent.
    """

    id: UUID
    run_id: int
    position: int
    outcome: Outcome
    happened_at: datetime
    via: Via
    reported_by: str
    note: str = ""
    skew_seconds: int | None = None

    @property
    def digest(self) -> str:
        """Give SHA-256 over what was reported: the same id with another digest is a conflict.

        Who carries the report, and by which clock, is no content: it may be sent again from elsewhere.
        """
        at = self.happened_at.astimezone(UTC).isoformat(timespec="milliseconds")
        members = [self.run_id, self.position, self.outcome.value, at, self.note]
        written = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it stands among the others of its stop."""

    id: UUID
    outcome: Outcome
    happened_at: datetime


def standing(reports: Iterable[Told]) -> Told | None:
    """Give the report that stands: the first hand-over, or else the last word; whatever order they came in.

    A hand-over stands against everything, since it became a meal; what contradicts it is shown to a person.

    >>> at = datetime(2026, 11, 23, 4, tzinfo=UTC)
    >>> missed, given = Told(UUID(int=2), Outcome.NO_ANSWER, at), Told(UUID(int=1), Outcome.HANDED_OVER, at)
    >>> standing([missed, given]) == standing([given, missed]) == given
    True
    """
    told = sorted(reports, key=lambda each: (each.happened_at, each.id))
    handed = next((each for each in told if each.outcome is Outcome.HANDED_OVER), None)
    return handed or (told[-1] if told else None)


def contradicting(reports: Iterable[Told]) -> tuple[Told, ...]:
    """Give what was reported after a hand-over that says otherwise: a person finds out which is true."""
    told = list(reports)
    stands = standing(told)
    if stands is None or stands.outcome is not Outcome.HANDED_OVER:
        return ()
    others = (each for each in told if each.outcome is not Outcome.HANDED_OVER)
    later = (each for each in others if each.happened_at > stands.happened_at)
    return tuple(sorted(later, key=lambda each: (each.happened_at, each.id)))


def told_clock(skew_seconds: int | None) -> Text | None:
    """Say of a phone that its clock is wrong: by how much it was ahead or behind when it sent.

    >>> str(told_clock(-40 * 60)), str(told_clock(3 * 86_400)), told_clock(90), told_clock(None)
    ("the phone's clock is 40 min behind", "the phone's clock is 3 days ahead", None, None)
    """
    if skew_seconds is None or abs(skew_seconds) <= _AHEAD_AT_MOST.total_seconds():
        return None
    minutes = abs(skew_seconds) // 60
    off = text("{minutes} min", minutes=minutes)
    if minutes >= 2 * 24 * 60:
        off = text("{count} days", count=minutes // (24 * 60))
    elif minutes >= 2 * 60:
        off = text("{hours} h", hours=minutes // 60)
    if skew_seconds > 0:
        return text("the phone's clock is {off} ahead", off=off)
    return text("the phone's clock is {off} behind", off=off)


def second_of(at: datetime) -> int:
    """Give the second of its day in Shanghai at which an instant lies.

    >>> second_of(datetime(2026, 11, 23, 3, 20, tzinfo=UTC)) == 11 * 3600 + 20 * 60
    True
    """
    local = at.astimezone(SHANGHAI)
    return local.hour * 3600 + local.minute * 60 + local.second


def seconds_into(at: datetime, on: date) -> int:
    """Give how many seconds after a day's midnight in Shanghai an instant lies, on whatever day that is.

    >>> seconds_into(datetime(2026, 11, 23, 16, tzinfo=UTC), date(2026, 11, 23)) == 24 * 3600
    True
    """
    return (at.astimezone(SHANGHAI).date() - on).days * 24 * 3600 + second_of(at)


def instant_of(day: date, seconds: int) -> datetime:
    """Give the instant so many seconds after midnight of a day in Asia/Shanghai.

    >>> instant_of(date(2026, 11, 23), 39_900).isoformat()
    '2026-11-23T03:05:00+00:00'
    """
    midnight = datetime.combine(day, time(), tzinfo=SHANGHAI)
    return (midnight + timedelta(seconds=seconds)).astimezone(UTC)


def served_at(happened_at: datetime, *, day: date, planned_at: datetime, received_at: datetime) -> datetime:
    """Give when a delivered meal counts as served: as reported, unless that cannot be.

    A phone whose clock shows another day, or a time that is still to come, is not taken at its word: the
    planned minute stands instead. The report itself keeps what was said.
    """
    if on(happened_at) != day or happened_at > received_at + _AHEAD_AT_MOST:
        return planned_at
    return happened_at


def delivered_meal_id(subscription_id: int, day: date, box: int) -> UUID:
    """Give the id of a delivered meal: it follows from whose it is, so that no second one can be made.

    >>> delivered_meal_id(7, date(2026, 11, 23), 1) == delivered_meal_id(7, date(2026, 11, 23), 1)
    True
    """
    return uuid5(_MEALS, f"{subscription_id}:{day.isoformat()}:{box}")


def run_code(run_id: int) -> str:
    """Give the code that a route sheet is keyed back under: a running number and its check digit.

    >>> run_code(12), run_code(1_234_567)
    ('L-000012-5', 'L-1234567-1')
    """
    digits = f"{run_id:0{_DIGITS}d}"
    return f"L-{digits}-{check_digit(digits)}"


def read_run_code(typed: str) -> int:
    """Give the run that a typed code names.

    Raises: Unreadable when the check digit does not fit.

    >>> read_run_code(" l000012-5"), read_run_code("Ｌ１２５")
    (12, 12)
    """
    signs = "".join(sign for sign in half_width(typed).upper() if sign.isalnum())
    digits = signs.removeprefix("L")
    is_number = digits.isascii() and digits.isdigit() and 1 < len(digits) <= 18  # noqa: PLR2004 - fits a row id
    if not is_number or check_digit(digits[:-1]) != digits[-1]:
        raise Unreadable(
            text("“{written}” is not the code of a run.", written=shown(typed)),
            text("Compare each digit with the route sheet: one is wrong, missing, or has changed places."),
            field="code",
        )
    return int(digits[:-1])


def outcomes_counted(stands: Sequence[Outcome | None]) -> dict[Outcome | None, int]:
    """Count stops by what became of them; None counts those of which nothing was reported."""
    kinds: tuple[Outcome | None, ...] = (*Outcome, None)
    return {kind: sum(each is kind for each in stands) for kind in kinds}
