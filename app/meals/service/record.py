"""Home of taking records into the ledger: each once, none lost, whatever order they come in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from app.audit import service as audit
from app.database import insert_rows
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import queries
from app.meals.models import LedgerRecord, Meal, MealConflict
from app.meals.rules import UNDO_MINUTES, LedgerEntry, Receipt, ReceiptStatus
from app.meals.service.decide import decide_again
from app.roles import Actor
from app.text import text

UNDONE = "undo"
"""The reason of a reversal made with the till's undo button."""

_REVERSAL = "reversal"
_LONGEST_REASON = 200


def take(entries: Sequence[LedgerEntry], *, by: Actor, at: datetime) -> list[Receipt]:
    """Take records into the ledger and decide; give one receipt for each, in their order.

    The same id with the same content has no further effect. With other content it is a conflict: the first
    stays in the ledger, the other is kept apart for a person. Records may come in any order, a reversal
    before its meal and a meal before its resident.
    """
    if not entries:
        return []
    entered = enter(entries, at)
    # Meals sent again are decided again too: what their receipt says must be what holds now.
    decisions = decide_again(*touched_by(entries))
    if entered.new or entered.conflicts:
        outcome = {"added": len(entered.new), "conflicts": len(entered.conflicts)}
        audit.record(*_named(entries), by=by, at=at, detail={**outcome, "digest": _digest(entered.digests)})
    new = {entry.id for entry in entered.new}
    return [
        Receipt(entry.id, ReceiptStatus.ACCEPTED, digest, decisions.get(entry.id), entry.id in new)
        if entered.held[entry.id] == digest
        else Receipt(entry.id, ReceiptStatus.CONFLICT, digest)
        for entry, digest in zip(entries, entered.digests, strict=True)
    ]


def record(entry: LedgerEntry, *, by: Actor, at: datetime) -> Receipt:
    """Take one record into the ledger.

    Raises: Conflict when its id stands for something else already.
    """
    receipt = take([entry], by=by, at=at)[0]
    if receipt.status is ReceiptStatus.CONFLICT:
        raise Conflict(
            text(
                "This meal was recorded before with other content. Look at the list below, then start afresh."
            )
        )
    return receipt


def reverse(meal_id: UUID, reason: str, *, by: Actor, at: datetime) -> Receipt:
    """Undo a meal by a new record, with a reason; the slot that it used becomes free.

    Raises: NotFound outside the scope; Conflict when it is reversed already; DomainError without a reason.
    """
    meal = queries.meal(meal_id, by.scope)
    if meal is None:
        raise NotFound(text("There is no such meal, or it is not yours to see."))
    if not reason.strip():
        raise DomainError(text("Say why the meal is reversed."), field="reason")
    if len(reason.strip()) > _LONGEST_REASON:
        raise DomainError(text("The reason is too long. Keep it under 200 characters."), field="reason")
    if queries.reversal_of(meal_id) is not None:
        raise Conflict(text("This meal is reversed already. Nothing was changed."))
    return record(_reversal(meal, reason.strip(), by, at), by=by, at=at)


def undo(meal_id: UUID, *, by: Actor, at: datetime) -> Receipt:
    """Take back with one tap a meal that was recorded a moment ago.

    Raises: as `reverse`, and DomainError when the moment has passed.
    """
    meal = queries.meal(meal_id, by.scope)
    if meal is not None and at - meal.received_at > timedelta(minutes=UNDO_MINUTES):
        raise DomainError(
            text(
                "More than {minutes} minutes have passed. Open the meal and reverse it with a reason.",
                minutes=UNDO_MINUTES,
            )
        )
    return reverse(meal_id, UNDONE, by=by, at=at)


def _reversal(meal: Meal, reason: str, by: Actor, at: datetime) -> LedgerEntry:
    """Word the undoing of a meal; its id follows from the meal's, so that two clicks make one reversal."""
    return LedgerEntry(
        id=uuid5(meal.id, _REVERSAL),
        resident_no=meal.resident_no,
        site_code=meal.site_code,
        served_on=meal.served_on,
        sitting=meal.sitting,
        channel=meal.channel,
        price_fen=meal.price_fen,
        served_at=at,
        recorded_by=by.user_no,
        reverses=meal.id,
        reason=reason,
    )


