"""Home of the donations ledger: what came in is written down by one person and confirmed by another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.audit import service as audit
from app.clock import on
from app.donations import queries
from app.donations.models import CharityFund, Donation, DonationVerdict
from app.donations.rules.records import DonationRecord, FundRecord
from app.donations.service.allot import hold_the_books, move
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text

_LONGEST_REASON = 200


def open_fund(record: FundRecord, *, by: Actor, at: datetime) -> CharityFund:
    """Open a fund with nothing in it.

    Raises: NotAllowed for meals outside the actor's area; Conflict for a name that is taken.
    """
    if not by.scope.covers(record.area):
        raise NotAllowed(text("{area} lies outside your area.", area=record.area or "—"))
    fund = CharityFund(
        name=record.name, area=record.area, purpose=record.purpose, opened_at=at, opened_by=by.user_no
    )
    db.session.add(fund)
    db.session.flush()
    audit.record("fund.opened", f"fund:{fund.id}", by=by, at=at, detail={"area": record.area})
    return fund


def register(fund: CharityFund, record: DonationRecord, *, by: Actor, at: datetime) -> Donation:
    """Write down that a donation came in; it counts once somebody else has confirmed it.

    Raises: Unreadable for a day yet to come; Conflict for a receipt that was written down before.
    """
    record.ensure_received_by(on(at))
    if queries.of_receipts([record.receipt_no]):
        raise Conflict(
            text(
                "Receipt {number} was written down before. Look for it in the list.", number=record.receipt_no
            ),
            field="receipt_no",
        )
    donation = added(fund, record, by=by, at=at)
    audit.record(
        "donation.registered",
        f"donation:{donation.id}",
        by=by,
        at=at,
        detail={"amount_fen": record.amount_fen},
    )
    return donation


def added(fund: CharityFund, record: DonationRecord, *, by: Actor, at: datetime) -> Donation:
    """Add a donation as it was written down, without a word in the trail."""
    donation = Donation(
        fund_id=fund.id,
        received_on=record.received_on,
        donor=record.donor,
        is_public=record.is_public,
        amount_fen=record.amount_fen,
        receipt_no=record.receipt_no,
        recorded_by=by.user_no,
        recorded_at=at,
    )
    db.session.add(donation)
    db.session.flush()
    return donation


def correct(donation_id: int, amount_fen: int, reason: str, *, by: Actor, at: datetime) -> Donation:
    """Write down a signed entry that puts a confirmed donation right; it, too, waits for a second person.

    Raises: NotFound outside the scope; Conflict for what does not count; DomainError without a reason, for
    nothing, or for more than is left of the donation.
    """
    original = _seen(donation_id, by)
    said = _reason(reason)
    if original.corrects is not None or original.verdict is None or not original.verdict.is_confirmed:
        raise Conflict(text("Only a donation that was confirmed can be corrected."))
    if not amount_fen:
        raise DomainError(text("A correction of nothing corrects nothing."), field="amount")
    _ensure_left(original, amount_fen)
    entry = Donation(
        fund_id=original.fund_id,
        received_on=on(at),
        is_public=False,
        amount_fen=amount_fen,
        receipt_no=original.receipt_no,
        corrects=original.id,
        reason=said,
        recorded_by=by.user_no,
        recorded_at=at,
    )
    db.session.add(entry)
    db.session.flush()
    detail = {"amount_fen": amount_fen, "corrects": original.id}
    audit.record("donation.corrected", f"donation:{entry.id}", by=by, at=at, detail=detail)
    return entry


def confirm(donation_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Confirm entries that somebody else wrote down; from now on they count. Give their sum in fen.

    Raises: NotFound outside the scope; Conflict for one's own, for one that has its verdict, for a receipt
    that counts already, and when a fund no longer holds what is taken back.
    """
    hold_the_books()
    total_fen = 0
    for donation_id in sorted(donation_ids):
        donation = _waiting(donation_id, by)
        if donation.corrects is not None:
            _ensure_left(_seen(donation.corrects, by), donation.amount_fen)
        _give_verdict(donation, None, by=by, at=at)
        move(donation.fund_id, donation.amount_fen)
        detail = {"fund": donation.fund_id, "amount_fen": donation.amount_fen}
        audit.record("donation.confirmed", f"donation:{donation_id}", by=by, at=at, detail=detail)
        total_fen += donation.amount_fen
    return total_fen


def refuse(donation_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Refuse an entry that waits: it never counts, and its receipt can be written down anew.

    Raises: NotFound outside the scope; Conflict for one that has its verdict; DomainError without a reason.
    """
    donation = _waiting(donation_id, by)
    _give_verdict(donation, _reason(reason), by=by, at=at)
    audit.record("donation.refused", f"donation:{donation_id}", by=by, at=at)


def _give_verdict(donation: Donation, refusal: str | None, *, by: Actor, at: datetime) -> None:
    counts = refusal is None
    donation.verdict = DonationVerdict(
        is_confirmed=counts,
        receipt_no=donation.receipt_no if counts and donation.corrects is None else None,
        reason=refusal or "",
        given_by=by.user_no,
        given_at=at,
    )
    db.session.flush()


def _seen(donation_id: int, by: Actor) -> Donation:
    found = queries.donations_of([donation_id])
    if not found or queries.fund_numbered(found[0].fund_id, by.scope) is None:
        raise NotFound(text("There is no such donation."))
    return found[0]


def _waiting(donation_id: int, by: Actor) -> Donation:
    donation = _seen(donation_id, by)
    if donation.verdict is not None:
        raise Conflict(text("Somebody has decided about this donation meanwhile. Look at the list again."))
    if not by.scope.covers(donation.fund.area):
        raise NotAllowed(text("{area} lies outside your area.", area=donation.fund.area or "—"))
    return donation


def _ensure_left(original: Donation, amount_fen: int) -> None:
    """Refuse to take back more than a donation and its corrections come to."""
    if queries.worth_of(original) + amount_fen < 0:
        raise DomainError(text("That is more than the donation comes to."), field="amount")


def _reason(written: str) -> str:
    said = written.strip()
    if not said:
        raise DomainError(text("Say why."), field="reason")
    if len(said) > _LONGEST_REASON:
        raise DomainError(text("The reason is too long. Keep it under 200 characters."), field="reason")
    return said
