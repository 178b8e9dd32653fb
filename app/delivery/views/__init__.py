"""The pages of delivery: the day's plan, subscriptions, riders."""

from app.delivery.views import day, riders, subscriptions
from app.delivery.views.blueprint import bp

__all__ = ["bp", "day", "riders", "subscriptions"]
