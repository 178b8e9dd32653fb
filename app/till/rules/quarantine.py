"""Home of why a tablet's record cannot be taken as it is, and of what a person may do about it."""

from __future__ import annotations

from enum import StrEnum

from app.text import Text, text


class Problem(StrEnum):
    """Why a record was kept apart; the first in this order is given."""

    UNREADABLE = "unreadable"
    NO_ID = "no_id"
    SAME_ID = "same_id"
    SITTING = "sitting"
    CHANNEL = "channel"
    PRICE = "price"
    TIME = "time"
    AHEAD = "ahead"
    WORDS = "words"
    REVERSAL = "reversal"
    OTHER_SITE = "other_site"
    UNKNOWN_IDENTITY = "unknown_identity"
    UNKNOWN_CARD = "unknown_card"
    UNKNOWN_PERSON = "unknown_person"
    NOT_STORED = "not_stored"

    @property
    def label(self) -> Text:
        """Give the problem in the words of who has to mend it."""
        return _LABELS[self]

    @property
    def is_about_who(self) -> bool:
        """Tell whether the meal is plain, and only who ate it is not known."""
        return self in _ABOUT_WHO


_ABOUT_WHO = {Problem.UNKNOWN_IDENTITY, Problem.UNKNOWN_CARD, Problem.UNKNOWN_PERSON}
_LABELS = {
    Problem.UNREADABLE: text("The record cannot be read. Compare it with the tablet's list."),
    Problem.NO_ID: text("The record has no proper number of its own."),
    Problem.SAME_ID: text("Another record came under the same number."),
    Problem.SITTING: text("The sitting is none that is known."),
    Problem.CHANNEL: text("How the meal was eaten is none of the known ways."),
    Problem.PRICE: text("The price cannot be right."),
    Problem.TIME: text("The time cannot be read."),
    Problem.AHEAD: text("The tablet's clock was more than a day ahead."),
    Problem.WORDS: text("A text in the record is too long or holds what cannot be stored."),
    Problem.REVERSAL: text("The reversal lacks its reason, or the meal that it undoes."),
    Problem.OTHER_SITE: text("The record belongs to another site."),
    Problem.UNKNOWN_IDENTITY: text("Nobody is registered with this identity number yet."),
    Problem.UNKNOWN_CARD: text("This card is not known."),
    Problem.UNKNOWN_PERSON: text("To be registered: what was typed is no number that is known."),
    Problem.NOT_STORED: text("The database would not store the record."),
}


class Outcome(StrEnum):
    """How a person settled a record that was kept apart."""

    TAKEN = "taken"
    SET_ASIDE = "set_aside"

    @property
    def label(self) -> Text:
        """Give the outcome for a screen."""
        return {Outcome.TAKEN: text("taken into the ledger"), Outcome.SET_ASIDE: text("set aside")}[self]


class Unfit(Exception):
    """A record cannot be taken as it is."""

    def __init__(self, problem: Problem) -> None:
        """Keep why."""
        super().__init__(problem.value)
        self.problem = problem
