"""Home of taking residents from a file: all of it or none, or its good rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from typing import TypeVar

from sqlalchemy import insert

from app import clock
from app.areas.service import seed_areas
from app.audit import service as audit
from app.errors import DomainError
from app.extensions import db
from app.residents import queries
from app.residents.models import Resident, ResidentCategory, ResidentStatus
from app.residents.rules.facts import CategoryPeriod
from app.residents.rules.identity import ensure_plausible
from app.residents.rules.record import ResidentRecord
from app.residents.service.person import (
    ensure_in_scope,
    ensure_known_areas,
    identity_columns,
    known_areas,
    person_columns,
    write,
)
from app.residents.service.signals import tell
from app.roles import Actor
from app.sheet.cells import Unreadable
from app.sheet.form import BadRow, Row
from app.sheet.report import ImportReport, refuse_bad
from app.text import text

T = TypeVar("T")
_AT_ONCE = 1000


def import_residents(
    rows: Iterable[Row[ResidentRecord] | BadRow], *, skip_bad_rows: bool = False, by: Actor, at: datetime
) -> ImportReport:
    """Take residents from a file's rows; a second run of the same file changes nothing.

    A resident is known by the number, or where a row has none, by the identity number. What a row says takes
    the place of what was kept, all categories included; earlier statuses stay.
    Raises: BadFile naming every fault, unless `skip_bad_rows`; then the report gives the rows left out.
    """
    intake = _Intake(by, at)
    if not intake.known:
        seed_areas(by=by, at=at)
        intake.known = known_areas()
    bad: list[BadRow] = []
    for batch in _batches(rows):
        bad += [row for row in batch if isinstance(row, BadRow)]
        accepted, refused = intake.judged([row for row in batch if isinstance(row, Row)])
        bad += refused
        # Once a row is bad nothing will be kept; the rest is only looked through for its faults.
        if skip_bad_rows or not bad:
            intake.write(accepted)
    if not skip_bad_rows:
        refuse_bad(bad)
    report = ImportReport(intake.created, intake.updated, intake.unchanged, tuple(bad))
    detail = {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "left_out": len(report.bad),
    }
    audit.record("residents.imported", "residents", by=by, at=at, detail=detail)
    return report


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    walk = iter(rows)
    while batch := list(islice(walk, _AT_ONCE)):
        yield batch


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A row that will be written: onto whom, None for somebody new."""

    record: ResidentRecord
    resident: Resident | None


