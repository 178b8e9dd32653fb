"""The tables of oversight: what it derives, what it expected, and what people enter for it."""

from app.oversight.models.calls import CallAnswer, CallSample, CallTask
from app.oversight.models.checks import CheckCase, CheckCaseEvidence, CheckCaseStep, CheckRun, CheckSetting
from app.oversight.models.coverage import CoverageCell, CoverageCount, CoverageMiddle, SitingStudy
from app.oversight.models.forecast import CoverForecast, DayNote, ForecastTrial
from app.oversight.models.money import Budget, SiteCost
from app.oversight.models.papers import SitePaper
from app.oversight.models.purchases import SitePurchase
from app.oversight.models.sums import DailySum, DailyTouch

__all__ = [
    "Budget",
    "CallAnswer",
    "CallSample",
    "CallTask",
    "CheckCase",
    "CheckCaseEvidence",
    "CheckCaseStep",
    "CheckRun",
    "CheckSetting",
    "CoverForecast",
    "CoverageCell",
    "CoverageCount",
    "CoverageMiddle",
    "DailySum",
    "DailyTouch",
    "DayNote",
    "ForecastTrial",
    "SiteCost",
    "SitePaper",
    "SitePurchase",
    "SitingStudy",
]
