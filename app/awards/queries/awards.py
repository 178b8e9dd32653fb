"""Home of the queries on awards; always ordered, within a viewer's scope where listed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.awards.models import Award, AwardPayment
from app.awards.rules.acts import AwardState
from app.awards.rules.year import Year
from app.canteens.models import Site
from app.canteens.queries import within
from app.canteens.rules import SiteKind
from app.extensions import db
from app.roles import Scope


def canteens_open(year: Year, scope: Scope) -> list[Site]:
    """Give the canteens within the scope that are open on some day of the year, by code."""
    return list(
        db.session.execute(
            select(Site)
            .where(
                within(scope),
                Site.kind == SiteKind.CANTEEN,
                Site.opened_on <= year.last_on,
                or_(Site.closed_on.is_(None), Site.closed_on > year.first_on),
            )
            .options(joinedload(Site.area), joinedload(Site.operator))
            .order_by(Site.site_code)
        ).scalars()
    )


def awards_of(year: Year, scope: Scope) -> list[Award]:
    """Give the year's awards within the scope that are not void, by site."""
    return _listed(year, scope, void=False)


def void_awards(year: Year, scope: Scope) -> list[Award]:
    """Give the year's void awards within the scope, by number: they are kept."""
    return _listed(year, scope, void=True)


def _listed(year: Year, scope: Scope, *, void: bool) -> list[Award]:
    chosen = _awards(scope).where(Award.year == year.number)
    chosen = chosen.where((Award.state == AwardState.VOIDED) if void else (Award.state != AwardState.VOIDED))
    return list(db.session.execute(chosen.order_by(Award.site_code, Award.issue)).scalars())


def award(award_no: str, scope: Scope) -> Award | None:
    """Give an award by its number, if it lies within the scope."""
    return db.session.execute(_awards(scope).where(Award.award_no == award_no)).scalar_one_or_none()


def newest_award(site_code: str, year: Year) -> Award | None:
    """Give the last award issued for a canteen and year."""
    return db.session.execute(
        select(Award)
        .where(Award.site_code == site_code, Award.year == year.number)
        .order_by(Award.issue.desc())
        .limit(1)
    ).scalar_one_or_none()


def paid_before(site_code: str, year: Year, issue: int) -> dict[str, int]:
    """Give what earlier issues of a canteen's award paid, by the month it was due."""
    rows = db.session.execute(
        select(AwardPayment.due_month, AwardPayment.amount_fen)
        .join(Award, Award.id == AwardPayment.award_id)
        .where(Award.site_code == site_code, Award.year == year.number, Award.issue < issue)
        .order_by(AwardPayment.due_month, AwardPayment.id)
    )
    paid: Counter[str] = Counter()
    for due_month, amount_fen in rows:
        paid[due_month] += amount_fen
    return dict(paid)


def years(scope: Scope) -> list[int]:
    """Give the years that have awards within the scope, the newest first."""
    return list(
        db.session.execute(
            select(Award.year).join(Award.site).where(within(scope)).distinct().order_by(Award.year.desc())
        ).scalars()
    )


def _awards(scope: Scope) -> Select[Any]:
    return (
        select(Award)
        .join(Award.site)
        .where(within(scope))
        .options(
            joinedload(Award.site).options(joinedload(Site.area), joinedload(Site.operator)),
            joinedload(Award.policy),
            joinedload(Award.assessment),
            selectinload(Award.payments),
        )
    )
