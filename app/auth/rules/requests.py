"""Home of what one administrator may only ask for, and a second person decides. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from app.auth.rules.factor import needs_second_factor
from app.errors import Conflict, NotAllowed
from app.roles import Role
from app.text import Text, text

REQUEST_DAYS = 7
"""How long a second person may take; afterwards it must be asked for again."""


class Act(StrEnum):
    """What is asked for about an account."""

    LET_IN = "let_in"
    CHANGE_ROLES = "change_roles"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - an act's name
    RESET_FACTOR = "reset_factor"
    OFF_BOARD = "off_board"


class Outcome(StrEnum):
    """What became of it."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_NAMES = {
    Act.LET_IN: text("let in"),
    Act.CHANGE_ROLES: text("other roles or another scope"),
    Act.RESET_PASSWORD: text("new password"),
    Act.RESET_FACTOR: text("second factor taken off"),
    Act.OFF_BOARD: text("off-boarding"),
}


def act_name(act: Act) -> Text:
    """Give the act's name for a screen."""
    return _NAMES[act]


def needs_second_person(act: Act, roles: Collection[Role]) -> bool:
    """Tell whether an act waits for a second person.

    Everything does, but letting in somebody who neither administers, pays nor approves: a site's new hand or
    a community worker starts at once. Shutting out is no such act: it holds at once.
    """
    return act is not Act.LET_IN or needs_second_factor(roles)


def ensure_decidable(
    *, asked_by: str, subject: str, by: str, asked_at: datetime, at: datetime, is_open: bool
) -> None:
    """Refuse a decision by who asked, by whom it is about, too late, or twice.

    Raises: Conflict, NotAllowed.
    """
    if not is_open:
        raise Conflict(text("Somebody has decided this already."))
    if by == asked_by:
        raise NotAllowed(text("You asked for this, so somebody else has to confirm it."))
    if by == subject:
        raise NotAllowed(text("This is about your own account, so somebody else has to confirm it."))
    if at > asked_at + timedelta(days=REQUEST_DAYS):
        raise Conflict(text("This waited for more than {days} days. Ask for it again.", days=REQUEST_DAYS))
