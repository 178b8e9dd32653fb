"""Home of finding out whom the rows of a sheet mean: by number, card, identity number or words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.meals import queries as meals
from app.residents.models import Resident
from app.sheet.cells import half_width
from app.text import Text, text
from app.till.models import PaperSheet
from app.till.rules.keying import KeyedRow, TypedRow
from app.till.service.who import people_meant

SHOWN = 8
"""How many people are offered where words may mean several."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A typed row as it was understood.

    `keyed` is None while there is a `problem` with one of its fields. `was_searched` tells that the person
    was found by words, and nobody has compared them with the paper yet; `people` are who may be meant.
    """

    row: int
    keyed: KeyedRow | None = None
    problem: Text | None = None
    field: str = ""
    was_searched: bool = False
    people: Sequence[Resident] = ()


def read_rows(sheet: PaperSheet, typed: Mapping[int, TypedRow]) -> list[ReadRow]:
    """Find out what typed rows of a sheet mean, in the paper's order; blank ones are left out."""
    facts = sheet.facts
    filled = {row: each for row, each in sorted(typed.items()) if not each.is_blank(facts.regular(row))}
    found = found_people(sheet, [each.named for each in filled.values() if each.named])
    price_fen = meals.price_on(sheet.site_code, sheet.sitting, sheet.served_on)
    return [
        _read(row, each, found.get(each.named), regular=facts.regular(row), price_fen=price_fen)
        for row, each in filled.items()
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """Whom something typed may mean; `is_exact` when it was somebody's own number or card."""

    people: Sequence[Resident]
    is_exact: bool = False
    is_identity: bool = False


def found_people(sheet: PaperSheet, names: Sequence[str]) -> dict[str, Found]:
    """Find whom each of these may mean; an identity number is looked up, and never searched for by parts."""
    written = {name: half_width(name).upper() for name in names}
    meant = people_meant({*written, *written.values()})
    known = meals.people(set(meant.by_name.values()))
    found = {}
    for name, plain in written.items():
        as_typed, as_written = (known.get(meant.by_name.get(each, "")) for each in (name, plain))
        resident = as_typed or as_written
        if resident is not None:
            found[name] = Found([resident], is_exact=True)
        elif plain in meant.identity_indexes:
            found[name] = Found([], is_identity=True)
        else:
            found[name] = Found(meals.sought_at(sheet.site, name, sheet.served_on, limit=SHOWN + 1))
    return found


def _read(row: int, typed: TypedRow, found: Found | None, *, regular: str, price_fen: int | None) -> ReadRow:
    count, companions = typed.meals(regular), typed.companions or 0
    price_fen = price_fen if typed.price_fen is None else typed.price_fen
    if count + companions == 0:
        return ReadRow(row, problem=text("Type how many meals."), field="count")
    if price_fen is None:
        return ReadRow(row, problem=text("This site has no price yet. Type it."), field="price")
    if found is None:
        if not typed.note and not typed.who:
            return ReadRow(row, problem=_NOBODY, field="who")
        return ReadRow(row, KeyedRow(row, "", typed.channel, count, companions, price_fen, _note(typed)))
    if len(found.people) != 1:
        return _unclear(row, found)
    who = found.people[0].resident_no
    keyed = KeyedRow(row, who, typed.channel, count, companions, price_fen, typed.note)
    return ReadRow(row, keyed, was_searched=not found.is_exact, people=found.people)


def _unclear(row: int, found: Found) -> ReadRow:
    """Say that nobody is found, or too many are."""
    if found.people:
        return ReadRow(
            row,
            problem=text("Several people may be meant. Choose one, or type more."),
            field="chosen",
            people=found.people[:SHOWN],
        )
    if found.is_identity:
        unknown = text(
            "Nobody is registered with this identity number. Register them first, or tick “not registered”."
        )
    else:
        unknown = text("Nobody is found. Type a number, register them first, or tick “not registered”.")
    return ReadRow(row, problem=unknown, field="who")


def _note(typed: TypedRow) -> str:
    """Give what is noted on somebody who is not registered: it stays with the sheet, sealed."""
    return " ".join(part for part in (typed.who, typed.note) if part)


_NOBODY = text("Say who ate: a number, or a name in the note for who is not registered.")
