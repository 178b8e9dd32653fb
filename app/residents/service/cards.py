"""Home of residents' cards: given out one by one or for many, reported lost, and given anew."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from app import clock
from app.audit import service as audit
from app.database import insert_rows
from app.errors import DomainError, NotFound
from app.extensions import db
from app.residents import queries
from app.residents.models import Resident, ResidentCard
from app.residents.rules.cards import CHANCE_BITS, EndReason, made_code, tail
from app.residents.rules.facts import Status
from app.residents.service.person import resident_for
from app.roles import Actor
from app.text import text


def issue(resident_no: str, *, by: Actor, at: datetime) -> ResidentCard:
    """Give a resident a card; who holds one keeps it.

    Raises: NotFound; DomainError for somebody who has died.
    """
    return issue_many([resident_no], by=by, at=at)[resident_no]


def issue_many(resident_nos: Collection[str], *, by: Actor, at: datetime) -> dict[str, ResidentCard]:
    """Give each of these residents a card, but who holds one keeps it; give all their cards by number.

    Raises: NotFound when one of them lies outside the scope; DomainError for somebody who has died.
    """
    residents = _residents(resident_nos, by=by)
    held, fresh = _with_cards(residents, by=by, at=at)
    for resident in fresh:
        _record("card.issued", resident, {"card": tail(held[resident.id].code)}, by=by, at=at)
    return {resident.resident_no: held[resident.id] for resident in residents}


def report_lost(resident_no: str, code: str, *, by: Actor, at: datetime) -> ResidentCard:
    """End a card that its holder has lost; one that has ended stays as it is.

    Raises: NotFound.
    """
    resident = resident_for(resident_no, by=by)
    card = _card_of(resident, code)
    if card.is_valid:
        _end(card, resident, EndReason.LOST, at=at)
        _record("card.lost", resident, {"card": tail(code)}, by=by, at=at)
    return card


def reissue(resident_no: str, code: str, reason: EndReason, *, by: Actor, at: datetime) -> ResidentCard:
    """End a card and give a new one in the same act; give the card that holds from now on.

    The act names the card that ends, so that a second click does not end the new one too.
    Raises: NotFound; DomainError for somebody who has died.
    """
    resident = resident_for(resident_no, by=by)
    ended = _card_of(resident, code)
    if not ended.is_valid:
        return issue(resident_no, by=by, at=at)
    _end(ended, resident, reason, at=at)
    held, _ = _with_cards([resident], by=by, at=at)
    card = held[resident.id]
    detail = {"card": tail(card.code), "ended": tail(code), "reason": reason.value}
    _record("card.reissued", resident, detail, by=by, at=at)
    return card


def _residents(resident_nos: Collection[str], *, by: Actor) -> list[Resident]:
    found = queries.residents_of(resident_nos, by.scope)
    missing = set(resident_nos) - {resident.resident_no for resident in found}
    if missing:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=min(missing)))
    return found


def _card_of(resident: Resident, code: str) -> ResidentCard:
    card = queries.card_to_end(code, resident.id)
    if card is None:
        raise NotFound(text("This card is no longer there. Reload the page."))
    return card


def _with_cards(
    residents: Sequence[Resident], *, by: Actor, at: datetime
) -> tuple[dict[int, ResidentCard], list[Resident]]:
    """Give the cards that these residents hold, by their ids, and who got theirs only now.

    When two hands give at once the database takes one card, and both go on with that one. A code that is
    taken already is drawn again.
    """
    ids = [resident.id for resident in residents]
    held = queries.valid_cards(ids)
    fresh: list[Resident] = []
    while lacking := [resident for resident in residents if resident.id not in held]:
        drawn = _draw(lacking, by=by, at=at)
        held = queries.valid_cards(ids)
        fresh += [each for each in lacking if each.id in held and held[each.id].code in drawn]
    for resident in fresh:
        resident.changed_at = at
    return held, fresh


def _draw(residents: Sequence[Resident], *, by: Actor, at: datetime) -> set[str]:
    """Write down a new card for each of these residents; give the codes."""
    for resident in residents:
        _ensure_alive(resident, at=at)
    rows = [
        {
            "code": made_code(secrets.randbits(CHANCE_BITS)),
            "resident_id": resident.id,
            "issued_at": at,
            "issued_by": by.user_no,
        }
        for resident in residents
    ]
    insert_rows(db.session, ResidentCard, rows, if_new=True)
    return {str(row["code"]) for row in rows}


def _ensure_alive(resident: Resident, *, at: datetime) -> None:
    if resident.facts.status_on(clock.on(at)) is Status.DECEASED:
        raise DomainError(
            text(
                "{resident_no} is written down as deceased and gets no card. If that is wrong, correct the "
                "status first.",
                resident_no=resident.resident_no,
            )
        )


def _end(card: ResidentCard, resident: Resident, reason: EndReason, *, at: datetime) -> None:
    card.ended_at, card.end_reason = at, reason
    resident.changed_at = at
    db.session.flush()


def _record(
    action: str, resident: Resident, detail: Mapping[str, object], *, by: Actor, at: datetime
) -> None:
    audit.record(action, f"resident:{resident.resident_no}", by=by, at=at, detail=detail)
