"""The verbs of donations: open a fund, write down, correct, confirm, refuse; and give to meals."""

from app.donations.service.allot import allot
from app.donations.service.books import confirm, correct, open_fund, refuse, register
from app.donations.service.codes import code_of, donation_of_code
from app.donations.service.file import import_donations

__all__ = [
    "allot",
    "code_of",
    "confirm",
    "correct",
    "donation_of_code",
    "import_donations",
    "open_fund",
    "refuse",
    "register",
]
