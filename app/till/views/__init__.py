"""The pages and the endpoint of tablets."""

from app.till.views import page, paper, sheet, worker
from app.till.views.blueprint import bp

__all__ = ["bp", "page", "paper", "sheet", "worker"]
