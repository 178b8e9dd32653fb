"""Home of releasing what waited for somebody's registration: it goes into the ledger by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.exc import DataError, IntegrityError

from app import clock
from app.extensions import db
from app.meals import service as ledger
from app.meals.rules import LedgerEntry, ReceiptStatus
from app.residents.service import facts_changed
from app.roles import COMMAND, Scope
from app.till import queries
from app.till.models import QuarantinedRecord
from app.till.rules.quarantine import Outcome, Problem
from app.till.service.mend import entry_of, settle
from app.till.service.proposals import proposals

_EVERYWHERE = Scope()


@facts_changed.connect
def _residents_changed(_sender: None, *, resident_nos: Collection[str]) -> None:
    """Release, in the act that registers somebody, what waited for them."""
    indexes = queries.identity_indexes(resident_nos)
    if indexes:
        release(queries.waiting_for(indexes), at=clock.now())


def release_known(tablet_id: int, *, at: datetime) -> None:
    """Release what waits of a tablet for people who were registered while it was arriving."""
    release(queries.waiting_for_the_registered(tablet_id), at=at)


def release(rows: Sequence[QuarantinedRecord], *, at: datetime) -> None:
    """Take into the ledger what waited for nothing but a registration; what it cannot take goes on waiting.

    A record whose id stands for another content meanwhile is left to a person.
    """
    waiting = [row for row in rows if row.problem is Problem.UNKNOWN_IDENTITY]
    entries = _entries(waiting) if waiting else []
    if not entries:
        return
    try:
        with db.session.begin_nested():
            receipts = ledger.take([entry for _, entry in entries], by=COMMAND, at=at)
    except (DataError, IntegrityError):
        # A registration must not fail because of a meal that somebody can look at later.
        return
    for (row, _), receipt in zip(entries, receipts, strict=True):
        if receipt.status is ReceiptStatus.ACCEPTED:
            settle(row, Outcome.TAKEN, meal_id=receipt.id, by=COMMAND, at=at)


def _entries(rows: Sequence[QuarantinedRecord]) -> list[tuple[QuarantinedRecord, LedgerEntry]]:
    """Give the records that are whole but for their resident, who is known by now."""
    found = []
    for proposal in proposals(rows, scope=_EVERYWHERE):
        draft = proposal.draft
        if proposal.other_id is None and proposal.record_id == draft.id and len(proposal.fixes) == 1:
            (fix,) = proposal.fixes
            if fix.mended.resident_no:
                found.append((proposal.row, entry_of(fix.mended, skew_seconds=proposal.row.skew_seconds)))
    return found
