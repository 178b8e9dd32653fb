"""Home of the reasons why a meal is subsidised or not, in the order in which they are given."""

from __future__ import annotations

from enum import StrEnum

from app.text import Text, text


class Reason(StrEnum):
    """Why a meal got what it got; when several apply, the first in this order is given."""

    REVERSED = "reversed"
    NOT_REGISTERED = "not_registered"
    DECEASED = "deceased"
    EXCLUDED_STATUS = "excluded_status"
    UNDER_AGE = "under_age"
    NOT_LOCAL = "not_local"
    SITE_CLOSED = "site_closed"
    SITTING_NOT_SUBSIDISED = "sitting_not_subsidised"
    NOT_A_WORKDAY = "not_a_workday"
    BELOW_MIN_PRICE = "below_min_price"
    PRICE_NOT_ABOVE_SUBSIDY = "price_not_above_subsidy"
    CAP_SITTING = "cap_sitting"
    CAP_DAY = "cap_day"
    CAP_WEEK = "cap_week"
    CAP_MONTH = "cap_month"
    NO_RATE = "no_rate"
    OK = "ok"

    @property
    def label(self) -> Text:
        """Give the reason as canteen staff and residents would put it."""
        return _LABELS[self]


_LABELS = {
    Reason.REVERSED: text("This meal was reversed."),
    Reason.NOT_REGISTERED: text("This person is not registered."),
    Reason.DECEASED: text("The register says that this resident has died."),
    Reason.EXCLUDED_STATUS: text("The register says: in an institution or moved away."),
    Reason.UNDER_AGE: text("The resident had not reached the age of entitlement on this day."),
    Reason.NOT_LOCAL: text("The resident does not belong to the area that pays."),
    Reason.SITE_CLOSED: text("The site was not open for subsidised meals on this day."),
    Reason.SITTING_NOT_SUBSIDISED: text("This sitting is not subsidised."),
    Reason.NOT_A_WORKDAY: text("Only meals on workdays are subsidised."),
    Reason.BELOW_MIN_PRICE: text("The price is below the least that is subsidised."),
    Reason.PRICE_NOT_ABOVE_SUBSIDY: text("The price is not higher than the subsidy would be."),
    Reason.CAP_SITTING: text("The subsidy for this sitting has been used already."),
    Reason.CAP_DAY: text("The subsidy for this day has been used up."),
    Reason.CAP_WEEK: text("The subsidy for this week has been used up."),
    Reason.CAP_MONTH: text("The subsidy for this month has been used up."),
    Reason.NO_RATE: text("No subsidy is set for this resident and meal."),
    Reason.OK: text("Subsidised"),
}
