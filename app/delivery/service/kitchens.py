"""Home of what the verbs of delivery ask of a kitchen."""

from __future__ import annotations

from datetime import date

from app.canteens.models import Site
from app.canteens.queries.opening import closed_on
from app.delivery import queries
from app.errors import DomainError
from app.roles import Scope
from app.text import text


def ensure_not_shut(kitchen_code: str, day: date) -> None:
    """Refuse a kitchen that stays shut on a day.

    Raises: DomainError.
    """
    closure = closed_on(day).get(kitchen_code)
    if closure is not None:
        raise DomainError(
            text("The kitchen stays shut on {day}. Choose another kitchen or day.", day=day),
            field="kitchen_code",
        )


def ensure_cooks(kitchen_code: str, *, on: date, scope: Scope) -> Site:
    """Give the site if it cooks itself and is open on the day.

    Raises: DomainError.
    """
    site = next((each for each in queries.kitchens(scope, on=on) if each.site_code == kitchen_code), None)
    if site is None:
        raise DomainError(
            text("{code} is no kitchen that is open on this day. Choose another.", code=kitchen_code),
            field="kitchen_code",
        )
    return site
