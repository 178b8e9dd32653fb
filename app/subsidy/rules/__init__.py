"""What a meal is entitled to, decided by dated policy, pure."""

from app.subsidy.rules.book import PolicyBook, policy_on
from app.subsidy.rules.calendar import WorkCalendar
from app.subsidy.rules.policy import (
    BelongsBy,
    Caps,
    Combine,
    Days,
    Eligibility,
    FenCaps,
    Layer,
    MealCaps,
    Policy,
    Rate,
    Venue,
    When,
)
from app.subsidy.rules.reasons import Reason
from app.subsidy.rules.split import LayerShare, Occasion, Split, Usage, split_price, unsubsidised

__all__ = [
    "BelongsBy",
    "Caps",
    "Combine",
    "Days",
    "Eligibility",
    "FenCaps",
    "Layer",
    "LayerShare",
    "MealCaps",
    "Occasion",
    "Policy",
    "PolicyBook",
    "Rate",
    "Reason",
    "Split",
    "Usage",
    "Venue",
    "When",
    "WorkCalendar",
    "policy_on",
    "split_price",
    "unsubsidised",
]
