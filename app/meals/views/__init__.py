"""The pages of meals: the till, the ledger, and taking in files."""

from app.meals.views import cards, files, ledger, till
from app.meals.views.blueprint import bp

__all__ = ["bp", "cards", "files", "ledger", "till"]
