"""Home of registering a resident, correcting what is kept about them, and looking at their number."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.audit import service as audit
from app.errors import NotAllowed, NotFound
from app.extensions import db
from app.residents import queries
from app.residents.models import Resident
from app.residents.rules.identity import Identity, ensure_plausible
from app.residents.rules.record import Person
from app.residents.service.person import (
    ensure_in_scope,
    ensure_known_areas,
    ensure_unregistered,
    identity_columns,
    known_areas,
    person_columns,
    resident_for,
    write,
)
from app.residents.service.signals import tell
from app.roles import Actor, Permission
from app.text import text

_FACTS = {"birth_on", "registered_area", "residence_area", "identity_index"}
"""What others rest on: decisions, and meals that came under an identity number before anybody had it."""


def register(
    identity: Identity, person: Person, *, consent_on: date | None = None, by: Actor, at: datetime
) -> Resident:
    """Register somebody under a new resident number.

    Raises: DomainError for a number that is registered already, an unknown area, or one outside the scope.
    """
    ensure_plausible(identity, on=clock.on(at))
    ensure_unregistered(identity)
    ensure_known_areas(person, known_areas())
    ensure_in_scope(person, by=by)
    resident = Resident(
        resident_no=queries.free_number(),
        registered_at=at,
        consent_on=consent_on,
        **identity_columns(identity),
        **person_columns(person),
    )
    db.session.add(resident)
    db.session.flush()
    tell([resident.resident_no])
    audit.record("resident.registered", f"resident:{resident.resident_no}", by=by, at=at)
    return resident


def edit(
    resident_no: str,
    person: Person,
    *,
    identity: Identity | None = None,
    consent_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Resident:
    """Correct what is kept about a resident; without `identity` the number stays.

    Raises: NotFound; DomainError as for `register`.
    """
    resident = resident_for(resident_no, by=by)
    ensure_known_areas(person, known_areas())
    ensure_in_scope(person, by=by)
    columns = {**person_columns(person), "consent_on": consent_on}
    if identity is not None:
        ensure_plausible(identity, on=clock.on(at))
        ensure_unregistered(identity, but=resident)
        columns |= identity_columns(identity, held=resident.identity_index)
    changed = write(resident, columns)
    db.session.flush()
    if _FACTS & set(changed):
        tell([resident_no])
    if changed:
        resident.changed_at = at
        audit.record(
            "resident.edited", f"resident:{resident_no}", by=by, at=at, detail={"columns": sorted(changed)}
        )
    return resident


def reveal_identity(resident_no: str, *, by: Actor, at: datetime) -> str:
    """Give a resident's whole identity number; the trail keeps who looked.

    Raises: NotFound; NotAllowed for those who may only see it masked.
    """
    if not by.may(Permission.IDENTITY_REVEAL):
        raise NotAllowed(text("Your role shows identity numbers masked only."))
    resident = resident_for(resident_no, by=by)
    if resident.identity_number is None:
        raise NotFound(text("No identity number is kept for {resident_no}.", resident_no=resident_no))
    audit.record("resident.identity_revealed", f"resident:{resident_no}", by=by, at=at)
    return resident.identity_number


def reveal_phone(resident_no: str, *, by: Actor, at: datetime) -> str:
    """Give a resident's whole phone number; the trail keeps who looked.

    Raises: NotFound; NotAllowed for those who may only see it masked.
    """
    if not by.may(Permission.RESIDENTS_EDIT):
        raise NotAllowed(text("Your role shows phone numbers masked only."))
    resident = resident_for(resident_no, by=by)
    if resident.phone is None:
        raise NotFound(text("No phone number of {resident_no} is kept.", resident_no=resident_no))
    audit.record("resident.phone_revealed", f"resident:{resident_no}", by=by, at=at)
    return resident.phone
