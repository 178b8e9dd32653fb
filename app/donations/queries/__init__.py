"""The queries on donations: what funds hold, what came in, what meals were given."""

from app.donations.queries.allotments import (
    allotted_to,
    charity_lasts,
    held_by,
    held_for,
    out_of_step,
    purses_for_update,
)
from app.donations.queries.books import (
    Received,
    Spent,
    donations_of,
    donor_names,
    entries_of,
    fund_numbered,
    funds,
    gifts_worth,
    of_receipts,
    received_by_month,
    spent_by_month,
    waiting,
    worth_of,
)

__all__ = [
    "Received",
    "Spent",
    "allotted_to",
    "charity_lasts",
    "donations_of",
    "donor_names",
    "entries_of",
    "fund_numbered",
    "funds",
    "gifts_worth",
    "held_by",
    "held_for",
    "of_receipts",
    "out_of_step",
    "purses_for_update",
    "received_by_month",
    "spent_by_month",
    "waiting",
    "worth_of",
]
