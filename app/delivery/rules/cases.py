"""Home of what is done when nobody answers a door: the steps, their clocks, and how a case ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.delivery.rules.freshness import ASSUMED_MINUTES, MOST_ASSUMED_MINUTES
from app.errors import DomainError
from app.residents.rules.facts import Status
from app.text import Text, text

LONGEST_NOTE = 200
_LONGEST_MINUTES = 240


class Step(StrEnum):
    """One thing that is done to find out how a resident is who did not answer (无人应处置步骤)."""

    RESIDENT = "resident"
    FAMILY = "family"
    COMMUNITY = "community"
    ENTER = "enter"

    @property
    def label(self) -> Text:
        """Give the step's name for a screen."""
        return _STEPS[self]

    @property
    def task(self) -> Text:
        """Say what whoever takes the step does."""
        return _TASKS[self]


_STEPS = {
    Step.RESIDENT: text("phone the resident"),
    Step.FAMILY: text("phone the family"),
    Step.COMMUNITY: text("ask the community to look"),
    Step.ENTER: text("enter the home"),
}
_TASKS = {
    Step.RESIDENT: text("Let it ring for long, twice. Many hear badly."),
    Step.FAMILY: text("Ask whether the resident went out, and who has a key."),
    Step.COMMUNITY: text("A community worker or neighbour knocks, looks through the window, asks around."),
    Step.ENTER: text("With the family, the community or the police. Call 120 when help is needed."),
}


