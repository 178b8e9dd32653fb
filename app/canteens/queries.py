"""Home of the queries on sites; always ordered, and within a viewer's scope where rows are listed."""

from __future__ import annotations

from sqlalchemy import select

from app.canteens.models import Site
from app.canteens.rules import SiteFacts
from app.extensions import db


def site_facts() -> dict[str, SiteFacts]:
    """Give what adjudication must know of every site, by code."""
    rows = db.session.execute(
        select(Site.site_code, Site.kind, Site.area_code, Site.opened_on, Site.closed_on).order_by(
            Site.site_code
        )
    )
    return {
        row.site_code: SiteFacts(row.site_code, row.kind, row.area_code, row.opened_on, row.closed_on)
        for row in rows
    }
