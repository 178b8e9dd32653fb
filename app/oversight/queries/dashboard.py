"""Home of the queries of the dashboard: sums of days, rides of today, what wants a look, money entered."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import case, func, select

from app.awards.models import Award
from app.awards.rules.acts import AwardState
from app.canteens.models import Site
from app.canteens.queries import within
from app.delivery.models import DayPlan, Run, Stop
from app.delivery.queries.plans import is_newest
from app.extensions import db
from app.oversight.models import Budget, CoverageCount, SiteCost
from app.oversight.queries.sums import sums_between
from app.oversight.rules.breakeven import CostKind, SiteMonth
from app.oversight.rules.coverage import People, Way
from app.oversight.rules.served import Served
from app.roles import Scope
from app.settlement.models import Statement
from app.settlement.rules.steps import StatementStatus


def served(scope: Scope, first: date, last: date) -> list[Served]:
    """Give what each site of a scope served on each of some days, and at each sitting of the last one.

    One question for a whole page: what was not added up yet is counted each time that somebody asks.
    """
    sums = sums_between()
    of_last = case((sums.c.served_on == last, sums.c.sitting)).label("sitting")
    told = (
        select(sums.c.site_code, sums.c.served_on, of_last, sums.c.meals, sums.c.delivered)
        .join(Site, Site.site_code == sums.c.site_code)
        .where(within(scope))
        .subquery()
    )
    key = (told.c.site_code, told.c.served_on, told.c.sitting)
    rows = db.session.execute(
        select(*key, func.sum(told.c.meals), func.sum(told.c.delivered)).group_by(*key),
        {"first": first, "last": last},
    )
    return [Served(*row[:3], int(row[3]), int(row[4])) for row in rows]


def site_months(scope: Scope, first: date, last: date) -> dict[str, SiteMonth]:
    """Give what each site's meals came to in some days, by the four parties."""
    sums = sums_between()
    parts = ("resident_fen", "operator_fen", "government_fen", "charity_fen")
    rows = db.session.execute(
        select(sums.c.site_code, func.sum(sums.c.meals), *(func.sum(sums.c[part]) for part in parts))
        .join(Site, Site.site_code == sums.c.site_code)
        .where(within(scope))
        .group_by(sums.c.site_code)
        .order_by(sums.c.site_code),
        {"first": first, "last": last},
    )
    return {row[0]: SiteMonth(*(int(each) for each in row[1:])) for row in rows}


def planned_stops(scope: Scope, on: date) -> int:
    """Count the doors on the released runs of a day, at kitchens within a scope."""
    return db.session.execute(
        select(func.count())
        .select_from(Stop)
        .join(Run, Run.id == Stop.run_id)
        .join(DayPlan, DayPlan.id == Run.plan_id)
        .join(Site, Site.site_code == DayPlan.kitchen_code)
        .where(within(scope), DayPlan.served_on == on, is_newest(is_released=True))
    ).scalar_one()


def late_statements(scope: Scope, before: str) -> int:
    """Count the statements of months before one that are neither paid nor void."""
    settled = (StatementStatus.PAID, StatementStatus.VOIDED)
    return db.session.execute(
        select(func.count())
        .select_from(Statement)
        .join(Site, Site.site_code == Statement.site_code)
        .where(within(scope), Statement.month < before, Statement.status.not_in(settled))
    ).scalar_one()


def awards_of(scope: Scope, year: int) -> dict[str, int]:
    """Give what each canteen is to get for a year, by the newest award that is not void; drafts count."""
    rows = db.session.execute(
        select(Award)
        .join(Site, Site.site_code == Award.site_code)
        .where(within(scope), Award.year == year, Award.state != AwardState.VOIDED)
        .order_by(Award.site_code, Award.issue)
    ).scalars()
    return {award.site_code: award.amount_fen for award in rows}


def costs_of(scope: Scope, month: str) -> dict[str, dict[CostKind, int]]:
    """Give what sites within a scope spent in a month, by kind."""
    rows = db.session.execute(
        select(SiteCost)
        .join(Site, Site.site_code == SiteCost.site_code)
        .where(within(scope), SiteCost.month == month)
        .order_by(SiteCost.site_code, SiteCost.kind)
    ).scalars()
    found: defaultdict[str, dict[CostKind, int]] = defaultdict(dict)
    for row in rows:
        found[row.site_code][row.kind] = row.amount_fen
    return dict(found)


def budgets_of(area: str, year: int) -> dict[str, int]:
    """Give an area's budgets of a year, by fund."""
    rows = db.session.execute(
        select(Budget).where(Budget.area == area, Budget.year == year).order_by(Budget.fund)
    ).scalars()
    return {row.fund: row.amount_fen for row in rows}


def known_to(scope: Scope) -> tuple[int, int] | None:
    """Give how many in need there are within a scope, and how many of them never ate; None: not measured."""
    rows = db.session.execute(
        select(CoverageCount.people, func.sum(CoverageCount.residents))
        .where(
            CoverageCount.area.startswith(scope.area, autoescape=True),
            CoverageCount.way == Way.WALKING,
            CoverageCount.people.in_((People.IN_NEED.value, People.NEVER_ATE.value)),
        )
        .group_by(CoverageCount.people)
        .order_by(CoverageCount.people)
    )
    counts: Counter[str] = Counter({people: int(count) for people, count in rows})
    return (counts[People.IN_NEED], counts[People.NEVER_ATE]) if counts else None
