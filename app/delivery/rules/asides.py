"""Home of what a phone sent that was not taken: what can be read of it, and how a person settles it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.delivery.rules.links import number_in
from app.delivery.rules.proof import LONGEST_NOTE, Outcome
from app.till.rules.quarantine import Unfit
from app.till.rules.records import instant_in, words_in

_REPORTS = UUID("5f0d7a52-94c4-4b0b-9f0e-0a1d7d1a5b8e")


@dataclass(frozen=True, slots=True)
class AsideDraft:
    """A report as far as it can be read; None, or empty, is what it lacks."""

    run_id: int | None = None
    position: int | None = None
    outcome: Outcome | None = None
    happened_at: datetime | None = None
    note: str = ""


def read_aside(raw: object) -> AsideDraft:
    """Read what can be read of a report, each member for itself.

    >>> draft = read_aside({"run": 3, "position": "x", "outcome": "no_answer", "note": 5})
    >>> draft.run_id, draft.position, draft.outcome.value, draft.note
    (3, None, 'no_answer', '')
    >>> read_aside("x") == AsideDraft()
    True
    """
    if not isinstance(raw, Mapping):
        return AsideDraft()
    outcome = raw.get("outcome")
    return AsideDraft(
        run_id=number_in(raw.get("run")),
        position=number_in(raw.get("position")),
        outcome=Outcome(outcome) if isinstance(outcome, str) and outcome in set(Outcome) else None,
        happened_at=_instant(raw.get("happened_at")),
        note=_words(raw.get("note")),
    )


def report_id_for(aside_id: int) -> UUID:
    """Give the id under which a report that was kept apart becomes a fact: always the same one.

    >>> report_id_for(7) == report_id_for(7) != report_id_for(8)
    True
    """
    return uuid5(_REPORTS, str(aside_id))


def _instant(given: object) -> datetime | None:
    try:
        return instant_in(given)
    except Unfit:
        return None


def _words(given: object) -> str:
    try:
        return words_in(given, LONGEST_NOTE)
    except Unfit:
        return ""
