"""Home of the payment run: what the bank is told to pay for a month, and what it is not told yet, and why.

One payment is what one payer owes on one statement. A statement is the voucher that the payment is ticked
against and that the bank's refusal must lead back to; payers pay out of accounts of their own, so charity's
part never leaves the bureau's. Payments of several statements to one account are therefore not added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from app.canteens.rules import credit_code
from app.money import format_yuan
from app.month import Month
from app.settlement.rules.accounts import BankAccount, account_number
from app.settlement.rules.statement import FundAmount
from app.sheet.cells import Unreadable
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """A statement that was paid and then declared void: its number, and what the bank was told to pay."""

    statement_no: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Claim:
    """An approved statement that nobody has paid: whose it is, where the money goes, what each fund owes.

    `paid_before` are the statements of the same site and month that were paid and are void by now.
    """

    statement_no: str
    month: Month
    site_code: str
    site: str
    operator: str
    uscc: str
    account: BankAccount | None
    amounts: tuple[FundAmount, ...]
    paid_before: tuple[PaidBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """What one payer is to pay on one statement."""

    claim: Claim
    payer: str
    funds: tuple[str, ...]
    amount_fen: int

    @property
    def purpose(self) -> str:
        """Give the purpose (用途) as it stands on the bank's slip: Chinese, and the voucher's number."""
        month = self.claim.month
        return f"{month.year}年{month.month}月助餐补贴 {self.claim.statement_no}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A payment that the file does not hold, why, and what to do about it."""

    payment: Payment
    reason: Text
    remedy: Text

    def as_text(self) -> Text:
        """Give the refusal as one sentence."""
        return text(
            "{number}: {reason} {remedy}",
            number=self.payment.claim.statement_no,
            reason=self.reason,
            remedy=self.remedy,
        )


@dataclass(frozen=True, slots=True)
class PaymentRun:
    """A month's payments and refusals; together they are all that is approved and unpaid."""

    month: Month
    payments: tuple[Payment, ...]
    refused: tuple[Refused, ...]

    @property
    def warnings(self) -> list[Text]:
        """Say of each new statement which money has left already: nothing here knows whether it came back."""
        claims = {each.claim.statement_no: each.claim for each in self.payments}
        return [
            text(
                "{paid} was paid ({amount} yuan) and then declared void. Make sure that the money came back "
                "before you pay {number}.",
                paid=before.statement_no,
                amount=format_yuan(before.amount_fen),
                number=number,
            )
            for number, claim in claims.items()
            for before in claim.paid_before
        ]

    @property
    def total_fen(self) -> int:
        """Give the control sum of the payments."""
        return sum(payment.amount_fen for payment in self.payments)

    @property
    def refused_fen(self) -> int:
        """Give the sum of what is left out."""
        return sum(each.payment.amount_fen for each in self.refused)


def payment_run(month: Month, claims: Iterable[Claim]) -> PaymentRun:
    """Sort a month's claims into what can be paid and what cannot, in the order of the statements."""
    payments: list[Payment] = []
    refused: list[Refused] = []
    for payment in (each for claim in claims for each in _payments(claim)):
        fault = _fault(payment)
        if fault is None:
            payments.append(payment)
        else:
            refused.append(Refused(payment, *fault))
    return PaymentRun(month, tuple(payments), tuple(refused))


def _payments(claim: Claim) -> Iterator[Payment]:
    """Give one payment for each payer; a statement that nobody owes anything gives one of nought."""
    for payer, rows in groupby(claim.amounts, attrgetter("payer")):
        owed = tuple(rows)
        yield Payment(claim, payer, tuple(row.fund for row in owed), sum(row.amount_fen for row in owed))
    if not claim.amounts:
        yield Payment(claim, "", (), 0)


def _fault(payment: Payment) -> tuple[Text, Text] | None:
    claim = payment.claim
    if payment.amount_fen == 0:
        return text("Nothing is to be paid."), text("Confirm the payment of the statement as it is.")
    if payment.amount_fen < 0:
        return (
            text("The operator owes this payer money."),
            text("Collect it, then confirm the payment of the statement."),
        )
    if not claim.operator:
        return text("The site has no operator."), text("Enter the operator on the site's page.")
    if claim.account is None:
        return (
            text("The operator has no confirmed account."),
            text("Enter the account, and let another person confirm it."),
        )
    return _unreadable(claim.uscc, claim.account)


def _unreadable(uscc: str, account: BankAccount) -> tuple[Text, Text] | None:
    if not uscc:
        return text("The operator has no credit code."), text("Enter it on the site's page.")
    try:
        credit_code(uscc)
        account_number(account.number)
    except Unreadable as fault:
        return fault.reason, fault.remedy
    return None
