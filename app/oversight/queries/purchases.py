"""Home of the queries on what kitchens bought; always ordered."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.extensions import db
from app.month import Month
from app.oversight.models.purchases import SitePurchase
from app.oversight.rules.purchases import Food


def purchases_of(month: Month, site_codes: Collection[str]) -> dict[tuple[str, Food], SitePurchase]:
    """Give what these kitchens bought in a month, the last entry of each food, by kitchen and food."""
    rows = db.session.execute(
        select(SitePurchase)
        .where(SitePurchase.month == str(month))
        .order_by(SitePurchase.site_code, SitePurchase.food, SitePurchase.turn)
    ).scalars()
    return {(each.site_code, each.food): each for each in rows if each.site_code in site_codes}
