"""Home of what one tap can do about a record kept apart, from its problem, its content and what is known.

Whatever is missing or wrong is filled with what is most likely, and each filling is named on the button. Who
ate is never guessed: it is who the record names, if somebody is registered so by now, or else nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from app import clock
from app.canteens.rules import Sitting
from app.meals.rules import Channel, FoundBy, Payment, sitting_at
from app.money import format_yuan
from app.text import Text, text
from app.till.rules.drafts import Draft
from app.till.rules.quarantine import Problem
from app.till.rules.records import AHEAD_AT_MOST

T = TypeVar("T")
_OF_KEPT_APART = UUID("5b0c8a5e-2f0d-4c57-9d0a-6a3d6f1f7c11")
_KEY_LENGTH = 16
_ENOUGH = 2
"""How many of sitting, price and time must be readable, so that the third may be filled in with one tap."""
_OLDEST = timedelta(days=60)
"""How long a tablet may have been without a network when it is believed that its clock alone was wrong."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A record as a person lets it into the ledger: whole, and with who ate found out.

    `resident_no` is empty for nobody registered; `sent_as` is how the record named them, where the ledger's
    digest needs it.
    """

    id: UUID
    site_code: str
    resident_no: str
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime
    by: str
    tablet: str
    seq: int | None = None
    reverses: UUID | None = None
    reason: str = ""
    payment: Payment | None = None
    companion_of: str | None = None
    found_by: FoundBy | None = None
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """What one button does; `steps` say what it fills in, and `key` stands for exactly this outcome."""

    steps: tuple[Text, ...]
    mended: Mended

    @property
    def key(self) -> str:
        """Give the same key only for the same outcome: what was shown is what is done, or nothing is."""
        return hashlib.sha256(repr(self.mended).encode()).hexdigest()[:_KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a record means, as the register knows it now."""

    resident_no: str
    name: str
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A site that a record may belong to."""

    site_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known now about a record that was kept apart.

    `tablet_no` sent it from `here`. `origin` is where the tablet stands that made it, and `undone` where the
    meal was served that it undoes; None where that is not known. `prices` are those of `here`: sitting, first
    day and fen, the newest first. `may_stand` tells that an unknown resident number may stand in the ledger.
    """

    tablet_no: str
    digest: str
    here: Place
    received_at: datetime
    skew_seconds: int | None = None
    is_id_taken: bool = False
    meant: Meant | None = None
    may_stand: bool = False
    prices: Sequence[tuple[Sitting, date, int]] = ()
    origin: Place | None = None
    undone: Place | None = None
    sites_in_reach: Collection[str] = ()


def own_id(tablet_no: str, digest: str) -> UUID:
    """Give the id of a record whose own is none, or stands for something else: always the same one.

    >>> own_id("T-1", "ab") == own_id("T-1", "ab"), own_id("T-1", "ab") == own_id("T-2", "ab")
    (True, False)
    """
    return uuid5(_OF_KEPT_APART, f"{tablet_no} {digest}")


def id_for(problem: Problem, draft: Draft, known: Known) -> UUID:
    """Give the id under which a record goes into the ledger: its own where that can be."""
    if draft.id is None or known.is_id_taken or problem is Problem.SAME_ID:
        return own_id(known.tablet_no, known.digest)
    return draft.id


def maker_at(site_code: str, draft: Draft, known: Known) -> str:
    """Give the tablet that a record of a site was made on: the one it names if that stands there."""
    stands_there = known.origin is not None and known.origin.site_code == site_code
    return draft.origin if stands_there else known.tablet_no


def fixes(problem: Problem, draft: Draft, known: Known) -> tuple[Fix, ...]:
    """Give what one tap can do, the most likely first; nothing where only a person can tell what is meant."""
    if draft.is_undoing and (draft.reverses in (None, draft.id) or not draft.reason):
        return ()
    if sum(member is not None for member in (draft.sitting, draft.price_fen, draft.served_at)) < _ENOUGH:
        return ()
    ways = product(_places(draft, known), _times(draft, known), _eaters(draft, known))
    tried = (_fix(id_for(problem, draft, known), draft, known, way=way) for way in ways)
    return tuple(fix for fix in tried if fix is not None)


@dataclass(frozen=True, slots=True)
class _Filled(Generic[T]):
    """One member as it is filled in, and what the button says of that; nothing when it is as it came."""

    value: T
    step: Text | None = None


