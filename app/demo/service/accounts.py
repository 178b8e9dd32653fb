"""Home of the demo's accounts: where its operators are paid to, with numbers that no bank gives out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.demo import queries
from app.extensions import db
from app.settlement.models import PayeeAccount


def open_accounts(users: Mapping[str, str], *, at: datetime) -> int:
    """Give every operator an account; the last one is not confirmed yet. Give how many there are.

    `users` are the numbers of the users by their sign-in names.
    """
    operators = queries.operators()
    db.session.add_all(
        PayeeAccount(
            operator=operator,
            holder=operator.name,
            bank="示例银行长沙天心支行",
            number=f"99000000{number:09}",
            proposed_by=users["finance"],
            proposed_at=at,
            confirmed_by=users["officer"] if operator is not operators[-1] else None,
            confirmed_at=at if operator is not operators[-1] else None,
        )
        for number, operator in enumerate(operators, start=1)
    )
    db.session.flush()
    return len(operators)
