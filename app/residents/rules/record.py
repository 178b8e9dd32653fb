"""Home of what is written down about a resident: who it is, where, and what a file's row says of them."""

from __future__ import annotations

from dataclasses import dataclass

from app.place import Point
from app.residents.rules.facts import CategoryPeriod, StatusChange
from app.residents.rules.identity import Identity


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept about a person beside the identity; areas are official codes, whole or a prefix."""

    name: str
    phone: str | None
    registered_area: str
    residence_area: str
    address: str = ""
    place: Point | None = None


@dataclass(frozen=True, slots=True)
class ResidentRecord:
    """All that one row of a file says: without a number the person is found by identity, or gets one.

    The categories are all that the person holds or held; the status is the one that began last.
    """

    resident_no: str | None
    identity: Identity
    person: Person
    status: StatusChange | None
    categories: tuple[CategoryPeriod, ...]
