"""Home of the queries on a year's money by payer and fund; always ordered, within a viewer's scope."""

from __future__ import annotations

from sqlalchemy import case, func, select

from app.canteens.models import Site
from app.extensions import db
from app.roles import Scope
from app.settlement.models import Statement, StatementAmount
from app.settlement.rules.fund_year import FundMonthSum
from app.settlement.rules.steps import StatementStatus


def fund_months(year: int, scope: Scope) -> list[FundMonthSum]:
    """Give what the statements of a year's months owe, by payer, fund and month; void ones are left out."""
    is_draft = case((Statement.status == StatementStatus.DRAFT.value, 1), else_=0)
    paid = case((Statement.status == StatementStatus.PAID.value, StatementAmount.amount_fen), else_=0)
    chosen = (
        select(
            StatementAmount.payer,
            StatementAmount.fund,
            Statement.month,
            func.count(),
            func.sum(is_draft),
            func.sum(StatementAmount.meals),
            func.sum(StatementAmount.amount_fen),
            func.sum(paid),
        )
        .join(Statement, Statement.id == StatementAmount.statement_id)
        .join(Statement.site)
        .where(
            Statement.month.between(f"{year:04d}-01", f"{year:04d}-12"),
            Statement.status != StatementStatus.VOIDED.value,
            Site.area_code.startswith(scope.area, autoescape=True),
        )
        .group_by(StatementAmount.payer, StatementAmount.fund, Statement.month)
        .order_by(StatementAmount.payer, StatementAmount.fund, Statement.month)
    )
    if scope.site_code is not None:
        chosen = chosen.where(Site.site_code == scope.site_code)
    return [FundMonthSum(*row[:3], *(int(value) for value in row[3:])) for row in db.session.execute(chosen)]
