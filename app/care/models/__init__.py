"""The tables of care."""

from app.care.models.lists import StatusList, StatusListRow
from app.care.models.visits import CareVisit
from app.care.models.watching import (
    MissedMeal,
    MissedMealClosing,
    MissedMealStep,
    WatchOrdering,
    WatchRound,
)

__all__ = [
    "CareVisit",
    "MissedMeal",
    "MissedMealClosing",
    "MissedMealStep",
    "StatusList",
    "StatusListRow",
    "WatchOrdering",
    "WatchRound",
]
