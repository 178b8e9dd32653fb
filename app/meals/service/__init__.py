"""The verbs of the ledger: take records, reverse, decide."""

from app.meals.service import follow as _follow  # noqa: F401 - connects its listeners
from app.meals.service.decide import changes_by_reversing, decide_again, decision_rows, quote
from app.meals.service.explain import explain_meal
from app.meals.service.file import Intake, take_file
from app.meals.service.record import UNDONE, record, reverse, take, undo

__all__ = [
    "UNDONE",
    "Intake",
    "changes_by_reversing",
    "decide_again",
    "decision_rows",
    "explain_meal",
    "quote",
    "record",
    "reverse",
    "take",
    "take_file",
    "undo",
]
