"""What sites are, when they are open, and what they cook."""

from app.canteens.rules.menus import Dish, DishMark, MenuRecord, dishes_read, dishes_written, week_of
from app.canteens.rules.opening import (
    LONGEST_CLOSURE,
    WEEKDAYS,
    ClosureReason,
    NewClosure,
    Opening,
    OpenSpan,
    alike,
    opening_of,
)
from app.canteens.rules.sites import SiteFacts, SiteKind, SiteRecord, Sitting, credit_code

__all__ = [
    "LONGEST_CLOSURE",
    "WEEKDAYS",
    "ClosureReason",
    "Dish",
    "DishMark",
    "MenuRecord",
    "NewClosure",
    "OpenSpan",
    "Opening",
    "SiteFacts",
    "SiteKind",
    "SiteRecord",
    "Sitting",
    "alike",
    "credit_code",
    "dishes_read",
    "dishes_written",
    "opening_of",
    "week_of",
]
