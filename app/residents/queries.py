"""Home of the queries on residents; always ordered, and within a viewer's scope where rows are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from app.extensions import db
from app.residents.models import Resident, ResidentCategory, ResidentStatus
from app.residents.rules.facts import CategoryPeriod, ResidentFacts, StatusChange

_AT_ONCE = 5000


def facts_of(resident_nos: Collection[str]) -> dict[str, ResidentFacts]:
    """Give what adjudication must know of these residents, by number; unknown numbers are left out."""
    wanted = sorted(set(resident_nos))
    found: dict[str, ResidentFacts] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(_facts_of(wanted[start : start + _AT_ONCE]))
    return found


def _facts_of(resident_nos: list[str]) -> dict[str, ResidentFacts]:
    """Read columns, not objects: a month's settlement asks for a whole district."""
    people = db.session.execute(
        select(
            Resident.id,
            Resident.resident_no,
            Resident.birth_on,
            Resident.registered_area,
            Resident.residence_area,
        )
        .where(Resident.resident_no.in_(resident_nos))
        .order_by(Resident.resident_no)
    ).all()
    statuses: dict[int, list[StatusChange]] = defaultdict(list)
    categories: dict[int, list[CategoryPeriod]] = defaultdict(list)
    asked = select(Resident.id).where(Resident.resident_no.in_(resident_nos))
    for status in db.session.execute(
        select(ResidentStatus.resident_id, ResidentStatus.status, ResidentStatus.from_on)
        .where(ResidentStatus.resident_id.in_(asked))
        .order_by(ResidentStatus.resident_id, ResidentStatus.from_on)
    ):
        statuses[status.resident_id].append(StatusChange(status.status, status.from_on))
    for held in db.session.execute(
        select(
            ResidentCategory.resident_id,
            ResidentCategory.category,
            ResidentCategory.grade,
            ResidentCategory.from_on,
            ResidentCategory.until_on,
        )
        .where(ResidentCategory.resident_id.in_(asked))
        .order_by(ResidentCategory.resident_id, ResidentCategory.from_on, ResidentCategory.category)
    ):
        categories[held.resident_id].append(
            CategoryPeriod(held.category, held.grade, held.from_on, held.until_on)
        )
    return {
        person.resident_no: ResidentFacts(
            resident_no=person.resident_no,
            birth_on=person.birth_on,
            registered_area=person.registered_area,
            residence_area=person.residence_area,
            statuses=tuple(statuses[person.id]),
            categories=tuple(categories[person.id]),
        )
        for person in people
    }
