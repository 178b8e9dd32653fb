"""The pages and the endpoint of tablets."""

from app.till.views import closes, page, paper, portions, queue_file, sheet, tablets, worker, worklist
from app.till.views.blueprint import bp

__all__ = [
    "bp",
    "closes",
    "page",
    "paper",
    "portions",
    "queue_file",
    "sheet",
    "tablets",
    "worker",
    "worklist",
]
