"""Home of asking how the portions of a month balance: at every site of an area, or at one kitchen's."""

from __future__ import annotations

from app.canteens import queries as canteens
from app.errors import NotFound
from app.extensions import db
from app.month import Month
from app.roles import Scope
from app.settlement.rules.portions import asked
from app.text import text
from app.till import queries as till
from app.till.rules.balance import Balance


def month_portions(month: Month, scope: Scope, *, site_code: str | None = None) -> list[Balance]:
    """Give the balance of each sitting of a month that somebody asks counts of.

    Those of every site within the scope; or of one such site and, wherever they lie, of whom it cooks for:
    their portions are its own.

    Raises: NotFound for a site outside the scope.
    """
    codes = [site.site_code for site in db.session.execute(canteens.sites(scope)).scalars()]
    if site_code is not None:
        if site_code not in codes:
            raise NotFound(text("There is no site {code} in your area.", code=site_code))
        codes = [site_code, *till.fed_by(site_code, month.first_on, month.last_on)]
    return asked(till.balances_at(codes, month.first_on, month.last_on))