def ledger_row(entry: LedgerEntry, at: datetime, digest: str | None = None) -> dict[str, object]:
    """Give a record as the row of its table, received at this instant; `digest` is its own, if known."""
    return {
        "id": entry.id,
        "kind": "meal" if entry.reverses is None else _REVERSAL,
        "digest": digest or entry.digest,
        "resident_no": entry.resident_no,
        "site_code": entry.site_code,
        "served_on": entry.served_on,
        "sitting": entry.sitting,
        "channel": entry.channel,
        "price_fen": entry.price_fen,
        "served_at": entry.served_at,
        "recorded_by": entry.recorded_by,
        "tablet": entry.tablet,
        "reverses": entry.reverses,
        "reason": entry.reason,
        "received_at": at,
        "seq": entry.seq,
        "skew_seconds": entry.skew_seconds,
        "payment": entry.payment,
        "companion_of": entry.companion_of,
        "found_by": entry.found_by,
        "sheet_no": entry.sheet_no,
    }


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering some records came to: the new ones, the digest held under each id, and the conflicts.

    `digests` are the records' own, in their order.
    """

    digests: list[str]
    new: list[LedgerEntry]
    held: dict[UUID, str]
    conflicts: list[LedgerEntry]


def enter(entries: Sequence[LedgerEntry], at: datetime) -> Entered:
    """Add records to the ledger, each once, and keep apart what conflicts; nothing is decided yet."""
    digests = [entry.digest for entry in entries]
    firsts = {entry.id: (entry, digest) for entry, digest in zip(entries[::-1], digests[::-1], strict=True)}
    known = queries.digests_of(firsts)
    new = [(entry, digest) for entry, digest in firsts.values() if entry.id not in known]
    rows = [ledger_row(entry, at, digest) for entry, digest in new]
    entered = insert_rows(db.session, LedgerRecord, rows, if_new=True)
    # Fewer went in than were new: somebody else was entering the same ids, and it is they who hold them.
    held = (
        known | {entry.id: digest for entry, digest in new}
        if entered == len(new)
        else queries.digests_of(firsts)
    )
    conflicts = [entry for entry, digest in zip(entries, digests, strict=True) if held[entry.id] != digest]
    _keep_apart(conflicts, at)
    return Entered(digests, [entry for entry, _ in new], held, conflicts)


def _keep_apart(conflicts: Sequence[LedgerEntry], at: datetime) -> None:
    """Keep the other contents of known ids, each once."""
    if conflicts:
        rows = [
            {"meal_id": entry.id, "digest": entry.digest, "content": entry.content, "received_at": at}
            for entry in conflicts
        ]
        insert_rows(db.session, MealConflict, rows, if_new=True)


def touched_by(entries: Sequence[LedgerEntry]) -> tuple[dict[str, set[date]], set[UUID]]:
    """Give whose meals of which days these records bear on, and which meals of nobody in particular."""
    meals = [(entry.id, entry.resident_no, entry.served_on) for entry in entries if entry.reverses is None]
    undone = [entry.reverses for entry in entries if entry.reverses is not None]
    meals += queries.meals_touched_by(undone) if undone else []
    touched: dict[str, set[date]] = defaultdict(set)
    for _, resident_no, served_on in meals:
        if resident_no:
            touched[resident_no].add(served_on)
    return touched, {meal_id for meal_id, resident_no, _ in meals if not resident_no}


def _named(entries: Sequence[LedgerEntry]) -> tuple[str, str]:
    """Give what the trail calls the taking of these records, and what it was done to."""
    first = entries[0]
    if len(entries) > 1:
        return "meals.taken", f"site:{first.site_code}"
    kind = "meal" if first.reverses is None else _REVERSAL
    return f"{kind}.recorded", f"{kind}:{first.id}"


def _digest(digests: Sequence[str]) -> str:
    """Give one digest over all that was sent, whatever its order."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
