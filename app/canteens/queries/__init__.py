"""Home of the queries on sites; always ordered, and within a viewer's scope where rows are listed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import joinedload

from app.canteens.models import Operator, Site, SitePrice
from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.extensions import db
from app.roles import Scope


def site_facts() -> dict[str, SiteFacts]:
    """Give what adjudication must know of every site, by code."""
    rows = db.session.execute(_SITE_FACTS)
    return {
        row.site_code: SiteFacts(row.site_code, row.kind, row.area_code, row.opened_on, row.closed_on)
        for row in rows
    }


_SITE_FACTS = select(Site.site_code, Site.kind, Site.area_code, Site.opened_on, Site.closed_on).order_by(
    Site.site_code
)


def within(scope: Scope) -> ColumnElement[bool]:
    """Say in SQL which sites lie within a scope."""
    in_area = Site.area_code.startswith(scope.area, autoescape=True) if scope.area else true()
    return in_area if scope.site_code is None else and_(in_area, Site.site_code == scope.site_code)


def sites(scope: Scope, *, query: str = "", area: str = "", kind: SiteKind | None = None) -> Select[Site]:
    """Select the sites within a scope, by code; narrowed to a name or code, an area, a kind."""
    found = select(Site).where(within(scope)).options(joinedload(Site.area), joinedload(Site.operator))
    if query:
        found = found.where(
            or_(Site.name.contains(query, autoescape=True), Site.site_code.icontains(query, autoescape=True))
        )
    if area:
        found = found.where(Site.area_code.startswith(area, autoescape=True))
    if kind is not None:
        found = found.where(Site.kind == kind)
    return found.order_by(Site.site_code)


def site_of(site_code: str, scope: Scope) -> Site | None:
    """Give a site by code, unless it lies outside the scope."""
    return db.session.execute(
        select(Site).where(Site.site_code == site_code, within(scope))
    ).scalar_one_or_none()


def sites_by_code() -> dict[str, Site]:
    """Give every site, by code."""
    return {
        site.site_code: site for site in db.session.execute(select(Site).order_by(Site.site_code)).scalars()
    }


def kitchen_codes(*, but: Collection[str] = ()) -> frozenset[str]:
    """Give the codes of the sites that cook themselves, leaving some out."""
    rows = db.session.execute(
        select(Site.site_code).where(Site.kitchen_code.is_(None)).order_by(Site.site_code)
    )
    return frozenset(rows.scalars()) - frozenset(but)


def kitchens_in_use(*, but: Collection[str] = ()) -> frozenset[str]:
    """Give the codes of the sites that cook for others, not counting what some of these say."""
    rows = db.session.execute(select(Site.site_code, Site.kitchen_code).order_by(Site.site_code))
    return frozenset(row.kitchen_code for row in rows if row.kitchen_code and row.site_code not in but)


def kitchens(scope: Scope) -> list[Site]:
    """Give the sites within a scope that cook themselves, by code."""
    return list(
        db.session.execute(
            select(Site).where(within(scope), Site.kitchen_code.is_(None)).order_by(Site.site_code)
        ).scalars()
    )


def served_by(site_code: str) -> list[Site]:
    """Give the sites that a kitchen cooks for, by code."""
    return list(
        db.session.execute(
            select(Site).where(Site.kitchen_code == site_code).order_by(Site.site_code)
        ).scalars()
    )


def operator_named(name: str) -> Operator | None:
    """Give the operator of this name."""
    return db.session.execute(select(Operator).where(Operator.name == name)).scalar_one_or_none()


def prices_of(site_code: str) -> list[SitePrice]:
    """Give every price that a site ever set: by sitting, the newest first."""
    newest_first = db.session.execute(
        select(SitePrice).where(SitePrice.site_code == site_code).order_by(SitePrice.from_on.desc())
    ).scalars()
    return sorted(newest_first, key=lambda price: list(Sitting).index(price.sitting))
