"""Home of the queries on residents; always ordered, and within a viewer's scope where rows are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, selectinload

from app.database import among, fetch
from app.extensions import db
from app.residents.models import (
    Resident,
    ResidentAbsence,
    ResidentCard,
    ResidentCategory,
    ResidentStatus,
)
from app.residents.rules.cards import CardCodes
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.residents.rules.search import Kind, sought
from app.roles import Scope
from app.sealing import keyring

_T = TypeVar("_T")
_AT_ONCE = 5000
IDENTITY = "resident.identity_number"
"""The context of the keyed index of identity numbers."""


def residents(
    scope: Scope, *, query: str = "", area: str = "", category: Category | None = None
) -> Select[Resident]:
    """Select the residents whom a search finds within a scope, sorted by name, with what is dated of them.

    `area` narrows to those living there; `category` to those who hold or held it.
    """
    dated = selectinload(Resident.statuses), selectinload(Resident.categories)
    found = select(Resident).where(within(scope), matches(query)).options(*dated)
    if area:
        found = found.where(Resident.residence_area.startswith(area, autoescape=True))
    if category is not None:
        found = found.where(
            Resident.id.in_(select(ResidentCategory.resident_id).where(ResidentCategory.category == category))
        )
    return found.order_by(Resident.name_key, Resident.resident_no)


def within(scope: Scope) -> ColumnElement[bool]:
    """Say in SQL who lies within a scope: by residence or by registration. A site's staff see nobody."""
    if scope.site_code is not None:
        return false()
    if not scope.area:
        return true()
    return or_(
        Resident.residence_area.startswith(scope.area, autoescape=True),
        Resident.registered_area.startswith(scope.area, autoescape=True),
    )


def matches(query: str) -> ColumnElement[bool]:
    """Say in SQL whom a search means: name, pinyin, the end of a number, a whole one, or a card's code."""
    card = card_sought(query)
    if card is not None:
        return Resident.id == card.resident_id
    what = sought(query)
    return _MEANT[what.kind](what.value)


def _with_tail(tail: str) -> ColumnElement[bool]:
    return or_(Resident.phone_tail == tail, Resident.identity_tail == tail, _with_number(tail))


def _with_number(part: str) -> ColumnElement[bool]:
    return func.upper(Resident.resident_no).contains(part, autoescape=True)


_MEANT: dict[Kind, Callable[[str], ColumnElement[bool]]] = {
    Kind.EVERYONE: lambda _: true(),
    Kind.NAME: lambda part: Resident.name.contains(part, autoescape=True),
    Kind.LETTERS: lambda letters: Resident.search_keys.contains(f" {letters}", autoescape=True),
    Kind.IDENTITY: lambda number: Resident.identity_index.in_(identity_lookups(number)),
    Kind.PHONE: lambda number: Resident.id.in_(_ids_with_phone(number)),
    Kind.TAIL: _with_tail,
    Kind.RESIDENT_NO: _with_number,
}


def _ids_with_phone(number: str) -> list[int]:
    """Find a whole phone number among those with its end; the numbers themselves are sealed."""
    rows = db.session.execute(
        select(Resident.id, Resident.phone).where(Resident.phone_tail == number[-4:]).order_by(Resident.id)
    )
    return [row.id for row in rows if row.phone == number]


def resident_of(resident_no: str, scope: Scope) -> Resident | None:
    """Give a resident by number, unless they lie outside the scope."""
    return db.session.execute(
        select(Resident).where(Resident.resident_no == resident_no, within(scope))
    ).scalar_one_or_none()


def resident_of_identity(number: str) -> Resident | None:
    """Give the resident with this whole identity number, wherever they are."""
    return db.session.execute(
        select(Resident).where(Resident.identity_index.in_(identity_lookups(number)))
    ).scalar_one_or_none()


def identity_index(number: str) -> str:
    """Give the keyed index of a whole identity number by which facts name it; it tells nothing."""
    return keyring.index(number, context=IDENTITY)


def identity_lookups(number: str) -> tuple[str, ...]:
    """Give what the row of a whole identity number may be found by: what is written now, and was before."""
    return keyring.lookups(number, context=IDENTITY)


def number_named_by(index: str) -> str | None:
    """Give the number of the resident whom a fact names by the index of their identity number.

    Once look-ups have a key of their own, no row says it: then every identity number is opened.
    """
    found = numbers_by_identity([index]).get(index)
    if found is not None or identity_lookups("")[-1] == identity_index(""):
        return found
    everybody = (
        select(Resident.resident_no, Resident.identity_number)
        .where(Resident.identity_number.is_not(None))
        .order_by(Resident.id)
        .execution_options(yield_per=2000)
    )
    with db.session.execute(everybody) as rows:
        return next((no for no, number in rows if number and identity_index(number) == index), None)


