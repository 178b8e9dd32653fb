"""Home of the rows of an XLSX workbook's first visible sheet, with what Excel did to them. Pure.

The values come from calamine. The sheet's own XML is scanned before: a formula's stored value may be out of
date, an error value would come back as an empty cell, and one cell far out would make calamine fill the space
between.
"""

from __future__ import annotations

import copy
import datetime as dt
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO
from xml.etree import ElementTree as ET

import python_calamine

from app.errors import BadFile
from app.sheet.cells import Unreadable
from app.sheet.source import Limits, RawRow
from app.text import text

CellValue = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_CHUNK = 1024 * 1024
_OVERLAP = 8 * 1024
_MOST_CELLS = 20_000_000
_EXACT_BELOW = 10**15
_REFERENCE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_DAMAGED = text("The file is damaged. Open it in Excel or WPS and save it again.")


def xlsx_rows(file: BinaryIO, limits: Limits) -> Iterator[RawRow]:
    """Give each filled row of the first visible sheet; a cell with a formula or an error carries a fault.

    Raises: BadFile when the workbook is damaged or unpacks to more than the limits.
    """
    try:
        name, scan = _scan(file, limits)
        with python_calamine.CalamineWorkbook.from_filelike(file) as book:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is None:
                return
            first_column = sheet.start[1]
            # iter_rows counts rows from the top of the sheet, but columns from the first that is used.
            for index, values in enumerate(sheet.iter_rows()):
                cells = [""] * first_column + [_as_text(value) for value in values]
                faults = scan.faults.get(index, {})
                if faults or any(map(str.strip, cells)):
                    yield RawRow(index + 1, cells, faults)
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, ET.ParseError, OSError):
        raise BadFile(_DAMAGED) from None


def _as_text(value: CellValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_as_text(value)
    if isinstance(value, dt.datetime):
        return value.isoformat() if value.time() != dt.time() else value.date().isoformat()
    return str(value)


def _number_as_text(value: float) -> str:
    """Write a number as a person would have typed it, or as Excel shows it where digits are lost.

    >>> _number_as_text(15.0), _number_as_text(28.1135), _number_as_text(430103195001010123.0)
    ('15', '28.1135', '4.30103E+17')
    """
    if abs(value) >= _EXACT_BELOW:
        return f"{value:.5E}"
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


@dataclass(slots=True)
class _Scan:
    """What the sheet's XML says: how far its cells reach, and which of them are no plain values."""

    last_row: int = 0
    last_column: int = 0
    faults: dict[int, dict[int, Unreadable]] = field(default_factory=dict)

    def read(self, part: bytes) -> None:
        """Take note of one stretch of XML; stretches may overlap."""
        references = _REFERENCE.findall(part)
        self.last_row = max([self.last_row, *map(int, {row for _, row in references})])
        self.last_column = max(
            [self.last_column, *(_column_index(name) + 1 for name in {name for name, _ in references})]
        )
        for match in _FORMULA.finditer(part):
            self._blame(
                match,
                Unreadable(
                    text("The cell holds a formula; its stored value may be out of date."),
                    text("Copy the column and paste it as values only."),
                ),
            )
        for match in _ERROR.finditer(part):
            self._blame(
                match, Unreadable(text("Excel shows an error in this cell."), text("Type the value."))
            )

    def _blame(self, match: re.Match[bytes], fault: Unreadable) -> None:
        place = _PLACE.search(match.group(1))
        if place is None:
            raise BadFile(text("The sheet holds formulas. Copy the whole table and paste it as values only."))
        row, column = int(place.group(2)) - 1, _column_index(place.group(1))
        self.faults.setdefault(row, {}).setdefault(column, fault)


def _column_index(letters: bytes) -> int:
    """Count columns from 0: A is 0, Z is 25, AA is 26.

    >>> _column_index(b"A"), _column_index(b"AA"), _column_index(b"XFD")
    (0, 26, 16383)
    """
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _scan(file: BinaryIO, limits: Limits) -> tuple[str, _Scan]:
    """Unpack the workbook once before calamine may, and look through its first visible sheet."""
    scan = _Scan()
    with zipfile.ZipFile(file) as archive:
        _refuse_bomb(archive.infolist(), limits)
        name, chosen = _first_visible_sheet(archive)
        for member in archive.infolist():
            before = b""
            for chunk in _unpacked(archive, member):
                if member.filename == chosen:
                    scan.read(before + chunk)
                    before = chunk[-_OVERLAP:]
    if scan.last_column > limits.columns or scan.last_row * scan.last_column > _MOST_CELLS:
        raise BadFile(
            text(
                "The sheet reaches to row {row} and column {column}. Delete everything outside the table and "
                "save it again.",
                row=scan.last_row,
                column=scan.last_column,
            )
        )
    file.seek(0)
    return name, scan


def _refuse_bomb(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        raise BadFile(
            text(
                "The workbook unpacks to {size} MB; at most {limit} MB are taken. "
                "Split it into several files.",
                size=unpacked // _CHUNK,
                limit=limits.unpacked_bytes // _CHUNK,
            )
        )


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a member, refusing one that is larger than it says of itself."""
    honest = copy.copy(member)
    honest.file_size = member.file_size + 1
    size = 0
    with archive.open(honest) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            yield chunk
    if size != member.file_size:
        raise BadFile(_DAMAGED)


def _first_visible_sheet(archive: zipfile.ZipFile) -> tuple[str, str]:
    """Give the first visible sheet's name and the member that holds it, by the workbook's own list."""
    links = {link.get("Id"): link for link in _parsed(archive, "xl/_rels/workbook.xml.rels")}
    for sheet in _parsed(archive, "xl/workbook.xml").iter():
        if not sheet.tag.endswith("}sheet") or sheet.get("state", "visible") != "visible":
            continue
        link = links.get(next((value for key, value in sheet.items() if key.endswith("}id")), None))
        if link is not None and link.get("Type", "").endswith("/worksheet"):
            target = posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))
            return sheet.get("name", ""), target.lstrip("/")
    raise BadFile(text("The workbook has no visible sheet. Put the table on the first sheet."))


def _parsed(archive: zipfile.ZipFile, part: str) -> ET.Element:
    if part not in archive.namelist():
        raise BadFile(_DAMAGED)
    data = b"".join(_unpacked(archive, archive.getinfo(part)))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadFile(_DAMAGED)
    return ET.fromstring(data)  # noqa: S314  document types, and with them entities, are refused just above
