"""Home of reading one record as a tablet sent it: what it says, or why it cannot be taken as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn, TypeVar
from uuid import UUID

from app.canteens.rules import Sitting
from app.meals.rules import DEAREST_MEAL_FEN, Channel, FoundBy, Payment
from app.residents.rules.identity import identity
from app.sheet.cells import Unreadable, half_width
from app.till.rules.quarantine import Problem, Unfit

AT_MOST = 500
"""How many records one batch may hold."""

AHEAD_AT_MOST = timedelta(days=1)
"""By how much a tablet's clock may be ahead before its word is not taken for the time."""

LONGEST_NUMBER, LONGEST_REASON = 32, 200
LARGEST_SEQ = 2**53
_RESIDENT_NO = re.compile(r"[A-Za-z]{1,4}[-_]?\w{1,26}", re.ASCII)
_CARD = re.compile(r"C[0-9A-Z]{11}")
_SPARE = re.compile(r"[\s-]+")
_MANY_DIGITS = re.compile(r"\d{11,}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class SentRecord:
    """One record of the tablet endpoint, read; `resident` is as sent, `origin` the first tablet's number.

    Source: the product's public interfaces, section 7.
    """

    id: UUID
    seq: int | None
    resident: str
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime
    by: str
    reverses: UUID | None
    reason: str
    payment: Payment | None
    companion_of: str | None
    found_by: FoundBy | None
    origin: str


def read_record(raw: object) -> SentRecord:
    """Read one record.

    Raises: Unfit with the first problem; what only the database knows is not looked at.
    """
    if not isinstance(raw, Mapping):
        raise Unfit(Problem.UNREADABLE)
    record_id = uuid_in(raw.get("id"), Problem.NO_ID)
    reverses = None if raw.get("reverses") is None else uuid_in(raw["reverses"], Problem.REVERSAL)
    reason = words_in(raw.get("reason"), LONGEST_REASON)
    sent = SentRecord(
        id=record_id,
        seq=sequence_number(raw),
        sitting=_choice(raw.get("sitting"), Sitting, Problem.SITTING),
        channel=_choice(raw.get("channel"), Channel, Problem.CHANNEL),
        price_fen=_price(raw.get("price_fen")),
        served_at=instant_in(raw.get("served_at")),
        by=words_in(raw.get("by"), LONGEST_NUMBER),
        resident=words_in(raw.get("resident"), LONGEST_REASON),
        reverses=reverses,
        reason=reason,
        payment=_noted(raw.get("payment"), Payment),
        companion_of=words_in(raw.get("companion_of"), LONGEST_NUMBER) or None,
        found_by=_noted(raw.get("found_by"), FoundBy),
        origin=words_in(raw.get("tablet"), LONGEST_NUMBER),
    )
    if reverses is not None and (not reason or reverses == record_id):
        raise Unfit(Problem.REVERSAL)
    return sent


def sequence_number(raw: object) -> int | None:
    """Give the number that the tablet gave a record; None when it gave none that can be one."""
    seq = raw.get("seq") if isinstance(raw, Mapping) else None
    return seq if isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq < LARGEST_SEQ else None


def maker_of(raw: object) -> str:
    """Give the number of the tablet that a record was made on, empty for the one that sends it.

    >>> maker_of({"tablet": "T-2"}), maker_of({"tablet": chr(0)}), maker_of(None)
    ('T-2', '', '')
    """
    given = raw.get("tablet") if isinstance(raw, Mapping) else None
    if not isinstance(given, str) or len(given) > LONGEST_NUMBER or _UNSTORABLE.search(given):
        return ""
    return given


def record_id_of(raw: object) -> str:
    """Give the id under which a record is answered and kept, whatever it is; empty when there is none."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    return _UNSTORABLE.sub("", str(given))[:64] if isinstance(given, str | int) else ""


def identity_in(written: str) -> str | None:
    """Give the identity number that was sent as a resident; None when it is none.

    >>> identity_in("11010519491231002x"), identity_in("R-000123")
    ('11010519491231002X', None)
    """
    try:
        return identity(written).number
    except Unreadable:
        return None


def may_be_number(written: str) -> bool:
    """Tell whether something unknown may stand in the ledger as a resident number.

    A name, a phone or an identity number with a slip may not: the ledger names nobody.

    >>> [may_be_number(each) for each in ("R-000123", "张三", "13812345678", "A1101051949123100")]
    [True, False, False, False]
    """
    return bool(_RESIDENT_NO.fullmatch(written)) and not _MANY_DIGITS.search(written)


def looks_like_card(written: str) -> bool:
    """Tell whether something that nobody holds was meant as a card.

    >>> looks_like_card("c4k7-m29q-xtb4"), looks_like_card("R-000123")
    (True, False)
    """
    return bool(_CARD.fullmatch(compact(written)))


def compact(written: str) -> str:
    """Give what was typed or scanned without what scanners and fingers add.

    >>> compact(" ｃ4k7-m29q xtb4 ")
    'C4K7M29QXTB4'
    """
    return _SPARE.sub("", half_width(written)).upper()


def uuid_in(given: object, problem: Problem) -> UUID:
    """Give the UUID that was sent.

    Raises: Unfit.
    """
    try:
        return UUID(given) if isinstance(given, str) else _unfit(problem)
    except ValueError:
        return _unfit(problem)


def _choice(given: object, kind: type[_Kind], problem: Problem) -> _Kind:
    try:
        return kind(given) if isinstance(given, str) else _unfit(problem)
    except ValueError:
        return _unfit(problem)


def _noted(given: object, kind: type[_Kind]) -> _Kind | None:
    """Read a note that is nice to have: a newer till may note what this server does not know yet."""
    try:
        return kind(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _price(given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= DEAREST_MEAL_FEN:
        return given
    return _unfit(Problem.PRICE)


def instant_in(given: object) -> datetime:
    """Give the aware instant that was sent.

    Raises: Unfit.
    """
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 2000 <= at.year <= 2200:  # noqa: PLR2004 - before and after us
        return _unfit(Problem.TIME)
    return at


def words_in(given: object, longest: int) -> str:
    """Give the text that was sent, empty for none.

    Raises: Unfit when it is too long, or holds what no database stores.
    """
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > longest or _UNSTORABLE.search(given):
        return _unfit(Problem.WORDS)
    return given.strip()


def _unfit(problem: Problem) -> NoReturn:
    raise Unfit(problem)