_Way = tuple[_Filled[Place], _Filled[datetime], _Filled[Meant]]


def _fix(record_id: UUID, draft: Draft, known: Known, *, way: _Way) -> Fix | None:
    """Fill in what is missing; None when nobody knows the price."""
    place, when, eater = way
    sitting, channel = _sitting(draft, when.value), _channel(draft)
    price = _price(draft, known, sitting.value, on=clock.on(when.value))
    if price is None:
        return None
    filled = (place, when, sitting, channel, price, eater)
    steps = [part.step for part in filled if part.step is not None]
    if draft.left_out:
        steps.append(text("without the text that cannot be stored"))
    if record_id != draft.id:
        steps.append(text("under a number of its own"))
    mended = Mended(
        id=record_id,
        site_code=place.value.site_code,
        resident_no=eater.value.resident_no,
        sitting=sitting.value,
        channel=channel.value,
        price_fen=price.value,
        served_at=when.value,
        by=draft.by,
        tablet=maker_at(place.value.site_code, draft, known),
        seq=draft.seq,
        reverses=draft.reverses,
        reason=draft.reason,
        payment=draft.payment,
        companion_of=draft.companion_of,
        found_by=draft.found_by,
        sent_as=eater.value.sent_as,
    )
    return Fix(tuple(steps), mended)


def _places(draft: Draft, known: Known) -> Iterator[_Filled[Place]]:
    """Give the sites where a record may belong: here, unless it says otherwise.

    What undoes a meal belongs where the meal was served, and is for whoever may act there.
    """
    says_otherwise = known.undone is not None if draft.is_undoing else bool(draft.origin)
    elsewhere = known.undone if draft.is_undoing else known.origin
    if not says_otherwise or elsewhere == known.here:
        yield _Filled(known.here)
        return
    if elsewhere is not None and elsewhere.site_code in known.sites_in_reach:
        yield _Filled(elsewhere, text("for {site}", site=elsewhere.name))
    if not draft.is_undoing:
        yield _Filled(known.here, text("for {site}", site=known.here.name))


def _times(draft: Draft, known: Known) -> Iterator[_Filled[datetime]]:
    """Give when it may have been: as the tablet says, by its clock put right, or when it came."""
    if draft.served_at is not None and draft.served_at <= known.received_at + AHEAD_AT_MOST:
        yield _Filled(draft.served_at)
        return
    if draft.served_at is not None and known.skew_seconds:
        right = draft.served_at - timedelta(seconds=known.skew_seconds)
        if known.received_at - _OLDEST < right <= known.received_at:
            yield _Filled(right, text("at {time}, its clock put right", time=_written(right)))
    step = text("with the time it was received, {time}", time=_written(known.received_at))
    yield _Filled(known.received_at, step)


def _eaters(draft: Draft, known: Known) -> Iterator[_Filled[Meant]]:
    """Give who may have eaten."""
    nobody = Meant("", "")
    if known.meant is not None:
        who = known.meant
        step = text(
            "for {name} ({resident_no}), who is registered", name=who.name, resident_no=who.resident_no
        )
        yield _Filled(who, None if who.resident_no == draft.resident else step)
    elif known.may_stand or not draft.resident:
        yield _Filled(replace(nobody, resident_no=draft.resident))
    else:
        step = text("at full price, as not registered")
        yield _Filled(nobody, None if draft.is_undoing else step)


def _sitting(draft: Draft, at: datetime) -> _Filled[Sitting]:
    if draft.sitting is not None:
        return _Filled(draft.sitting)
    sitting = sitting_at(at)
    return _Filled(sitting, text("as {sitting}, by its time", sitting=sitting.label))


def _channel(draft: Draft) -> _Filled[Channel]:
    if draft.channel is not None:
        return _Filled(draft.channel)
    return _Filled(Channel.DINE_IN, text("as {channel}", channel=Channel.DINE_IN.label))


def _price(draft: Draft, known: Known, sitting: Sitting, *, on: date) -> _Filled[int] | None:
    if draft.price_fen is not None:
        return _Filled(draft.price_fen)
    price_fen = next((fen for of, since, fen in known.prices if of is sitting and since <= on), None)
    if price_fen is None:
        return None
    return _Filled(price_fen, text("at the site's price of {yuan}", yuan=format_yuan(price_fen)))


def _written(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M")
