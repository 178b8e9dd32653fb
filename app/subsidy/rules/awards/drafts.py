"""Home of the way an award policy goes into force: proposed by one person, published by another. Pure."""

from __future__ import annotations

from enum import StrEnum

from app.errors import Conflict, NotAllowed
from app.text import Text, text

NEEDS_ANOTHER = text("Whoever drafted a policy cannot publish it too. Ask a second person.")


class ProposalState(StrEnum):
    """Where a policy on awards stands; published and withdrawn are the ends."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        """Give the state's name for a screen."""
        return {
            ProposalState.DRAFT: text("waiting for approval"),
            ProposalState.PUBLISHED: text("published"),
            ProposalState.WITHDRAWN: text("withdrawn"),
        }[self]


def ensure_may_decide(state: ProposalState, after: ProposalState, *, by: str, drafted_by: str) -> None:
    """Refuse to decide a draft that is decided, or to publish one's own.

    Raises: Conflict; NotAllowed.
    """
    if state is not ProposalState.DRAFT:
        raise Conflict(text("This policy was decided already. Look at it again."))
    if after is ProposalState.PUBLISHED and by == drafted_by:
        raise NotAllowed(NEEDS_ANOTHER)
