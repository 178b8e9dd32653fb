"""The pages of care: who did not come, monthly visits, figures."""

from app.care.views import figures, tasks, visits, watching
from app.care.views.blueprint import bp

__all__ = ["bp", "figures", "tasks", "visits", "watching"]
