"""residents.csv is read to the letter, and each fault in it is named."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from app.residents.forms.file import RESIDENTS_FILE
from app.residents.rules.facts import Category, CategoryPeriod, Status, StatusChange
from app.residents.rules.identity import Sex
from app.residents.rules.record import ResidentRecord
from app.sheet.form import BadRow, Row

HEADER = (
    "resident_no,name,id_number,phone,registered_area,residence_area,"
    "address,lat,lon,datum,status,status_from,categories"
)
GOOD = {
    "resident_no": "R-000001",
    "name": "曾国强",
    "id_number": "11010519491231002X",
    "phone": "13812345678",
    "registered_area": "430103",
    "residence_area": "430103005001",
    "address": "劳动西路 1 号",
    "lat": "28.1127",
    "lon": "112.9834",
    "datum": "wgs84",
    "status": "active",
    "status_from": "",
    "categories": "living_alone@2024-01-01",
}


def row(**changes: str) -> str:
    cells = {**GOOD, **changes}
    return ",".join(f'"{cells[name]}"' for name in HEADER.split(","))


def read(*rows: str) -> list[Row[ResidentRecord] | BadRow]:
    return list(RESIDENTS_FILE.read(io.BytesIO("\n".join([HEADER, *rows]).encode())))


def record(**changes: str) -> ResidentRecord:
    (found,) = read(row(**changes))
    assert isinstance(found, Row)
    return found.value


def fault(**changes: str) -> tuple[str, str]:
    (found,) = read(row(**changes))
    assert isinstance(found, BadRow)
    return found.faults[0].column, f"{found.faults[0].reason} {found.faults[0].remedy}"


def test_the_header_is_the_published_one() -> None:
    assert ",".join(RESIDENTS_FILE.names) == HEADER


def test_a_row_becomes_a_record() -> None:
    found = record()
    assert found.resident_no == "R-000001"
    assert found.person.name == "曾国强"
    assert found.identity.birth_on == date(1949, 12, 31)
    assert found.identity.sex is Sex.FEMALE
    assert found.status is None
    assert found.categories == (CategoryPeriod(Category.LIVING_ALONE, None, date(2024, 1, 1)),)


def test_what_may_be_empty_may_be_empty() -> None:
    found = record(resident_no="", phone="", address="", lat="", lon="", datum="", categories="")
    assert (found.resident_no, found.person.phone, found.person.place, found.categories) == (
        None,
        None,
        None,
        (),
    )


def test_a_map_position_is_turned_into_wgs84() -> None:
    on_map, measured = record(datum="gcj02").person.place, record().person.place
    assert on_map is not None
    assert measured is not None
    assert 500 < on_map.metres_to(measured) < 700


def test_a_status_begins_on_its_day() -> None:
    assert record(status="deceased", status_from="2026-03-01").status == StatusChange(
        Status.DECEASED, date(2026, 3, 1)
    )


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"resident_no": "R 1"}, "resident_no", "letters, digits"),
        ({"name": "王?"}, "name", "lost a character"),
        ({"id_number": "11010519491231002"}, "id_number", "17 places"),
        ({"id_number": "4.30103E+17"}, "id_number", "Format the column as text"),
        ({"phone": "85123456"}, "phone", "area code"),
        ({"registered_area": "4301030"}, "registered_area", "2, 4, 6 or 9"),
        ({"registered_area": "990000"}, "registered_area", "official code"),
        ({"residence_area": ""}, "residence_area", "Fill it in"),
        ({"residence_area": "4.30103E+11"}, "residence_area", "Excel changed"),
        ({"lat": "112.9834", "lon": "28.1127"}, "lat", "swapped"),
        ({"lat": ""}, "lat", "Write both"),
        ({"datum": ""}, "datum", "wgs84"),
        ({"datum": "bd09"}, "datum", "wgs84, gcj02"),
        ({"status": "dead"}, "status", "active, institution"),
        ({"status": "deceased"}, "status_from", "first day"),
        ({"status_from": "2026/2/30"}, "status_from", "no day"),
        ({"categories": "disabled@2024-01-01"}, "categories", "grade"),
    ],
)
def test_every_fault_is_named_with_its_column(changes: dict[str, str], column: str, said: str) -> None:
    found, sentence = fault(**changes)
    assert found == column
    assert said in sentence


def test_one_person_twice_is_named_whatever_way_the_number_is_written() -> None:
    _, again = read(row(), row(resident_no="R-000002", id_number="110105491231002"))
    assert isinstance(again, BadRow)
    assert str(again.faults[0].reason) == "The same value stands in line 2."


def test_rows_without_a_number_are_no_duplicates() -> None:
    rows = read(row(resident_no=""), row(resident_no="", id_number="110105491231003"))
    assert all(isinstance(found, Row) for found in rows)


def test_a_workbook_with_a_rounded_identity_number_explains_what_excel_did() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, list(GOOD.values()))
        sheet.write_number(1, 2, 430103195001011234)
        sheet.write_number(1, 3, 13812345678)
    (found,) = RESIDENTS_FILE.read(io.BytesIO(file.getvalue()))
    assert isinstance(found, BadRow)
    assert [fault.column for fault in found.faults] == ["id_number"]
    assert "Format the column as text" in str(found.faults[0].remedy)
