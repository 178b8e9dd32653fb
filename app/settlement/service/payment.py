"""Home of the payment file (拨付文件): what the bank is to pay for a month, checked row by row."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from app.audit import service as audit
from app.errors import NotFound
from app.month import Month
from app.roles import Actor, Scope
from app.settlement import queries
from app.settlement.models import PayeeAccount, Statement
from app.settlement.rules.payment import Claim, PaidBefore, PaymentRun, payment_run
from app.settlement.rules.steps import StatementStatus
from app.settlement.service import csv_files
from app.text import text


def payments_of(month: Month, scope: Scope) -> PaymentRun:
    """Give what is approved and unpaid of a month: what can be paid, and what cannot and why."""
    approved = [
        statement
        for statement in queries.statements_of(month, scope)
        if statement.stage is StatementStatus.APPROVED
    ]
    accounts = queries.accounts_in_force(
        statement.site.operator_id for statement in approved if statement.site.operator_id is not None
    )
    void = queries.paid_and_void(month, scope)
    paid = {
        statement.statement_no: tuple(
            PaidBefore(each.statement_no, each.totals.amount_fen)
            for each in void
            if each.site_code == statement.site_code
        )
        for statement in approved
    }
    return payment_run(month, [_claim(each, accounts, paid[each.statement_no]) for each in approved])


def _claim(
    statement: Statement, accounts: dict[int, PayeeAccount], paid_before: tuple[PaidBefore, ...]
) -> Claim:
    operator = statement.site.operator
    account = accounts.get(operator.id) if operator else None
    return Claim(
        statement.statement_no,
        statement.period,
        statement.site_code,
        statement.site.name,
        operator.name if operator else "",
        (operator.uscc or "") if operator else "",
        account.account if account else None,
        statement.fund_amounts,
        paid_before,
    )


def write_payments(month: Month, target: IO[bytes], *, by: Actor, at: datetime) -> PaymentRun:
    """Write a month's payment file and note in the trail who took it; the same state gives the same bytes.

    Raises: NotFound when nothing of the month waits to be paid.
    """
    run = payments_of(month, by.scope)
    if not run.payments and not run.refused:
        raise NotFound(
            text("Nothing of {month} is approved and unpaid.", month=month),
            field="month",
        )
    csv_files.write_payments(target, run)
    detail = {
        "payments": len(run.payments),
        "amount_fen": run.total_fen,
        "refused": len(run.refused),
        "refused_fen": run.refused_fen,
    }
    audit.record("payment.written", f"month:{month}", by=by, at=at, detail=detail)
    return run
