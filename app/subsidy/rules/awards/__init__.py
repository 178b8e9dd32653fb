"""What a canteen gets for a year of running, decided by dated policy, pure."""

from app.subsidy.rules.awards.instalments import Instalment, due_months, instalments_of
from app.subsidy.rules.awards.policy import (
    AgeRate,
    AwardPolicy,
    Band,
    Cut,
    Every,
    Formula,
    PerAge,
    PerMeal,
    Schedule,
    Template,
    Tier,
    Tiers,
    Weights,
    award_policy_for,
)
from app.subsidy.rules.awards.reckoning import Marks, Reckoning, Step, StepKind, YearFacts, reckoned

__all__ = [
    "AgeRate",
    "AwardPolicy",
    "Band",
    "Cut",
    "Every",
    "Formula",
    "Instalment",
    "Marks",
    "PerAge",
    "PerMeal",
    "Reckoning",
    "Schedule",
    "Step",
    "StepKind",
    "Template",
    "Tier",
    "Tiers",
    "Weights",
    "YearFacts",
    "award_policy_for",
    "due_months",
    "instalments_of",
    "reckoned",
]
