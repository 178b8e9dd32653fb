"""The ledger's vocabulary, and the adjudication of one resident's meals, pure."""

from app.meals.rules.adjudication import Decision, MealFact, adjudicate
from app.meals.rules.counter import DEAREST_MEAL_FEN, UNDO_MINUTES, made_at, meal_id, sitting_at
from app.meals.rules.records import LedgerEntry, Receipt, ReceiptStatus
from app.meals.rules.spans import affected_span
from app.meals.rules.vocabulary import Channel, FoundBy, Payment

__all__ = [
    "DEAREST_MEAL_FEN",
    "UNDO_MINUTES",
    "Channel",
    "Decision",
    "FoundBy",
    "LedgerEntry",
    "MealFact",
    "Payment",
    "Receipt",
    "ReceiptStatus",
    "adjudicate",
    "affected_span",
    "made_at",
    "meal_id",
    "sitting_at",
]
