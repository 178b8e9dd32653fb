"""The pages of delivery: the day's plan and its release, subscriptions, riders."""

from app.delivery.views import credential, day, keying, links, release, riders, subscriptions
from app.delivery.views.blueprint import bp

__all__ = ["bp", "credential", "day", "keying", "links", "release", "riders", "subscriptions"]
