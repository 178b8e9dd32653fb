"""Home of the verbs of payees' accounts: one person enters one, another keys it again to confirm it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.audit import service as audit
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor, Permission
from app.settlement import queries
from app.settlement.models import PayeeAccount
from app.settlement.queries import Payee
from app.settlement.rules.accounts import BankAccount, account_number
from app.text import text

_LOCK = "settlement.payee"
_MAY_NOT = text("You may not take this step. Ask whoever does it in your office.")


def propose_account(operator_id: int, account: BankAccount, *, by: Actor, at: datetime) -> PayeeAccount:
    """Write down where an operator is to be paid to; nothing is paid there before another confirms it.

    Raises: NotFound outside the scope; NotAllowed without the permission; Unreadable for a wrong number.
    """
    if not by.may(Permission.STATEMENTS_PAY):
        raise NotAllowed(_MAY_NOT)
    payee = _held(operator_id, by)
    made = PayeeAccount(
        operator_id=payee.operator.id,
        holder=account.holder.strip(),
        bank=account.bank.strip(),
        number=account_number(account.number),
        proposed_by=by.user_no,
        proposed_at=at,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("payee_account.proposed", f"operator:{operator_id}", by=by, at=at, detail={"id": made.id})
    return made


def confirm_account(operator_id: int, number: str, *, by: Actor, at: datetime) -> PayeeAccount:
    """Confirm the proposed account by keying its number once more: whoever confirms has read it themselves.

    Raises: NotFound outside the scope; NotAllowed without the permission; Conflict when nothing is proposed,
    or it was proposed by the same person; DomainError when the numbers differ.
    """
    if not by.may(Permission.STATEMENTS_APPROVE):
        raise NotAllowed(_MAY_NOT)
    proposed = _held(operator_id, by).proposed
    if proposed is None:
        raise Conflict(text("There is no new account to confirm. Look at the page again."))
    if account_number(number) != proposed.number:
        raise DomainError(
            text(
                "The two numbers differ. Compare both with the bank's permit; enter it anew if it is wrong."
            ),
            field="again",
        )
    db.session.execute(
        update(PayeeAccount)
        .where(PayeeAccount.id == proposed.id, PayeeAccount.confirmed_by.is_(None))
        .values(confirmed_by=by.user_no, confirmed_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(proposed)
    audit.record(
        "payee_account.confirmed", f"operator:{operator_id}", by=by, at=at, detail={"id": proposed.id}
    )
    return proposed


def _held(operator_id: int, by: Actor) -> Payee:
    """Give an operator and its accounts, held until the act ends."""
    lock_names(db.session, _LOCK, [str(operator_id)])
    found = queries.payee(operator_id, by.scope)
    if found is None:
        raise NotFound(text("There is no such operator in your area."))
    return found