@dataclass(slots=True)
class _Intake:
    """One file being taken in: who takes it, and what came of it so far."""

    by: Actor
    at: datetime
    known: frozenset[str] = field(default_factory=known_areas)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    numbers: Iterator[int] | None = None

    def judged(self, rows: list[Row[ResidentRecord]]) -> tuple[list[_Accepted], list[BadRow]]:
        """Tell rows that can be written from those that cannot."""
        lookups = [queries.identity_lookups(row.value.identity.number) for row in rows]
        numbers = [row.value.resident_no for row in rows if row.value.resident_no is not None]
        there = queries.residents_for_import(numbers, [each for held in lookups for each in held])
        by_number = {resident.resident_no: resident for resident in there}
        by_index = {resident.identity_index: resident for resident in there}
        accepted: list[_Accepted] = []
        refused: list[BadRow] = []
        for row, held in zip(rows, lookups, strict=True):
            named = by_number.get(row.value.resident_no or "")
            same = next((by_index[each] for each in held if each in by_index), None)
            try:
                self._ensure_sound(row.value)
                resident = _matched(row.value, named, same)
                if resident is not None:
                    self._ensure_reachable(resident)
                accepted.append(_Accepted(row.value, resident))
            except Unreadable as error:
                refused.append(row.refused(error.reason, error.remedy, column=error.field or ""))
            except DomainError as error:
                refused.append(row.refused(error.message, text("Correct the row."), column=error.field or ""))
        return accepted, refused

    def _ensure_sound(self, record: ResidentRecord) -> None:
        ensure_plausible(record.identity, on=clock.on(self.at))
        ensure_known_areas(record.person, self.known)
        ensure_in_scope(record.person, by=self.by)

    def _ensure_reachable(self, resident: Resident) -> None:
        covers = self.by.scope.covers
        if not (covers(resident.residence_area) or covers(resident.registered_area)):
            raise Unreadable(
                text("{resident_no} is kept by another area.", resident_no=resident.resident_no),
                text("Ask the district to move the person to your area."),
                field="resident_no",
            )

    def write(self, accepted: list[_Accepted]) -> None:
        """Write rows down, and say whose facts changed."""
        changed = self._add([each.record for each in accepted if each.resident is None])
        for each in accepted:
            if each.resident is not None and self._update(each.resident, each.record):
                changed.append(each.resident.resident_no)
        db.session.flush()
        tell(changed)

    def _add(self, records: list[ResidentRecord]) -> list[str]:
        """Insert people at once by the thousand; a person at a time would take minutes for a district."""
        if not records:
            return []
        given = {record.resident_no for record in records}
        numbers = [record.resident_no or self._free_number(given) for record in records]
        ids = db.session.execute(
            insert(Resident).returning(Resident.id, sort_by_parameter_order=True),
            [
                {
                    "resident_no": number,
                    "registered_at": self.at,
                    "consent_on": None,
                    **identity_columns(record.identity),
                    **person_columns(record.person),
                }
                for number, record in zip(numbers, records, strict=True)
            ],
        ).scalars()
        statuses: list[dict[str, object]] = []
        categories: list[dict[str, object]] = []
        for resident_id, record in zip(ids, records, strict=True):
            if record.status is not None:
                statuses.append(
                    {
                        "resident_id": resident_id,
                        "status": record.status.status,
                        "from_on": record.status.from_on,
                        "note": "",
                    }
                )
            categories += [
                {"resident_id": resident_id, "evidence": "", **_category_columns(held)}
                for held in record.categories
            ]
        if statuses:
            db.session.execute(insert(ResidentStatus), statuses)
        if categories:
            db.session.execute(insert(ResidentCategory), categories)
        self.created += len(records)
        return numbers

    def _free_number(self, given: set[str | None]) -> str:
        if self.numbers is None:
            self.numbers = count(int(queries.free_number().removeprefix("R-")))
        return next(
            number
            for each in self.numbers
            if (number := f"R-{each:06d}") not in given and not queries.is_taken(number)
        )

    def _update(self, resident: Resident, record: ResidentRecord) -> bool:
        """Write down what a row changes; tell whether decisions rest on it, or it says who somebody is."""
        before = resident.facts
        identity = identity_columns(record.identity, held=resident.identity_index)
        columns = write(resident, {**identity, **person_columns(record.person)})
        _set_status(resident, record)
        _set_categories(resident, record.categories)
        facts_differ = resident.facts != before
        if columns or facts_differ:
            self.updated += 1
            resident.changed_at = self.at
        else:
            self.unchanged += 1
        return facts_differ or "identity_index" in columns


def _matched(record: ResidentRecord, named: Resident | None, same: Resident | None) -> Resident | None:
    """Tell whom a row means: who has its number, and nobody else its identity.

    Raises: Unreadable, naming the other.
    """
    if record.resident_no is None:
        return same
    if same is not None and same is not named:
        raise Unreadable(
            text("This person is registered already, as {resident_no}.", resident_no=same.resident_no),
            text("Use that resident number, or delete the row."),
            field="id_number",
        )
    if named is not None and same is None and named.identity_number is not None:
        raise Unreadable(
            text("{resident_no} is somebody with another identity number.", resident_no=named.resident_no),
            text("Check both numbers; correct a wrong one on the person's page."),
            field="resident_no",
        )
    return named


def _set_status(resident: Resident, record: ResidentRecord) -> None:
    if record.status is None:
        return
    for row in resident.statuses:
        if row.from_on == record.status.from_on:
            row.status = record.status.status
            return
    resident.statuses.append(ResidentStatus(status=record.status.status, from_on=record.status.from_on))
    resident.statuses.sort(key=lambda row: row.from_on)


def _set_categories(resident: Resident, wanted: tuple[CategoryPeriod, ...]) -> None:
    """Make the categories those of the row; evidence stays where a category stays."""
    kept = {(row.category, row.from_on): row for row in resident.categories}
    for held in wanted:
        row = kept.pop((held.category, held.from_on), None)
        if row is None:
            resident.categories.append(ResidentCategory(evidence="", **_category_columns(held)))
        else:
            row.grade, row.until_on = held.grade, held.until_on
    for row in kept.values():
        resident.categories.remove(row)
    resident.categories.sort(key=lambda row: (row.from_on, row.category))


def _category_columns(held: CategoryPeriod) -> dict[str, object]:
    return {
        "category": held.category,
        "grade": held.grade,
        "from_on": held.from_on,
        "until_on": held.until_on,
    }
