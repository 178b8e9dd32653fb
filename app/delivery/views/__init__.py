"""The pages of delivery: the day's plan and its release, mornings, cases, subscriptions, riders."""

from app.delivery.views import (
    asides,
    cases,
    cover,
    credential,
    day,
    entitlement,
    food,
    handwork,
    keying,
    links,
    morning,
    orders,
    release,
    ride_map,
    rider,
    riders,
    subscriptions,
)
from app.delivery.views.blueprint import bp

__all__ = [
    "asides",
    "bp",
    "cases",
    "cover",
    "credential",
    "day",
    "entitlement",
    "food",
    "handwork",
    "keying",
    "links",
    "morning",
    "orders",
    "release",
    "ride_map",
    "rider",
    "riders",
    "subscriptions",
]
