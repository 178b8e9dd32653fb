"""Home of the queries on the accounts that operators are paid to; always ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.canteens import queries as canteens
from app.canteens.models import Operator, Site
from app.extensions import db
from app.roles import Scope
from app.settlement.models import PayeeAccount


@dataclass(frozen=True, slots=True)
class Payee:
    """An operator, the account in force, and the one that waits for a second person."""

    operator: Operator
    in_force: PayeeAccount | None
    proposed: PayeeAccount | None


def payees(scope: Scope) -> list[Payee]:
    """Give the operators that run sites within the scope, by name."""
    operators = list(
        db.session.execute(
            select(Operator)
            .where(Operator.id.in_(select(Site.operator_id).where(canteens.within(scope))))
            .order_by(Operator.name)
        ).scalars()
    )
    accounts = _accounts({operator.id for operator in operators})
    return [_payee(operator, accounts.get(operator.id, [])) for operator in operators]


def payee(operator_id: int, scope: Scope) -> Payee | None:
    """Give one operator, if it runs a site within the scope."""
    return next((each for each in payees(scope) if each.operator.id == operator_id), None)


def accounts_in_force(operator_ids: Iterable[int]) -> dict[int, PayeeAccount]:
    """Give the newest confirmed account of each of these operators that has one."""
    found = _accounts(set(operator_ids))
    return {
        operator_id: account
        for operator_id, rows in found.items()
        if (account := _newest_confirmed(rows)) is not None
    }


def _accounts(operator_ids: set[int]) -> dict[int, list[PayeeAccount]]:
    rows = db.session.execute(
        select(PayeeAccount).where(PayeeAccount.operator_id.in_(operator_ids)).order_by(PayeeAccount.id)
    ).scalars()
    found: dict[int, list[PayeeAccount]] = {}
    for row in rows:
        found.setdefault(row.operator_id, []).append(row)
    return found


def _payee(operator: Operator, rows: list[PayeeAccount]) -> Payee:
    proposed = rows[-1] if rows and rows[-1].confirmed_by is None else None
    return Payee(operator, _newest_confirmed(rows), proposed)


def _newest_confirmed(rows: list[PayeeAccount]) -> PayeeAccount | None:
    return next((row for row in reversed(rows) if row.confirmed_by is not None), None)
