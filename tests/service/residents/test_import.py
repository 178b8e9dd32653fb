"""residents.csv on a real database: all or nothing, twice without effect, or its good rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.areas.models import Area
from app.errors import BadFile
from app.extensions import db
from app.residents import queries, service
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.models import Resident
from app.residents.rules.facts import Status
from app.roles import COMMAND, Actor, Role, Scope
from app.sheet.report import ImportReport
from app.transaction import transaction
from tests.factories.residents import csv_file, id_number, identity_of, person, resident_cells

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def told(app: object) -> Iterator[set[str]]:  # noqa: ARG001 - asked for its context
    heard: set[str] = set()

    def hear(_sender: object, resident_nos: frozenset[str]) -> None:
        heard.update(resident_nos)

    with service.facts_changed.connected_to(hear):
        yield heard


def taken(*rows: dict[str, str], skip_bad_rows: bool = False, by: Actor = COMMAND) -> ImportReport:
    with transaction():
        return service.import_residents(
            RESIDENTS_FILE.read(csv_file(*rows)), skip_bad_rows=skip_bad_rows, by=by, at=NOW
        )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.bad)


def held(model: type[Resident | Area] = Resident) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def faults(*rows: dict[str, str], by: Actor = COMMAND) -> list[tuple[int, str, str]]:
    with pytest.raises(BadFile) as caught:
        taken(*rows, by=by)
    return [(fault.line, fault.column, str(fault.reason)) for fault in caught.value.rows]


def test_a_file_is_taken_and_its_people_are_found(told: set[str]) -> None:
    report = taken(
        resident_cells(1, categories="living_alone@2024-01-01;disabled:2@2023-05-01/2026-06-30"),
        resident_cells(
            2, name="单秀英", status="deceased", status_from="2026-03-01", phone="", lat="", lon=""
        ),
    )
    assert counts(report) == (2, 0, 0, 0)
    facts = queries.facts_of(["R-000001", "R-000002"])
    assert len(facts["R-000001"].categories) == 2
    assert facts["R-000002"].status_on(TODAY) is Status.DECEASED
    names = db.session.execute(queries.residents(Scope(), query="sxy")).scalars()
    assert [each.name for each in names] == ["单秀英"]
    assert told == {"R-000001", "R-000002"}


def test_the_shipped_places_are_there_for_the_first_file() -> None:
    taken(resident_cells())
    assert held(Area) == 114


def test_a_second_run_changes_nothing(told: set[str]) -> None:
    rows = [
        resident_cells(1, categories="veteran@2020-01-01", status="institution", status_from="2026-01-01"),
        resident_cells(2, datum="gcj02"),
        resident_cells(3, resident_no=""),
    ]
    assert counts(taken(*rows)) == (3, 0, 0, 0)
    told.clear()
    assert counts(taken(*rows)) == (0, 0, 3, 0)
    assert told == set()
    assert held() == 3


def test_a_row_takes_the_place_of_what_was_kept(told: set[str]) -> None:
    taken(resident_cells(1, categories="veteran@2020-01-01;living_alone@2024-01-01"))
    told.clear()
    assert counts(taken(resident_cells(1, categories="living_alone@2024-01-01/2026-01-01"))) == (0, 1, 0, 0)
    assert [each.until_on for each in queries.facts_of(["R-000001"])["R-000001"].categories] == [
        date(2026, 1, 1)
    ]
    assert told == {"R-000001"}
    told.clear()
    assert counts(taken(resident_cells(1, categories="living_alone@2024-01-01/2026-01-01", phone=""))) == (
        0,
        1,
        0,
        0,
    )
    assert told == set()


def test_earlier_statuses_stay_when_a_later_file_says_another() -> None:
    taken(resident_cells(1, status="institution", status_from="2026-01-01"))
    taken(resident_cells(1, status="active", status_from="2026-06-01"))
    facts = queries.facts_of(["R-000001"])["R-000001"]
    assert [facts.status_on(day) for day in (date(2026, 3, 1), TODAY)] == [Status.INSTITUTION, Status.ACTIVE]
    taken(resident_cells(1, status="deceased", status_from="2026-06-01"))
    assert queries.facts_of(["R-000001"])["R-000001"].status_on(TODAY) is Status.DECEASED


def test_one_bad_row_and_nothing_is_written_and_every_fault_is_named(told: set[str]) -> None:
    rows = [resident_cells(sequence) for sequence in range(1, 1500)]
    rows[2]["status_from"] = "2026/2/30"
    rows[1200]["residence_area"] = "430103005999"
    rows[1300]["name"] = "曾?"
    assert [fault[:2] for fault in faults(*rows)] == [
        (4, "status_from"),
        (1202, "residence_area"),
        (1302, "name"),
    ]
    assert held() == 0
    assert told == set()


def test_the_good_rows_alone_are_taken_when_asked_for() -> None:
    report = taken(
        resident_cells(1), resident_cells(2, phone="85123456"), resident_cells(3), skip_bad_rows=True
    )
    assert counts(report) == (2, 0, 0, 1)
    assert [row.line for row in report.bad] == [3]
    assert held() == 2


def test_one_person_under_two_numbers_is_refused_naming_the_other() -> None:
    with transaction():
        service.register(identity_of(1), person(), by=COMMAND, at=NOW)
    assert faults(resident_cells(1, resident_no="X-9")) == [
        (2, "id_number", "This person is registered already, as R-000001.")
    ]
    assert faults(resident_cells(2, resident_no="R-000001")) == [
        (2, "resident_no", "R-000001 is somebody with another identity number.")
    ]
    assert counts(taken(resident_cells(1, resident_no=""))) == (0, 1, 0, 0)


def test_numbers_that_are_given_and_numbers_that_are_made_do_not_meet() -> None:
    report = taken(
        resident_cells(1, resident_no=""),
        resident_cells(2, resident_no="R-000001"),
        resident_cells(3, resident_no=""),
        resident_cells(4, resident_no="R-000002"),
    )
    assert counts(report) == (4, 0, 0, 0)
    assert held() == 4


def test_a_person_cannot_be_born_tomorrow() -> None:
    assert faults(resident_cells(1, id_number=id_number(1, "20261124")))[0][1] == "id_number"


def test_a_community_takes_in_its_own_people_only() -> None:
    worker = Actor("U-7", Role.COMMUNITY_WORKER.permissions, Scope("430103005001"))
    taken(resident_cells(1, residence_area="430103006001", registered_area="430103006001"))
    found = faults(
        resident_cells(1),
        resident_cells(2, residence_area="430103006001"),
        resident_cells(3),
        by=worker,
    )
    assert [fault[:2] for fault in found] == [(2, "resident_no"), (3, "residence_area")]


def test_a_row_of_another_district_needs_no_list_of_its_places() -> None:
    assert counts(taken(resident_cells(1, registered_area="430111001001"))) == (1, 0, 0, 0)
