"""The pages of settlement."""

from app.settlement.views import months
from app.settlement.views.blueprint import bp

__all__ = ["bp", "months"]
