"""The pages of settlement."""

from app.settlement.views import months, simulation, statement, steps
from app.settlement.views.blueprint import bp

__all__ = ["bp", "months", "simulation", "statement", "steps"]