def numbers_by_identity(indexes: Collection[str]) -> dict[str, str]:
    """Give the resident number of each identity index that somebody is registered with."""
    rows = db.session.execute(
        select(Resident.identity_index, Resident.resident_no).where(Resident.identity_index.in_(indexes))
    )
    return {row.identity_index: row.resident_no for row in rows}


def residents_for_import(resident_nos: Collection[str], indexes: Collection[str]) -> list[Resident]:
    """Give those whom rows of a file may mean, with all that is dated about them."""
    return list(
        db.session.execute(
            select(Resident)
            .where(or_(Resident.resident_no.in_(resident_nos), Resident.identity_index.in_(indexes)))
            .options(selectinload(Resident.statuses), selectinload(Resident.categories))
            .order_by(Resident.id)
        ).scalars()
    )


def free_number() -> str:
    """Give a resident number that nobody has."""
    number = db.session.execute(select(func.coalesce(func.max(Resident.id), 0))).scalar_one() + 1
    while is_taken(f"R-{number:06d}"):
        number += 1
    return f"R-{number:06d}"


def is_taken(resident_no: str) -> bool:
    """Tell whether somebody has this resident number."""
    return db.session.execute(
        select(select(Resident.id).where(Resident.resident_no == resident_no).exists())
    ).scalar_one()


def facts_of(resident_nos: Collection[str]) -> dict[str, ResidentFacts]:
    """Give what adjudication must know of these residents, by number; unknown numbers are left out.

    Columns, not objects, and in one go: a batch of meals waits for it, and a month asks for a district.
    """
    found: dict[str, ResidentFacts] = {}
    rows = fetch(db.session, _FACTS, {"resident_nos": list(set(resident_nos))})
    for resident_no, of_person in groupby(rows, key=itemgetter(0)):
        # A person with several statuses and several categories comes once for each pair of them.
        each = [(row[1:4], row[4:6], row[6:10]) for row in of_person]
        statuses = dict.fromkeys(status for _, status, _ in each if status[0] is not None)
        categories = dict.fromkeys(held for _, _, held in each if held[0] is not None)
        found[resident_no] = ResidentFacts(
            resident_no,
            *each[0][0],
            statuses=tuple(StatusChange(*status) for status in statuses),
            categories=tuple(CategoryPeriod(*held) for held in categories),
        )
    return found


_FACTS = (
    select(
        Resident.resident_no,
        Resident.birth_on,
        Resident.registered_area,
        Resident.residence_area,
        ResidentStatus.status,
        ResidentStatus.from_on,
        ResidentCategory.category,
        ResidentCategory.grade,
        ResidentCategory.from_on,
        ResidentCategory.until_on,
    )
    .outerjoin(ResidentStatus, ResidentStatus.resident_id == Resident.id)
    .outerjoin(ResidentCategory, ResidentCategory.resident_id == Resident.id)
    .where(among(Resident.resident_no, "resident_nos"))
    .order_by(
        Resident.resident_no, ResidentStatus.from_on, ResidentCategory.from_on, ResidentCategory.category
    )
)


def _portions(wanted: list[_T]) -> Iterator[list[_T]]:
    """Cut a list into parts that one query may name: a database takes so many values at once."""
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))


def residents_of(resident_nos: Collection[str], scope: Scope) -> list[Resident]:
    """Give those of these residents who lie within the scope."""
    return list(
        db.session.execute(
            select(Resident)
            .where(Resident.resident_no.in_(resident_nos), within(scope))
            .options(selectinload(Resident.statuses), selectinload(Resident.categories))
            .order_by(Resident.resident_no)
        ).scalars()
    )


def card_sought(query: str) -> ResidentCard | None:
    """Give the card whose code was typed or scanned into a search, also one that has ended."""
    code = sought(query).card
    return db.session.get(ResidentCard, code) if code else None


