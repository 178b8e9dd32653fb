"""Home of taking in closed sittings: signed with a PIN on a tablet that may have been offline for days."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit import service as audit
from app.auth import queries as auth
from app.extensions import db
from app.meals.rules import ReceiptStatus
from app.text import Text, text
from app.till import queries
from app.till.models import DayClose, Tablet
from app.till.rules.closes import SentClose, read_close
from app.till.rules.credentials import signature
from app.till.rules.quarantine import Unfit
from app.till.rules.records import record_id_of
from app.till.service.tablets import actor_of


@dataclass(frozen=True, slots=True)
class CloseReceipt:
    """What became of one closed sitting."""

    id: str
    status: ReceiptStatus
    digest: str
    message: Text | None = None


def take_closes(tablet_id: int, closes: Sequence[object], *, at: datetime) -> list[CloseReceipt]:
    """Take in closed sittings, each once; give one receipt for each, in their order.

    One that cannot be read stays on the tablet, which says so: its meals came by themselves.
    """
    tablet = queries.tablet_locked(tablet_id)
    return [_taken(tablet, raw, at) for raw in closes]


def _taken(tablet: Tablet, raw: object, at: datetime) -> CloseReceipt:
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    try:
        sent = read_close(raw)
    except Unfit as fault:
        return CloseReceipt(record_id_of(raw), ReceiptStatus.QUARANTINED, digest, fault.problem.label)
    held = queries.closes_by_id([sent.id]).get(sent.id)
    if held is not None and held.digest != digest:
        message = text("Another closing came before under the same number; the first stays.")
        return CloseReceipt(str(sent.id), ReceiptStatus.CONFLICT, digest, message)
    is_signed = held.is_signed if held is not None else _keep(tablet, raw, sent, digest=digest, at=at)
    doubt = text("Received, but the signature does not fit the PIN that is known here.")
    return CloseReceipt(str(sent.id), ReceiptStatus.ACCEPTED, digest, None if is_signed else doubt)


def _keep(tablet: Tablet, raw: object, sent: SentClose, *, digest: str, at: datetime) -> bool:
    """Write a closed sitting down; tell whether its signature fits."""
    is_signed = _is_signed(raw, sent)
    columns = {name: getattr(sent, name) for name in SentClose.__slots__ if name not in ("by", "signature")}
    db.session.add(
        DayClose(
            **columns,
            digest=digest,
            tablet_id=tablet.id,
            site_code=tablet.site_code,
            received_at=at,
            closed_by=sent.by,
            is_signed=is_signed,
        )
    )
    db.session.flush()
    detail = {"site": tablet.site_code, "on": sent.served_on.isoformat(), "sitting": sent.sitting.value}
    audit.record("sitting.closed", f"close:{sent.id}", by=actor_of(tablet), at=at, detail=detail)
    return is_signed


def _is_signed(raw: object, sent: SentClose) -> bool:
    """Tell whether a close was signed with the PIN of the person it names, who must be known."""
    user = auth.user_numbered(sent.by) if sent.by else None
    if user is None or user.pin_key is None or not isinstance(raw, dict):
        return False
    return hmac.compare_digest(signature(bytes.fromhex(user.pin_key), raw), sent.signature.lower())
