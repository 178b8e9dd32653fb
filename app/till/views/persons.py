"""Home of what the pages of the till show of a resident, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.areas import queries as areas
from app.residents.models import Resident
from app.residents.rules.facts import age_on


@dataclass(frozen=True, slots=True)
class Person:
    """A resident as a row shows them: enough to know them among their namesakes."""

    resident_no: str
    name: str
    hint: str


def persons(residents: Iterable[Resident], on: date) -> dict[str, Person]:
    """Give residents as rows show them, by number, in their order."""
    shown = list(residents)
    places = areas.labels({resident.residence_area for resident in shown})
    return {
        resident.resident_no: Person(
            resident.resident_no, resident.name, _hint(resident, places[resident.residence_area], on)
        )
        for resident in shown
    }


def _hint(resident: Resident, place: str, on: date) -> str:
    age = gettext("%(age)s years", age=age_on(resident.birth_on, on))
    tail = gettext("phone …%(tail)s", tail=resident.phone_tail) if resident.phone_tail else ""
    return " · ".join(part for part in (age, place.rpartition(" ")[2], tail) if part)
