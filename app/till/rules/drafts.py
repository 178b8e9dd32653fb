"""Home of reading a record that cannot be taken as it is: each member for itself, as far as possible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.canteens.rules import Sitting
from app.meals.rules import Channel, FoundBy, Payment
from app.residents.rules.identity import masked_identity
from app.till.rules.quarantine import Unfit
from app.till.rules.records import identity_in, read_record, sequence_number

_READABLE: Mapping[str, object] = {
    "id": str(UUID(int=0)),
    "sitting": Sitting.LUNCH.value,
    "channel": Channel.DINE_IN.value,
    "price_fen": 0,
    "served_at": "2026-01-01T00:00:00+00:00",
}
_READABLE_UNDOING = {**_READABLE, "reason": "…"}
_TEXTS = ("resident", "by", "reason", "companion_of", "tablet")
_LONG_NUMBER = re.compile(r"\d{7,}[\dXx]?")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """A record as far as it can be read: None, or empty, is what it lacks.

    `left_out` tells that a text in it could not be stored and is missing here. `is_undoing` tells that it was
    meant to undo a meal, also when `reverses` does not say which.
    """

    id: UUID | None = None
    seq: int | None = None
    resident: str = ""
    sitting: Sitting | None = None
    channel: Channel | None = None
    price_fen: int | None = None
    served_at: datetime | None = None
    by: str = ""
    is_undoing: bool = False
    reverses: UUID | None = None
    reason: str = ""
    payment: Payment | None = None
    companion_of: str | None = None
    found_by: FoundBy | None = None
    origin: str = ""
    left_out: bool = False


def read_draft(raw: object) -> Draft:
    """Read what can be read of a record, each member by the same reader that takes whole ones.

    >>> draft = read_draft({"sitting": "supper", "price_fen": 1500, "by": "U-1"})
    >>> draft.sitting, draft.price_fen, draft.by, draft.id
    (None, 1500, 'U-1', None)
    """
    if not isinstance(raw, Mapping):
        return Draft()
    texts = {name: _text(raw, name) for name in _TEXTS}
    reverses = _member(raw, "reverses", _READABLE_UNDOING)
    return Draft(
        id=_member(raw, "id"),
        seq=sequence_number(raw),
        resident=texts["resident"] or "",
        sitting=_member(raw, "sitting"),
        channel=_member(raw, "channel"),
        price_fen=_member(raw, "price_fen"),
        served_at=_member(raw, "served_at"),
        by=texts["by"] or "",
        is_undoing=raw.get("reverses") is not None,
        reverses=reverses,
        reason=texts["reason"] or "",
        payment=_member(raw, "payment"),
        companion_of=texts["companion_of"] or None,
        found_by=_member(raw, "found_by"),
        origin=texts["tablet"] or "",
        left_out=None in texts.values(),
    )


def _member(raw: Mapping[str, Any], name: str, others: Mapping[str, object] = _READABLE) -> Any:  # noqa: ANN401 - each member's own kind
    """Read one member as if all others were good; None when it cannot be read."""
    try:
        return getattr(read_record({**others, name: raw.get(name)}), name)
    except Unfit:
        return None


def _text(raw: Mapping[str, Any], name: str) -> str | None:
    """Read a text; None when it cannot be stored."""
    try:
        read = read_record({**_READABLE, name: raw.get(name)})
    except Unfit:
        return None
    return {"resident": read.resident, "by": read.by, "reason": read.reason, "tablet": read.origin}.get(
        name, read.companion_of or ""
    )


def as_sent(raw: object, name: str) -> str:
    """Give a member as it came, short, and with numbers of persons masked.

    >>> as_sent({"resident": "11010519491231002x", "sitting": "supper", "price_fen": -5}, "resident")
    '110105********002X'
    >>> as_sent({"resident": "电话 13812345678"}, "resident"), as_sent({"price_fen": -5}, "price_fen")
    ('电话 138****5678', '-5')
    """
    given = raw.get(name) if isinstance(raw, Mapping) else None
    return "" if given is None else masked(str(given))


def masked(written: str) -> str:
    """Give what was written short, with whatever may be the number of a person's card or phone masked."""
    number = identity_in(written)
    if number is not None:
        return masked_identity(number)
    hidden = _LONG_NUMBER.sub(lambda match: f"{match[0][:3]}****{match[0][-4:]}", written)
    printable = "".join(sign if sign.isprintable() else "�" for sign in hidden)
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"
