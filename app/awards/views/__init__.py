"""The pages of awards."""

from app.awards.views import assessments, award, years
from app.awards.views.blueprint import bp

__all__ = ["assessments", "award", "bp", "years"]
