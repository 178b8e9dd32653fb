"""Home of what a complaint goes through: its states, the acts that move it, and the one table of both."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.errors import Conflict
from app.text import Text, text


class State(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CALLED_BACK = "called_back"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    HANDED_ON = "handed_on"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return _STATES[self]


_STATES = {
    State.RECEIVED: text("received, nobody has it yet"),
    State.ASSIGNED: text("being dealt with"),
    State.ANSWERED: text("answered, to be called back"),
    State.CALLED_BACK: text("called back, to be closed"),
    State.CLOSED: text("complaint closed"),
    State.WITHDRAWN: text("withdrawn by whoever brought it"),
    State.MERGED: text("the same as another one"),
    State.HANDED_ON: text("handed on to whom it concerns"),
}
WAITING = frozenset({State.RECEIVED, State.ASSIGNED})
"""States in which whoever complained still waits for an answer: the clock runs."""

OPEN = WAITING | {State.ANSWERED, State.CALLED_BACK}
"""States in which something is still to be done."""

ENDED = frozenset(State) - OPEN


class Act(StrEnum):
    """What somebody does to a complaint; a call-back is named for how it ended."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    NOT_REACHED = "not_reached"
    NO_CONTACT = "no_contact"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    HANDED_ON = "handed_on"
    URGED = "urged"
    CLASSED = "classed"
    LINKED = "linked"
    CONCEALED = "concealed"

    @property
    def label(self) -> Text:
        """Give the act for a screen."""
        return _ACTS[self]


_ACTS = {
    Act.RECEIVED: text("Complaint received"),
    Act.ASSIGNED: text("Given to somebody to deal with"),
    Act.ANSWERED: text("Answer written"),
    Act.SATISFIED: text("Called back: satisfied"),
    Act.DISSATISFIED: text("Called back: not satisfied, opened again"),
    Act.NOT_REACHED: text("Called back: nobody answered"),
    Act.NO_CONTACT: text("Cannot be called back"),
    Act.CLOSED: text("Complaint closed"),
    Act.REOPENED: text("Complaint opened again"),
    Act.WITHDRAWN: text("Complaint withdrawn"),
    Act.MERGED: text("Merged with another"),
    Act.HANDED_ON: text("Handed on outside"),
    Act.URGED: text("Urged by the supervisor"),
    Act.CLASSED: text("Class changed"),
    Act.LINKED: text("Linked"),
    Act.CONCEALED: text("Kept from the site"),
}

CALLS = (Act.SATISFIED, Act.DISSATISFIED, Act.NOT_REACHED, Act.NO_CONTACT)
"""How a call-back may end."""

_MOVES: Mapping[Act, Mapping[State, State]] = {
    Act.ASSIGNED: {State.RECEIVED: State.ASSIGNED, State.ASSIGNED: State.ASSIGNED},
    Act.ANSWERED: {State.ASSIGNED: State.ANSWERED},
    Act.SATISFIED: {State.ANSWERED: State.CALLED_BACK},
    Act.DISSATISFIED: {State.ANSWERED: State.ASSIGNED},
    Act.NOT_REACHED: {State.ANSWERED: State.ANSWERED},
    Act.NO_CONTACT: {State.ANSWERED: State.CALLED_BACK},
    Act.CLOSED: {State.CALLED_BACK: State.CLOSED},
    Act.REOPENED: {State.CALLED_BACK: State.ASSIGNED, State.CLOSED: State.ASSIGNED},
    Act.WITHDRAWN: dict.fromkeys((*WAITING, State.ANSWERED), State.WITHDRAWN),
    Act.MERGED: dict.fromkeys(WAITING, State.MERGED),
    Act.HANDED_ON: dict.fromkeys(WAITING, State.HANDED_ON),
    Act.URGED: {state: state for state in WAITING},
    Act.CLASSED: {state: state for state in WAITING},
    Act.LINKED: {state: state for state in State},
    Act.CONCEALED: {state: state for state in OPEN},
}
"""The one table: which act is possible in which state, and what it leads to."""


def may_follow(state: State, act: Act) -> bool:
    """Tell whether an act is possible in a state.

    >>> may_follow(State.ASSIGNED, Act.ANSWERED), may_follow(State.RECEIVED, Act.CLOSED)
    (True, False)
    """
    return state in _MOVES.get(act, {})


def state_after(state: State, act: Act) -> State:
    """Give the state that an act leads to.

    Raises: Conflict for an act that the state does not allow.

    >>> state_after(State.ANSWERED, Act.DISSATISFIED).value
    'assigned'
    """
    if not may_follow(state, act):
        raise Conflict(
            text("The complaint is “{state}”, so this cannot be done. Look at it again.", state=state.label)
        )
    return _MOVES[act][state]
