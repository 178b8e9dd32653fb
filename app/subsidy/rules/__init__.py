"""What a meal is entitled to, decided by dated policy, pure."""

from app.subsidy.rules.book import PolicyBook, Standing, is_due_for_confirmation, policy_on, standing
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
    "Standing",
    "Usage",
    "Venue",
    "When",
    "WorkCalendar",
    "is_due_for_confirmation",
    "policy_on",
    "split_price",
    "standing",
    "unsubsidised",
]
