"""Home of the queries on papers of sites; always ordered, within a viewer's scope."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from app.canteens.models import Site
from app.canteens.queries import within
from app.extensions import db
from app.oversight.models.papers import SitePaper
from app.oversight.rules.papers import SOON, PaperKind
from app.roles import Scope


def papers(scope: Scope, on: date) -> list[SitePaper]:
    """Give the papers of open sites within a scope, those that end first first."""
    found = (
        select(SitePaper)
        .join(SitePaper.site)
        .options(contains_eager(SitePaper.site))
        .where(within(scope), _is_open(on))
        .order_by(SitePaper.valid_until, SitePaper.site_code, SitePaper.kind, SitePaper.holder)
    )
    return list(db.session.execute(found).scalars())


def papers_of(site_code: str) -> list[SitePaper]:
    """Give the papers of one site, by kind and holder."""
    found = (
        select(SitePaper)
        .where(SitePaper.site_code == site_code)
        .order_by(SitePaper.kind, SitePaper.holder, SitePaper.id)
    )
    return list(db.session.execute(found).scalars())


def paper_of(site_code: str, kind: PaperKind, holder: str) -> SitePaper | None:
    """Give the paper of this kind that a site, or one of its people, holds."""
    found = select(SitePaper).where(
        SitePaper.site_code == site_code, SitePaper.kind == kind, SitePaper.holder == holder
    )
    return db.session.execute(found).scalar_one_or_none()


def paper_numbered(paper_id: int, scope: Scope) -> SitePaper | None:
    """Give a paper of a site within a scope."""
    found = select(SitePaper).join(SitePaper.site).where(SitePaper.id == paper_id, within(scope))
    return db.session.execute(found).scalar_one_or_none()


def count_ending(scope: Scope, on: date) -> int:
    """Count the papers of open sites that have ended, or end soon."""
    return db.session.execute(
        select(func.count(SitePaper.id))
        .join(SitePaper.site)
        .where(within(scope), _is_open(on), SitePaper.valid_until <= on + SOON)
    ).scalar_one()


def kitchens_unlicensed(scope: Scope, on: date) -> list[Site]:
    """Give the open sites that cook and of which no food business licence is entered."""
    licensed = select(SitePaper.site_code).where(SitePaper.kind == PaperKind.FOOD_LICENCE)
    found = (
        select(Site)
        .where(within(scope), _is_open(on), Site.kitchen_code.is_(None), Site.site_code.not_in(licensed))
        .order_by(Site.site_code)
    )
    return list(db.session.execute(found).scalars())


def _is_open(on: date) -> ColumnElement[bool]:
    return and_(Site.opened_on <= on, or_(Site.closed_on.is_(None), Site.closed_on > on))
