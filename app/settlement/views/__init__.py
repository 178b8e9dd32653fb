"""The pages of settlement."""

from app.settlement.views import months, statement, steps
from app.settlement.views.blueprint import bp

__all__ = ["bp", "months", "statement", "steps"]
