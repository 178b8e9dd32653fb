"""Home of lists of deaths, moves and institutions: what a row says of somebody, what becomes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Conflict
from app.residents.rules.facts import ResidentFacts, Status, StatusChange
from app.residents.rules.identity import Identity
from app.text import Text, text

KINDS = (Status.DECEASED, Status.MOVED_AWAY, Status.INSTITUTION)
"""What a list may say: each list says one thing of everybody on it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list: who, by number and by name, and the day from which it holds."""

    identity: Identity
    name: str
    change: StatusChange


class Match(StrEnum):
    """What a row means for the resident with its number."""

    SETS = "sets"
    ALREADY = "already"
    OTHER_NAME = "other_name"
    CONTRADICTS = "contradicts"

    @property
    def label(self) -> Text:
        """Give it for a screen."""
        return _MATCHES[self]

    @property
    def is_question(self) -> bool:
        """Tell whether a person must decide."""
        return self in {Match.OTHER_NAME, Match.CONTRADICTS}


_MATCHES = {
    Match.SETS: text("the status will be set"),
    Match.ALREADY: text("the register says so already"),
    Match.OTHER_NAME: text("the number is right, the name is another"),
    Match.CONTRADICTS: text("the register says something else about these days"),
}


def match_of(
    listed: Listed, name: str, facts: ResidentFacts, taken_back: Sequence[StatusChange] = ()
) -> Match:
    """Give what a row means for the resident who has its number, whom the register calls `name`.

    A name never finds anybody, and another name is a question. So is a row that was taken back by a person
    before, a death on another day than the register has, and whatever comes after a death.
    """
    found = standing_of(listed.change, facts, taken_back)
    return Match.OTHER_NAME if found is not Match.ALREADY and listed.name != name else found


def standing_of(change: StatusChange, facts: ResidentFacts, taken_back: Sequence[StatusChange] = ()) -> Match:
    """Give what a status would do to somebody of whom it is known that they are meant."""
    if facts.status_on(change.from_on) is change.status:
        return Match.ALREADY
    return Match.CONTRADICTS if change in taken_back or _contradicts(change, facts) else Match.SETS


def _contradicts(change: StatusChange, facts: ResidentFacts) -> bool:
    later = [each for each in facts.statuses if each.from_on >= change.from_on]
    return (
        facts.status_on(change.from_on) is Status.DECEASED
        or any(each.from_on == change.from_on for each in later)
        or any(each.status is change.status for each in later)
        or (change.status is Status.DECEASED and bool(later))
    )


class ListState(StrEnum):
    """Where a list stands: looked at before anything is written, applied, or thrown away."""

    PREVIEW = "preview"
    APPLIED = "applied"
    DISCARDED = "discarded"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return {
            ListState.PREVIEW: text("preview, nothing is written yet"),
            ListState.APPLIED: text("applied"),
            ListState.DISCARDED: text("thrown away"),
        }[self]


class RowState(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    APPLIED = "applied"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return {
            RowState.WAITING: text("waits"),
            RowState.APPLIED: text("status set"),
            RowState.REFUSED: text("not this person"),
            RowState.TAKEN_BACK: text("taken back"),
        }[self]


def ensure_state(state: ListState | RowState, *wanted: ListState | RowState) -> None:
    """Refuse an act on what stands elsewhere by now.

    Raises: Conflict.
    """
    if state not in wanted:
        raise Conflict(text("It stands at “{state}” by now. Reload the page.", state=state.label))


class LateAnswer(StrEnum):
    """What was found about meals that are recorded after somebody died, moved or left for an institution."""

    WRONG_DAY = "wrong_day"
    WRONG_PERSON = "wrong_person"
    CARD_OF_OTHERS = "card_of_others"
    NOT_EATEN = "not_eaten"
    ALLOWED = "allowed"

    @property
    def label(self) -> Text:
        """Give the answer for a screen."""
        return {
            LateAnswer.WRONG_DAY: text("the day of the list is wrong: correct the status"),
            LateAnswer.WRONG_PERSON: text("recorded for the wrong person: reverse the meals"),
            LateAnswer.CARD_OF_OTHERS: text("others ate with the card: the next statement takes it back"),
            LateAnswer.NOT_EATEN: text("nobody ate: reverse the meals, and a case of recovery"),
            LateAnswer.ALLOWED: text("in order, see the note"),
        }[self]
