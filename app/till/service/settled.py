"""Home of answering for a record that was kept apart: still waiting, taken since, or set aside."""

from __future__ import annotations

import json

from app.till import queries
from app.till.models import QuarantinedRecord
from app.till.rules.quarantine import Outcome
from app.till.rules.receipts import TabletReceipt, of_decided, of_quarantine, under


def receipt_of(row: QuarantinedRecord) -> TabletReceipt:
    """Give the receipt of a record that is in quarantine, or was."""
    if row.outcome is Outcome.TAKEN and row.meal_id is not None:
        decided = queries.decided([row.meal_id])
        if decided:
            return under(of_decided(decided[0]), row.record_id, row.digest)
    return of_quarantine(
        record_id=row.record_id,
        digest=row.digest,
        problem=row.problem,
        content=json.loads(row.content),
        outcome=row.outcome,
    )
