"""Home of entering money: the budgets of a year, and what a site spent in a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.audit import service as audit
from app.canteens import queries as canteens
from app.errors import NotAllowed, NotFound
from app.extensions import db
from app.month import Month
from app.oversight.models import Budget, SiteCost
from app.oversight.rules.breakeven import CostKind
from app.roles import Actor
from app.text import text


def set_budget(year: int, fund: str, amount_fen: int, *, by: Actor, at: datetime) -> Budget:
    """Write down what the actor's area may spend out of a fund in a year.

    Raises: NotAllowed for somebody of one site.
    """
    if by.scope.site_code is not None:
        raise NotAllowed(text("A budget belongs to an area, not to one site."))
    row = db.session.get(Budget, (year, by.scope.area, fund))
    if row is None:
        row = Budget(year=year, area=by.scope.area, fund=fund)
        db.session.add(row)
    row.amount_fen, row.written_by, row.written_at = amount_fen, by.user_no, at
    db.session.flush()
    detail = {"fund": fund, "amount_fen": amount_fen}
    audit.record("budget.set", f"budget:{year}:{by.scope.area}", by=by, at=at, detail=detail)
    return row


def set_costs(
    site_code: str, month: Month, costs: Mapping[CostKind, int], *, by: Actor, at: datetime
) -> None:
    """Write down what a site spent in a month; what stood there is replaced.

    Raises: NotFound for a site out of reach.
    """
    if canteens.site_of(site_code, by.scope) is None:
        raise NotFound(text("No site {code}", code=site_code))
    for kind, amount_fen in costs.items():
        row = db.session.get(SiteCost, (site_code, str(month), kind))
        if row is None:
            row = SiteCost(site_code=site_code, month=str(month), kind=kind)
            db.session.add(row)
        row.amount_fen, row.written_by, row.written_at = amount_fen, by.user_no, at
    db.session.flush()
    detail = {kind.value: amount_fen for kind, amount_fen in costs.items()}
    audit.record("costs.set", f"site:{site_code}:{month}", by=by, at=at, detail=detail)
