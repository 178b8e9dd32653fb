"""The pages of delivery: the day's plan and its release, subscriptions, riders."""

from app.delivery.views import day, keying, release, riders, subscriptions
from app.delivery.views.blueprint import bp

__all__ = ["bp", "day", "keying", "release", "riders", "subscriptions"]
