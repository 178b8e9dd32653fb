"""Home of the vocabulary of background work: states, the steps between, what is said at the end. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.errors import Conflict
from app.text import Text, text

MOST_ATTEMPTS = 3
"""How often a job is begun whose worker has gone; then it is told as broken."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    BROKEN = "broken"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Text:
        """Give the state's name for a screen."""
        return _LABELS[self]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self not in UNDER_WAY


UNDER_WAY = (JobState.WAITING, JobState.RUNNING, JobState.CANCELLING)
_LABELS = {
    JobState.WAITING: text("waiting"),
    JobState.RUNNING: text("under way"),
    JobState.CANCELLING: text("being cancelled"),
    JobState.DONE: text("done"),
    JobState.REFUSED: text("not possible"),
    JobState.FAILED: text("failed by a fault"),
    JobState.BROKEN: text("broken off"),
    JobState.CANCELLED: text("cancelled"),
}


class Step(StrEnum):
    """What moves a job on."""

    TAKE = "take"
    FINISH = "finish"
    REFUSE = "refuse"
    FAIL = "fail"
    LOSE = "lose"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    STOP = "stop"
    AGAIN = "again"


STEPS: Mapping[tuple[JobState, Step], JobState] = {
    (JobState.WAITING, Step.TAKE): JobState.RUNNING,
    (JobState.WAITING, Step.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, Step.FINISH): JobState.DONE,
    (JobState.RUNNING, Step.REFUSE): JobState.REFUSED,
    (JobState.RUNNING, Step.FAIL): JobState.FAILED,
    (JobState.RUNNING, Step.CANCEL): JobState.CANCELLING,
    (JobState.RUNNING, Step.LOSE): JobState.WAITING,
    (JobState.RUNNING, Step.GIVE_UP): JobState.BROKEN,
    (JobState.CANCELLING, Step.STOP): JobState.CANCELLED,
    (JobState.CANCELLING, Step.FINISH): JobState.DONE,
    (JobState.CANCELLING, Step.REFUSE): JobState.REFUSED,
    (JobState.CANCELLING, Step.FAIL): JobState.FAILED,
    (JobState.CANCELLING, Step.LOSE): JobState.CANCELLED,
    (JobState.CANCELLING, Step.GIVE_UP): JobState.CANCELLED,
    (JobState.REFUSED, Step.AGAIN): JobState.WAITING,
    (JobState.FAILED, Step.AGAIN): JobState.WAITING,
    (JobState.BROKEN, Step.AGAIN): JobState.WAITING,
    (JobState.CANCELLED, Step.AGAIN): JobState.WAITING,
}
"""Every step that there is, and where it leads."""


def after(state: JobState, step: Step) -> JobState:
    """Give the state that a step leads to.

    Raises: Conflict when there is no such step from here.

    >>> after(JobState.WAITING, Step.TAKE).value
    'running'
    """
    if (state, step) not in STEPS:
        raise Conflict(text("The work is {state}, so this cannot be done with it now.", state=state.label))
    return STEPS[state, step]


@dataclass(frozen=True, slots=True)
class Result:
    """A file that came of a job, under a name that names nobody."""

    name: str
    content: bytes


def written(sentence: Text) -> str:
    """Write a sentence so that it can be read back and put into any language.

    >>> str(read(written(text("{count} of {what}", count=3, what=text("meals")))))
    '3 of meals'
    """
    return json.dumps(_plain(sentence), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {
            "message": value.message,
            "values": {name: _plain(each) for name, each in value.values.items()},
        }
    return value if isinstance(value, int | float | str) else str(value)


def read(sentence: str) -> Text:
    """Read back what `written` gave."""
    return _text(json.loads(sentence))


def _text(told: Mapping[str, Any]) -> Text:
    values = {name: _text(each) if isinstance(each, dict) else each for name, each in told["values"].items()}
    return Text(told["message"], values)
