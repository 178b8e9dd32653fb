"""sites.csv is read to the letter, and each fault in it is named."""

from __future__ import annotations

import io

import pytest

from app.canteens.forms.file import SITES_FILE
from app.canteens.rules import SiteKind, SiteRecord
from app.sheet.form import BadRow, Row

HEADER = "site_code,name,kind,area_code,lat,lon,datum,opened_on,closed_on,seats,kitchen_code,operator,uscc"
GOOD = {
    "site_code": "C01",
    "name": "裕南街老年食堂",
    "kind": "canteen",
    "area_code": "430103005001",
    "lat": "28.1735",
    "lon": "112.9701",
    "datum": "wgs84",
    "opened_on": "2024-01-01",
    "closed_on": "",
    "seats": "60",
    "kitchen_code": "",
    "operator": "某某餐饮公司",
    "uscc": "91110000600037341L",
}


def read(**changes: str) -> Row[SiteRecord] | BadRow:
    cells = {**GOOD, **changes}
    line = ",".join(cells[name] for name in HEADER.split(","))
    (found,) = SITES_FILE.read(io.BytesIO(f"{HEADER}\n{line}\n".encode()))
    return found


def test_the_header_is_the_published_one() -> None:
    assert ",".join(SITES_FILE.names) == HEADER


def test_a_row_becomes_a_record() -> None:
    found = read()
    assert isinstance(found, Row)
    assert found.value.kind is SiteKind.CANTEEN
    assert found.value.kitchen_code is None


def test_what_may_be_empty_may_be_empty() -> None:
    assert isinstance(read(lat="", lon="", datum="", seats="", operator="", uscc=""), Row)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"site_code": ""}, "site_code"),
        ({"name": ""}, "name"),
        ({"kind": "restaurant"}, "kind"),
        ({"area_code": "430103"}, "area_code"),
        ({"lat": "112.9701", "lon": "28.1735"}, "lat"),
        ({"opened_on": "2024/1/1"}, "opened_on"),
        ({"closed_on": "2024-01-01"}, "closed_on"),
        ({"seats": "-3"}, "seats"),
        ({"seats": "about 60"}, "seats"),
        ({"kitchen_code": "C01"}, "kitchen_code"),
        ({"uscc": "91110000600037341M"}, "uscc"),
        ({"operator": ""}, "operator"),
    ],
)
def test_every_fault_is_named_with_its_column(changes: dict[str, str], column: str) -> None:
    found = read(**changes)
    assert isinstance(found, BadRow)
    assert [fault.column for fault in found.faults] == [column]
