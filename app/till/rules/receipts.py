"""Home of the answer to one record: what became of it, the four parts, and a sentence for the counter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from app.clock import SHANGHAI
from app.meals.rules import Receipt, ReceiptStatus
from app.subsidy.rules import Reason
from app.text import Text, text
from app.till.rules.conflicts import Verdict
from app.till.rules.quarantine import Outcome, Problem

_BEYOND_CAPS = {Reason.CAP_SITTING, Reason.CAP_DAY}


@dataclass(frozen=True, slots=True)
class TabletReceipt:
    """The receipt of one record, amounts in fen; nought where nothing was decided.

    `is_settled` tells that somebody has looked at a record that was kept apart, and set it aside.

    Source: the product's public interfaces, section 7.
    """

    id: str
    status: ReceiptStatus
    digest: str
    government_fen: int = 0
    operator_fen: int = 0
    charity_fen: int = 0
    resident_fen: int = 0
    reason: str = Reason.OK.value
    message: Text | None = None
    is_settled: bool = False
    is_new: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Witness:
    """A meal of somebody that has a word to say about another meal of theirs."""

    meal_id: UUID
    site_code: str
    site_name: str
    served_at: datetime
    government_fen: int


def of_ledger(receipt: Receipt, others: Iterable[Witness] = ()) -> TabletReceipt:
    """Give the receipt of a record that the ledger holds; `others` are of the same sitting."""
    if receipt.status is ReceiptStatus.CONFLICT:
        return TabletReceipt(
            str(receipt.id),
            receipt.status,
            receipt.digest,
            reason=ReceiptStatus.CONFLICT.value,
            message=text(
                "Another record came before under the same number. Both are kept; somebody will compare them."
            ),
        )
    decision = receipt.decision
    if decision is None:  # A reversal is entitled to nothing.
        return TabletReceipt(str(receipt.id), receipt.status, receipt.digest, is_new=receipt.is_new)
    return of_decided(
        Decided(
            receipt.id,
            receipt.digest,
            decision.reason,
            decision.government_fen,
            decision.operator_fen,
            decision.charity_fen,
            decision.resident_fen,
        ),
        others,
        is_new=receipt.is_new,
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """A meal of the ledger with what it gets as things stand; `reason` None where nothing is decided."""

    meal_id: UUID
    digest: str
    reason: Reason | None
    government_fen: int = 0
    operator_fen: int = 0
    charity_fen: int = 0
    resident_fen: int = 0


def of_decided(meal: Decided, others: Iterable[Witness] = (), *, is_new: bool = False) -> TabletReceipt:
    """Give the receipt of a meal that the ledger holds."""
    reason = meal.reason or Reason.OK
    return TabletReceipt(
        str(meal.meal_id),
        ReceiptStatus.ACCEPTED,
        meal.digest,
        meal.government_fen,
        meal.operator_fen,
        meal.charity_fen,
        meal.resident_fen,
        reason.value,
        sentence(meal.meal_id, reason, others),
        is_new=is_new,
    )


def of_quarantine(
    *,
    record_id: str,
    digest: str,
    problem: Problem,
    content: object,
    outcome: Outcome | None = None,
    is_new: bool = False,
) -> TabletReceipt:
    """Give the receipt of a record that was kept apart: until it is settled, the resident pays the price."""
    price_fen = content.get("price_fen") if isinstance(content, Mapping) else None
    about_who = problem.is_about_who
    return TabletReceipt(
        record_id,
        ReceiptStatus.CONFLICT if problem is Problem.SAME_ID else ReceiptStatus.QUARANTINED,
        digest,
        resident_fen=price_fen if about_who and isinstance(price_fen, int) else 0,
        reason=Reason.NOT_REGISTERED.value if about_who else problem.value,
        message=problem.label if outcome is None else text("Looked at and set aside."),
        is_settled=outcome is not None,
        is_new=is_new,
    )


def under(receipt: TabletReceipt, record_id: str, digest: str) -> TabletReceipt:
    """Give the receipt of what a settled record became, under the number and digest that the tablet knows."""
    return replace(receipt, id=record_id, digest=digest)


def of_review(meal_id: UUID, digest: str, verdict: Verdict) -> TabletReceipt:
    """Give the receipt of another content under a known number, once a person has decided between the two."""
    return TabletReceipt(
        str(meal_id),
        ReceiptStatus.CONFLICT,
        digest,
        reason=ReceiptStatus.CONFLICT.value,
        message=text("Compared: the record that came first counts.")
        if verdict is Verdict.FIRST
        else text("Compared: this record counts, the one that came first was reversed."),
        is_settled=True,
    )


def sentence(meal_id: UUID, reason: Reason, others: Iterable[Witness]) -> Text | None:
    """Say why a meal got what it got, naming the other meal of the same sitting where there is one.

    Both sites are told: the one whose meal is not subsidised, and the one whose meal is.
    """
    rivals = [other for other in others if other.meal_id != meal_id]
    paid = next((other for other in rivals if other.government_fen), None)
    unpaid = next((other for other in rivals if not other.government_fen), None)
    if reason in _BEYOND_CAPS and paid is not None:
        return text(
            "{site} recorded this sitting at {time}; that meal has the subsidy.",
            site=paid.site_name,
            time=_clock(paid.served_at),
        )
    if reason is Reason.OK and unpaid is not None:
        return text(
            "{site} recorded this sitting too, at {time}; that meal is at full price.",
            site=unpaid.site_name,
            time=_clock(unpaid.served_at),
        )
    return None if reason is Reason.OK else reason.label


def _clock(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%H:%M")
