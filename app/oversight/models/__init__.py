"""The tables of oversight: what it derives, what it expected, and what people enter for it."""

from app.oversight.models.coverage import CoverageCell, CoverageCount, SitingStudy
from app.oversight.models.forecast import CoverForecast, DayNote, ForecastTrial
from app.oversight.models.sums import DailySum, DailyTouch

__all__ = [
    "CoverForecast",
    "CoverageCell",
    "CoverageCount",
    "DailySum",
    "DailyTouch",
    "DayNote",
    "ForecastTrial",
    "SitingStudy",
]
