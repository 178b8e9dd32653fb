"""Home of writing down who somebody is: the row's columns, sealed and indexed, from what was read."""

from __future__ import annotations

from app.areas import queries as areas
from app.errors import DomainError, NotFound
from app.residents import queries
from app.residents.models import Resident
from app.residents.rules.identity import Identity
from app.residents.rules.names import search_keys, sort_key
from app.residents.rules.record import Person
from app.roles import Actor
from app.sheet.cells import Unreadable
from app.text import text


def identity_columns(identity: Identity, *, held: str | None = None) -> dict[str, object]:
    """Give the columns that an identity number fills; what it is found by already (`held`) stays."""
    lookups = queries.identity_lookups(identity.number)
    return {
        "identity_number": identity.number,
        "identity_index": held if held in lookups else lookups[0],
        "identity_tail": identity.number[-4:],
        "birth_on": identity.birth_on,
        "sex": identity.sex.value,
    }


def person_columns(person: Person) -> dict[str, object]:
    """Give the columns that the rest of a person fills."""
    return {
        "name": person.name,
        "name_key": sort_key(person.name),
        "search_keys": f" {' '.join(search_keys(person.name))} ",
        "phone": person.phone,
        "phone_tail": person.phone[-4:] if person.phone else None,
        "registered_area": person.registered_area,
        "residence_area": person.residence_area,
        "address": person.address,
        "latitude": person.place.lat if person.place else None,
        "longitude": person.place.lon if person.place else None,
    }


def write(resident: Resident, columns: dict[str, object]) -> list[str]:
    """Write columns that differ; give their names."""
    changed = [name for name, value in columns.items() if getattr(resident, name) != value]
    for name in changed:
        setattr(resident, name, columns[name])
    return changed


def resident_for(resident_no: str, *, by: Actor) -> Resident:
    """Give a resident to act on.

    Raises: NotFound, also for one who lies outside the actor's scope.
    """
    resident = queries.resident_of(resident_no, by.scope)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=resident_no))
    return resident


def ensure_known_areas(person: Person, known: frozenset[str]) -> None:
    """Refuse a code that the list of its district does not have; other districts' lists are not kept here.

    Raises: Unreadable.
    """
    for field, code in (
        ("registered_area", person.registered_area),
        ("residence_area", person.residence_area),
    ):
        if code[:6] in known and code not in known:
            raise Unreadable(
                text("There is no place with the code {code}.", code=code),
                text("Look the code up in the list of places."),
                field=field,
            )


def ensure_in_scope(person: Person, *, by: Actor) -> None:
    """Refuse somebody who neither lives nor is registered where the actor may act.

    Raises: Unreadable.
    """
    covers = by.scope.covers
    if by.scope.site_code is not None or not (
        covers(person.residence_area) or covers(person.registered_area)
    ):
        raise Unreadable(
            text("This person neither lives nor is registered in your area ({area}).", area=by.scope.area),
            text("Leave them to their own community or street."),
            field="residence_area",
        )


def ensure_unregistered(identity: Identity, *, but: Resident | None = None) -> None:
    """Refuse an identity number that another resident has.

    Raises: DomainError, naming the other's resident number.
    """
    other = queries.resident_of_identity(identity.number)
    if other is not None and other is not but:
        raise DomainError(
            text(
                "This identity number is registered already, as {resident_no}.", resident_no=other.resident_no
            ),
            field="id_number",
        )


def known_areas() -> frozenset[str]:
    """Give the codes of the places that are known."""
    return areas.known_codes()
