"""Home of the queries on menus: what sites cook on some days; who is fed by a kitchen eats what it cooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from app.canteens.models import MenuDish, Site, SitePrice
from app.canteens.rules import Dish, Sitting
from app.extensions import db

Menu = dict[tuple[date, Sitting], list[Dish]]
"""The dishes of some days by sitting."""


def menus_of(site_codes: Collection[str], first: date, last: date) -> dict[str, Menu]:
    """Give what was entered of these sites themselves, by code; sites without any are left out."""
    rows = db.session.execute(
        select(MenuDish)
        .where(MenuDish.site_code.in_(site_codes), MenuDish.served_on.between(first, last))
        .order_by(MenuDish.site_code, MenuDish.served_on, MenuDish.sitting, MenuDish.place)
    ).scalars()
    found: defaultdict[str, Menu] = defaultdict(dict)
    for row in rows:
        found[row.site_code].setdefault((row.served_on, row.sitting), []).append(row.dish)
    return dict(found)


def menus_at(sites: Iterable[Site], first: date, last: date) -> dict[str, Menu]:
    """Give what is eaten at these sites, by code: their own menu, or else the menu of their kitchen."""
    there = list(sites)
    codes = {code for site in there for code in (site.site_code, site.kitchen_code) if code}
    entered = menus_of(codes, first, last)
    return {
        site.site_code: entered.get(site.kitchen_code or "", {}) | entered.get(site.site_code, {})
        for site in there
    }


def prices_on(day: date, site_codes: Collection[str]) -> dict[tuple[str, Sitting], int]:
    """Give what a sitting's meal costs on a day at these sites, in fen."""
    rows = db.session.execute(
        select(SitePrice)
        .where(SitePrice.site_code.in_(site_codes), SitePrice.from_on <= day)
        .order_by(SitePrice.from_on)
    ).scalars()
    return {(row.site_code, row.sitting): row.price_fen for row in rows}
