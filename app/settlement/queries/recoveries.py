"""Home of the queries on cases of recovery; always ordered, within a viewer's scope where listed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.canteens import queries as canteens
from app.canteens.models import Site
from app.database import among
from app.extensions import db
from app.roles import Scope
from app.settlement.models import Recovery, Statement, StatementRecovery
from app.settlement.rules.recovery import RecoveryStatus


def recoveries(scope: Scope) -> Select[Any]:
    """Select the cases within the scope: first what waits for a decision, then the newest."""
    waits = case((Recovery.status == RecoveryStatus.OPEN, 0), else_=1)
    return _recoveries(scope).order_by(waits, Recovery.id.desc())


def recovery(recovery_no: str, scope: Scope) -> Recovery | None:
    """Give a case by its number, if it lies within the scope."""
    return db.session.execute(
        _recoveries(scope).where(Recovery.recovery_no == recovery_no)
    ).scalar_one_or_none()


def _recoveries(scope: Scope) -> Select[Any]:
    return (
        select(Recovery)
        .join(Recovery.statement)
        .join(Site, Site.site_code == Statement.site_code)
        .where(canteens.within(scope))
        .options(
            joinedload(Recovery.statement).joinedload(Statement.site),
            selectinload(Recovery.steps),
            selectinload(Recovery.offsets).joinedload(StatementRecovery.statement),
        )
    )


def recoveries_of(statement_id: int) -> list[Recovery]:
    """Give the cases about what a statement paid, by number."""
    return list(
        db.session.execute(
            select(Recovery).where(Recovery.statement_id == statement_id).order_by(Recovery.recovery_no)
        ).scalars()
    )


def recoveries_due(site_codes: Collection[str], drafts: Collection[int]) -> dict[str, list[Recovery]]:
    """Give, by site, the cases to be recovered that only these drafts may carry already, by number."""
    elsewhere = exists().where(
        StatementRecovery.recovery_id == Recovery.id,
        ~StatementRecovery.is_released,
        StatementRecovery.statement_id.not_in(drafts),
    )
    rows = db.session.execute(
        select(Recovery)
        .join(Recovery.statement)
        .where(among(Statement.site_code, "sites"), Recovery.status == RecoveryStatus.DEMANDED, ~elsewhere)
        .options(contains_eager(Recovery.statement))
        .order_by(Recovery.recovery_no),
        {"sites": list(site_codes)},
    ).scalars()
    found: dict[str, list[Recovery]] = {}
    for row in rows:
        found.setdefault(row.statement.site_code, []).append(row)
    return found


def claimed_fen(statement_id: int, payer: str, fund: str) -> int:
    """Sum what cases take back, or may yet, of what a statement gave from one fund."""
    return int(
        db.session.execute(
            select(func.coalesce(func.sum(Recovery.amount_fen), 0)).where(
                Recovery.statement_id == statement_id,
                Recovery.payer == payer,
                Recovery.fund == fund,
                Recovery.status != RecoveryStatus.WAIVED,
            )
        ).scalar_one()
    )


def last_recovery_id() -> int:
    """Give the number of the last case, nought before the first."""
    return db.session.execute(select(func.coalesce(func.max(Recovery.id), 0))).scalar_one()
