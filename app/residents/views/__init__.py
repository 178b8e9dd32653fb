"""The pages of residents: find, register, keep what is dated about them and their cards, take in a file."""

from app.residents.views import absences, cards, register, standing
from app.residents.views.blueprint import bp

__all__ = ["absences", "bp", "cards", "register", "standing"]
