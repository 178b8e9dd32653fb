"""The verbs of the ledger: take records, reverse, decide."""

from app.meals.service.decide import changes_by_reversing, decide_again, decision_rows, quote
from app.meals.service.file import Intake, checked, take_file
from app.meals.service.record import UNDONE, record, reverse, take, undo

__all__ = [
    "UNDONE",
    "Intake",
    "changes_by_reversing",
    "checked",
    "decide_again",
    "decision_rows",
    "quote",
    "record",
    "reverse",
    "take",
    "take_file",
    "undo",
]
