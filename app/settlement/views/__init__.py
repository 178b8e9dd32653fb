"""The pages of settlement."""

from app.settlement.views import (
    explanation,
    funds,
    months,
    payment,
    portions,
    recovery,
    rollup,
    simulation,
    statement,
    steps,
)
from app.settlement.views.blueprint import bp

__all__ = [
    "bp",
    "explanation",
    "funds",
    "months",
    "payment",
    "portions",
    "recovery",
    "rollup",
    "simulation",
    "statement",
    "steps",
]
