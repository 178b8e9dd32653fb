"""The verbs of the ledger: take records, reverse, decide."""

from app.meals.service.decide import decide_again, decision_rows, quote
from app.meals.service.record import UNDONE, record, reverse, take, undo

__all__ = ["UNDONE", "decide_again", "decision_rows", "quote", "record", "reverse", "take", "undo"]
