"""The pages of care: who did not come, monthly visits, figures, lists."""

from app.care.views import away, figures, lists, tasks, visits, watching
from app.care.views.blueprint import bp

__all__ = ["away", "bp", "figures", "lists", "tasks", "visits", "watching"]
