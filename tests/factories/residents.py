"""Makers of what is written down about residents and sites: records, and files of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta

from app.residents.rules.identity import Identity, check_digit, identity
from app.residents.rules.record import Person

COMMUNITY = "430103005001"


def id_number(sequence: int = 1, born: str = "19500501") -> str:
    """Give a good identity number of an invented person, another for each sequence."""
    birth_on = date.fromisoformat(born) + timedelta(days=sequence // 1000)
    first = f"990000{birth_on:%Y%m%d}{sequence % 1000:03}"
    return first + check_digit(first)


def identity_of(sequence: int = 1) -> Identity:
    """Give a checked identity."""
    return identity(id_number(sequence))


def person(name: str = "曾国强", **changes: str) -> Person:
    """Give somebody who lives and is registered in one community of the district."""
    given: dict[str, str] = {
        "phone": "13812345678",
        "registered_area": COMMUNITY,
        "residence_area": COMMUNITY,
        "address": "劳动西路 1 号",
        **changes,
    }
    return Person(name=name, **given)  # type: ignore[arg-type]  # texts only, as the columns are


def resident_cells(sequence: int = 1, **changes: str) -> dict[str, str]:
    """Give the cells of a good row of residents.csv."""
    return {
        "resident_no": f"R-{sequence:06}",
        "name": "曾国强",
        "id_number": id_number(sequence),
        "phone": "13812345678",
        "registered_area": "430103",
        "residence_area": COMMUNITY,
        "address": "劳动西路 1 号",
        "lat": "28.1735",
        "lon": "112.9701",
        "datum": "wgs84",
        "status": "active",
        "status_from": "",
        "categories": "",
        **changes,
    }


def site_cells(code: str = "C01", **changes: str) -> dict[str, str]:
    """Give the cells of a good row of sites.csv."""
    return {
        "site_code": code,
        "name": f"{code}老年食堂",
        "kind": "canteen",
        "area_code": COMMUNITY,
        "lat": "28.1735",
        "lon": "112.9701",
        "datum": "wgs84",
        "opened_on": "2024-01-01",
        "closed_on": "",
        "seats": "60",
        "kitchen_code": "",
        "operator": "某某餐饮公司",
        "uscc": "91110000600037341L",
        **changes,
    }


def csv_file(*rows: Mapping[str, str], encoding: str = "utf-8") -> io.BytesIO:
    """Give a CSV file of rows with the same columns."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(written.getvalue().encode(encoding))


def many_residents(count: int) -> bytes:
    """Give a CSV file of so many people, each with an identity of their own."""
    rows = [
        resident_cells(
            number % 900 + 1,
            id_number=id_number(number % 900 + 1, f"{1930 + number // 900}0501"),
            resident_no="",
        )
        for number in range(count)
    ]
    return csv_file(*rows).getvalue()