def card_to_end(code: str, resident_id: int) -> ResidentCard | None:
    """Give a resident's card, locked until the act commits, so that it ends once."""
    return db.session.execute(
        select(ResidentCard)
        .where(ResidentCard.code == code, ResidentCard.resident_id == resident_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def cards_of(resident_id: int) -> list[ResidentCard]:
    """Give a resident's cards, the one that holds first, then the last one ended."""
    return list(
        db.session.execute(
            select(ResidentCard)
            .where(ResidentCard.resident_id == resident_id)
            .order_by(ResidentCard.ended_at.is_not(None), ResidentCard.ended_at.desc(), ResidentCard.code)
        ).scalars()
    )


def valid_cards(resident_ids: Collection[int]) -> dict[int, ResidentCard]:
    """Give the cards that these residents hold, by the residents' ids."""
    rows = db.session.execute(
        select(ResidentCard).where(
            ResidentCard.resident_id.in_(resident_ids), ResidentCard.ended_at.is_(None)
        )
    ).scalars()
    return {card.resident_id: card for card in rows}


def residents_by_card(codes: Collection[str]) -> dict[str, str]:
    """Give whose each of these cards is, as resident numbers; ended cards too, unknown ones are left out."""
    found: dict[str, str] = {}
    for some in _portions(sorted(set(codes))):
        rows = db.session.execute(
            select(ResidentCard.code, Resident.resident_no)
            .join(Resident, Resident.id == ResidentCard.resident_id)
            .where(ResidentCard.code.in_(some))
        )
        found.update((row.code, row.resident_no) for row in rows)
    return found


def card_codes_of(resident_ids: Collection[int]) -> dict[int, CardCodes]:
    """Give the codes of these residents' cards, by the residents' ids; who never had one is left out."""
    valid: dict[int, list[str]] = defaultdict(list)
    lost: dict[int, list[str]] = defaultdict(list)
    for some in _portions(sorted(set(resident_ids))):
        rows = db.session.execute(
            select(
                ResidentCard.resident_id, ResidentCard.code, ResidentCard.ended_at.is_(None).label("is_valid")
            )
            .where(ResidentCard.resident_id.in_(some))
            .order_by(ResidentCard.resident_id, ResidentCard.issued_at, ResidentCard.code)
        )
        for row in rows:
            (valid if row.is_valid else lost)[row.resident_id].append(row.code)
    return {each: CardCodes(tuple(valid[each]), tuple(lost[each])) for each in sorted({*valid, *lost})}


def card_takers(
    scope: Scope,
    *,
    on: date,
    area: str = "",
    without_card_only: bool = False,
    issued_since: datetime | None = None,
) -> Select[str]:
    """Select the numbers of those who may be given a card, neighbours together.

    They are active on the day and lie within the scope, those who live in the area if there is one.
    `without_card_only` leaves out who holds a card; `issued_since` whose card is older, and who has none.
    """
    chosen = [within(scope), is_active_on(on)]
    if area:
        chosen.append(Resident.residence_area.startswith(area, autoescape=True))
    if without_card_only:
        chosen.append(~_holds_a_card())
    if issued_since is not None:
        chosen.append(_holds_a_card(ResidentCard.issued_at >= issued_since))
    return (
        select(Resident.resident_no)
        .where(*chosen)
        .order_by(Resident.residence_area, Resident.name_key, Resident.resident_no)
    )


def numbers(chosen: Select[str]) -> list[str]:
    """Give the resident numbers that a query selects, in its order."""
    return list(db.session.execute(chosen).scalars())


def how_many(chosen: Select[str]) -> int:
    """Count the residents that a query selects."""
    counted = select(func.count()).select_from(chosen.order_by(None).subquery())
    return db.session.execute(counted).scalar_one()


def _holds_a_card(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ResidentCard.resident_id == Resident.id, ResidentCard.ended_at.is_(None), *more)


def is_active_on(day: date | InstrumentedAttribute[date]) -> ColumnElement[bool]:
    """Say in SQL who is active on a day, or a column's: by the newest change of status, or without any."""
    later = aliased(ResidentStatus)
    # A column's day is that of the row outside, however deep this stands: never any row's of its table.
    is_newest = ~exists().where(
        later.resident_id == ResidentStatus.resident_id,
        later.from_on <= day,
        later.from_on > ResidentStatus.from_on,
    ).correlate_except(later)
    return ~exists().where(
        ResidentStatus.resident_id == Resident.id,
        ResidentStatus.from_on <= day,
        ResidentStatus.status != Status.ACTIVE,
        is_newest,
    ).correlate_except(ResidentStatus)


def is_away_on(day: date | InstrumentedAttribute[date]) -> ColumnElement[bool]:
    """Say in SQL who is away from home on a day, or on a column's."""
    is_theirs = ResidentAbsence.resident_id == Resident.id
    return exists().where(is_theirs, absence_covers(day)).correlate_except(ResidentAbsence)


def absence_covers(day: date | InstrumentedAttribute[date]) -> ColumnElement[bool]:
    """Say in SQL what `Absence.covers` says."""
    begins, back = ResidentAbsence.from_on, ResidentAbsence.back_on
    return (begins <= day) & or_(back.is_(None), back > day)


@dataclass(frozen=True, slots=True)
class CardFace:
    """What is printed on a card."""

    code: str
    name: str
    resident_no: str
    issued_at: datetime


def card_faces(resident_nos: Collection[str], scope: Scope) -> list[CardFace]:
    """Give the cards that these residents hold as they are printed, neighbours together."""
    rows = db.session.execute(
        select(ResidentCard.code, Resident.name, Resident.resident_no, ResidentCard.issued_at)
        .join(Resident, Resident.id == ResidentCard.resident_id)
        .where(Resident.resident_no.in_(resident_nos), ResidentCard.ended_at.is_(None), within(scope))
        .order_by(Resident.residence_area, Resident.name_key, Resident.resident_no)
    )
    return [CardFace(row.code, row.name, row.resident_no, row.issued_at) for row in rows]


def phone_of(resident_id: int) -> str | None:
    """Give a resident's phone number, None when none is kept."""
    return db.session.execute(select(Resident.phone).where(Resident.id == resident_id)).scalar_one_or_none()
