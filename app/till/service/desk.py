"""Home of closing a sitting at a site's desk, for meals that were recorded without a tablet."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.audit import service as audit
from app.auth import queries as auth
from app.auth.rules import pin_key
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import Actor, Scope
from app.text import text
from app.till import queries
from app.till.models import DayClose
from app.till.queries import TillSitting
from app.till.rules.sittings import Counted

DESK = ""
"""The tablet number of who has none."""

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class DeskClose:
    """One sitting as it is closed at the desk; `expected_fen` is what the page showed to whoever counted.

    `id` was made when the page was shown: pressed twice, the button closes once. Without a `pin` it is not
    signed.
    """

    id: UUID
    site_code: str
    served_on: date
    sitting: Sitting
    expected_fen: int
    counted_fen: int
    reason: str = ""
    pin: str = ""


def desk_sitting(site_code: str, served_on: date, sitting: Sitting) -> Counted | None:
    """Give what was recorded at a site's desk at one sitting; None when nothing was."""
    held = queries.counted(Scope(site_code=site_code), served_on, served_on)
    return held.get(TillSitting(site_code, served_on, sitting, DESK))


def close_desk(wanted: DeskClose, *, by: Actor, at: datetime) -> DayClose:
    """Close a sitting at the desk, signed when the right PIN was typed.

    Raises: NotFound outside the scope; Conflict when a meal came or went since the page was shown;
    DomainError for a difference without a reason, a wrong PIN, or nothing to close.
    """
    if canteens.site_of(wanted.site_code, by.scope) is None:
        raise NotFound(text("There is no site {code} in your area.", code=wanted.site_code))
    known = queries.closes_by_id([wanted.id]).get(wanted.id)
    if known is not None:
        return known
    held = _held(wanted)
    reason = _reason(wanted)
    made = DayClose(
        id=wanted.id,
        tablet_id=None,
        site_code=wanted.site_code,
        served_on=wanted.served_on,
        sitting=wanted.sitting,
        closed_at=at,
        received_at=at,
        closed_by=by.user_no,
        is_signed=_is_signed(wanted.pin, by),
        dine_in=held.figures.dine_in,
        take_away=held.figures.take_away,
        delivered=held.figures.delivered,
        reversed=held.figures.reversed,
        unregistered=held.figures.unregistered,
        subsidised=held.figures.subsidised,
        cash_expected_fen=held.cash_fen,
        cash_counted_fen=wanted.counted_fen,
        reason=reason,
    )
    made.digest = _digest(made)
    db.session.add(made)
    db.session.flush()
    detail = {
        "site": wanted.site_code,
        "on": wanted.served_on.isoformat(),
        "sitting": wanted.sitting.value,
    }
    audit.record("sitting.closed", f"close:{wanted.id}", by=by, at=at, detail=detail)
    return made


def _held(wanted: DeskClose) -> Counted:
    held = desk_sitting(wanted.site_code, wanted.served_on, wanted.sitting)
    if held is None:
        raise DomainError(text("Nothing was recorded at the desk at this sitting."))
    if held.cash_fen != wanted.expected_fen:
        raise Conflict(text("A meal was recorded or taken back meanwhile. Look at the figures again."))
    return held


def _reason(wanted: DeskClose) -> str:
    reason = wanted.reason.strip()
    if len(reason) > _LONGEST_REASON:
        raise DomainError(text("The reason is too long. Keep it under 200 characters."), field="reason")
    if wanted.counted_fen != wanted.expected_fen and not reason:
        raise DomainError(text("The cash differs from what is expected. Say why."), field="reason")
    return reason


def _is_signed(pin: str, by: Actor) -> bool:
    """Tell whether the close is signed.

    Raises: DomainError for a PIN that is not the actor's.
    """
    if not pin:
        return False
    user = auth.user_numbered(by.user_no)
    if user is None or user.pin_key is None or user.pin_salt is None:
        raise DomainError(text("You have no PIN yet. Set one first, or leave the field empty."), field="pin")
    typed = pin_key(pin, base64.b64decode(user.pin_salt)).hex()
    if not hmac.compare_digest(typed, user.pin_key):
        raise DomainError(text("The PIN is wrong. Type it again, or leave the field empty."), field="pin")
    return True


def _digest(close: DayClose) -> str:
    """Give the digest over what was closed, as it is kept of a tablet's close."""
    members = [
        str(close.id),
        close.site_code,
        close.served_on.isoformat(),
        close.sitting.value,
        close.closed_by,
        [close.dine_in, close.take_away, close.delivered, close.reversed],
        [close.unregistered, close.subsidised],
        [close.cash_expected_fen, close.cash_counted_fen],
        close.reason,
    ]
    return hashlib.sha256(json.dumps(members, ensure_ascii=False).encode()).hexdigest()
