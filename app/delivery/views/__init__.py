"""The pages of delivery: the day's plan and its release, cases of no answer, subscriptions, riders."""

from app.delivery.views import (
    asides,
    cases,
    credential,
    day,
    handwork,
    keying,
    links,
    release,
    ride_map,
    riders,
    subscriptions,
)
from app.delivery.views.blueprint import bp

__all__ = [
    "asides",
    "bp",
    "cases",
    "credential",
    "day",
    "handwork",
    "keying",
    "links",
    "release",
    "ride_map",
    "riders",
    "subscriptions",
]