class StepResult(StrEnum):
    """What came of a step."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    NOT_POSSIBLE = "not_possible"

    @property
    def label(self) -> Text:
        """Give the result for a screen."""
        return _RESULTS[self]


_RESULTS = {
    StepResult.REACHED: text("we know how the resident is"),
    StepResult.NOT_REACHED: text("nobody answered"),
    StepResult.NOT_POSSIBLE: text("not possible: no number, or nobody there"),
}


class CaseOutcome(StrEnum):
    """How a case was closed by a person."""

    WELL = "well"
    LATER = "later"
    HOSPITAL = "hospital"
    AWAY = "away"
    HELP = "help"
    MISTAKE = "mistake"
    TREATED = "treated"
    DECEASED = "deceased"
    MOVED_AWAY = "moved_away"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """Give the outcome for a screen."""
        return _OUTCOMES[self]

    @property
    def is_absence(self) -> bool:
        """Tell whether nothing should be brought until the resident is back."""
        return self in {CaseOutcome.HOSPITAL, CaseOutcome.AWAY}

    @property
    def status(self) -> Status | None:
        """Give the status that it says has begun, to be written down where it belongs."""
        return _STATUSES.get(self)


_OUTCOMES = {
    CaseOutcome.WELL: text("resident is well"),
    CaseOutcome.LATER: text("meal handed over later"),
    CaseOutcome.HOSPITAL: text("in hospital"),
    CaseOutcome.AWAY: text("away from home"),
    CaseOutcome.HELP: text("help was called"),
    CaseOutcome.MISTAKE: text("reported by mistake"),
    CaseOutcome.TREATED: text("at a doctor's"),
    CaseOutcome.DECEASED: text("died"),
    CaseOutcome.MOVED_AWAY: text("moved to another place"),
    CaseOutcome.OTHER: text("something else: see the note"),
}
_STATUSES = {CaseOutcome.DECEASED: Status.DECEASED, CaseOutcome.MOVED_AWAY: Status.MOVED_AWAY}


class MealGoes(StrEnum):
    """Where the rider takes a meal that nobody took."""

    KITCHEN = "kitchen"
    NEIGHBOUR = "neighbour"

    @property
    def label(self) -> Text:
        """Give the place for a screen."""
        return _PLACES[self]


_PLACES = {
    MealGoes.KITCHEN: text("back to the kitchen"),
    MealGoes.NEIGHBOUR: text("to the neighbour named in the note, else back to the kitchen"),
}

Minutes = tuple[Step, int]
"""A step, and the minutes after the one before it by which it is taken."""


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """What is done from a day on when nobody answers: the steps in their order, each with its minutes.

    `wait_minutes` is how long the rider stays at the door, `close_minutes` how long closing may take once
    it is known how the resident is, or once every step is taken. `cooked_minutes` is how long before loading
    a meal is taken to be cooked while its kitchen has not written when.
    """

    from_on: date
    steps: tuple[Minutes, ...]
    close_minutes: int
    wait_minutes: int
    meal: MealGoes
    cooked_minutes: int = ASSUMED_MINUTES

    def __post_init__(self) -> None:
        """Refuse an order that nobody could follow.

        Raises: DomainError.
        """
        named = [step for step, _ in self.steps]
        if not named or len(set(named)) != len(named):
            raise DomainError(
                text("Each step has a place of its own, and there is one at least."), field="steps"
            )
        if any(not 1 <= minutes <= _LONGEST_MINUTES for _, minutes in self.steps):
            raise DomainError(text("A step has between 1 and 240 minutes."), field="steps")
        if not 0 <= self.cooked_minutes <= MOST_ASSUMED_MINUTES:
            raise DomainError(
                text("A meal is taken to be cooked at most 90 minutes before loading."),
                field="cooked_minutes",
            )


DEFAULT_ORDER = CaseOrder(
    date.min,
    ((Step.RESIDENT, 5), (Step.FAMILY, 10), (Step.COMMUNITY, 15), (Step.ENTER, 30)),
    close_minutes=10,
    wait_minutes=5,
    meal=MealGoes.KITCHEN,
)
"""What holds until a district orders otherwise: within an hour somebody has looked."""


def written_steps(steps: Sequence[Minutes]) -> str:
    """Write steps as the database keeps them.

    >>> written_steps(((Step.RESIDENT, 5), (Step.ENTER, 30)))
    'resident=5 enter=30'
    """
    return " ".join(f"{step.value}={minutes}" for step, minutes in steps)


def read_steps(written: str) -> tuple[Minutes, ...]:
    """Read steps as the database keeps them.

    >>> read_steps("resident=5 enter=30")[1] == (Step.ENTER, 30)
    True
    """
    pairs = (pair.split("=") for pair in written.split())
    return tuple((Step(step), int(minutes)) for step, minutes in pairs)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that somebody took, and what came of it."""

    step: Step
    result: StepResult
    at: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """What a case waits for: a step, or None when it only has to be closed; and by when."""

    step: Step | None
    due_at: datetime

    def late_minutes(self, at: datetime) -> int:
        """Give by how many whole minutes it is late, nought before it is due."""
        return max(0, int((at - self.due_at).total_seconds() // 60))


def next_of(opened_at: datetime, taken: Sequence[Taken], order: CaseOrder) -> Next:
    """Give what a case waits for now; each clock starts when the step before was taken.

    What comes before the furthest step that was taken is not asked for any more: who entered the home need
    not phone it. Once it is known how the resident is, closing is all that is left.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
    >>> next_of(noon, (), DEFAULT_ORDER) == Next(Step.RESIDENT, noon + timedelta(minutes=5))
    True
    """
    last = max(taken, key=lambda each: each.at, default=None)
    begun = last.at if last is not None else opened_at
    left = steps_left(taken, order)
    if not left or (last is not None and last.result is StepResult.REACHED):
        return Next(None, begun + timedelta(minutes=order.close_minutes))
    step, minutes = left[0]
    return Next(step, begun + timedelta(minutes=minutes))


def steps_left(taken: Sequence[Taken], order: CaseOrder) -> tuple[Minutes, ...]:
    """Give the steps after the furthest one that was taken."""
    done = {each.step for each in taken}
    furthest = max((place for place, (step, _) in enumerate(order.steps) if step in done), default=-1)
    return order.steps[furthest + 1 :]


@dataclass(frozen=True, slots=True)
class Line:
    """One step as a case's page lists it: due by when, None for one that is not asked for any more."""

    step: Step
    due_at: datetime | None
    taken: tuple[Taken, ...]


def timeline(opened_at: datetime, taken: Sequence[Taken], order: CaseOrder) -> tuple[Line, ...]:
    """Give the steps in their order with what was done; those to come are due as if each is taken in time."""
    coming = next_of(opened_at, taken, order)
    due: dict[Step, datetime] = {}
    if coming.step is not None:
        at = coming.due_at
        for place, (step, minutes) in enumerate(steps_left(taken, order)):
            at = at + timedelta(minutes=minutes) if place else at
            due[step] = at
    listed = [step for step, _ in order.steps]
    others = [each.step for each in taken if each.step not in listed]
    return tuple(
        Line(step, due.get(step), tuple(each for each in taken if each.step is step))
        for step in dict.fromkeys([*listed, *others])
    )
