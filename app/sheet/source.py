"""Home of what a table's file is: how large, of which kind, and in which encoding its text is. Pure."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from app.errors import BadFile
from app.sheet.cells import Unreadable
from app.text import Text, text

_MEGABYTE = 1024 * 1024
_CHUNK = _MEGABYTE
_SAMPLE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: bytes of the file, bytes when unpacked, filled rows, and columns."""

    size_bytes: int = 50 * _MEGABYTE
    unpacked_bytes: int = 400 * _MEGABYTE
    rows: int = 500_000
    columns: int = 200


AT_A_TERMINAL = Limits(size_bytes=1024 * _MEGABYTE, unpacked_bytes=4096 * _MEGABYTE, rows=5_000_000)
"""What a command takes: whoever gives it has the machine, and brings years of another system at once."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One filled row as the file has it; `line` counts from 1 as an editor or a spreadsheet does.

    `faults` holds what the file itself says against a cell, by the cell's place in the row.
    """

    line: int
    cells: list[str]
    faults: Mapping[int, Unreadable] = field(default_factory=dict)


def refuse_size(file: BinaryIO, limits: Limits) -> None:
    """Refuse an empty or oversized file by its length alone, without reading it.

    Raises: BadFile.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise BadFile(text("The file is empty. Check that the right file was chosen."))
    if size > limits.size_bytes:
        raise BadFile(
            text(
                "The file has {size} MB; at most {limit} MB are taken. Split it into several files.",
                size=-(-size // _MEGABYTE),
                limit=limits.size_bytes // _MEGABYTE,
            )
        )


_UNKNOWN_ENCODING = text(
    "The file's text is in an unknown encoding. In Excel save it as .xlsx or as “CSV UTF-8” and try again."
)
_SIGNATURES: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", text("This is a PDF document, not a table. Ask for the table as .xlsx or .csv.")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        text(
            "This is an old Excel file (.xls) or one with a password. Open it in Excel or WPS and save it as "
            ".xlsx without a password."
        ),
    ),
    (b"\x89PNG", text("This is a picture, not a table. Ask for the table as .xlsx or .csv.")),
    (b"\xff\xd8\xff", text("This is a picture, not a table. Ask for the table as .xlsx or .csv.")),
    (b"GIF8", text("This is a picture, not a table. Ask for the table as .xlsx or .csv.")),
    (b"Rar!", text("This is a packed archive. Unpack it and choose the table inside.")),
    (b"7z\xbc\xaf", text("This is a packed archive. Unpack it and choose the table inside.")),
    (b"\x1f\x8b", text("This is a packed archive. Unpack it and choose the table inside.")),
    (b"SQLite format 3", text("This is a database, not a table. Export the table as .xlsx or .csv.")),
    (
        b"{\\rtf",
        text("This is a text document, not a table. Copy the table into Excel and save it as .xlsx."),
    ),
)
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<table|<meta|<style)", re.IGNORECASE)


def is_workbook(file: BinaryIO) -> bool:
    """Tell an XLSX workbook from text.

    Raises: BadFile when the file is neither: what it is and what to do.
    """
    start = file.read(512)
    file.seek(0)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _refuse_other_archive(file)
        return True
    for signature, sentence in _SIGNATURES:
        if start.startswith(signature):
            raise BadFile(sentence)
    if _MARKUP.match(start.removeprefix(codecs.BOM_UTF8)):
        raise BadFile(
            text(
                "This is a web page that only looks like a table. Open it in Excel or WPS and save it as "
                ".xlsx."
            )
        )
    return False


def _refuse_other_archive(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BadFile(text("The file is damaged. Open it in Excel or WPS and save it again.")) from None
    finally:
        file.seek(0)
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise BadFile(
            text(
                "This kind of spreadsheet is not read. Open it in Excel or WPS and save it as .xlsx or .csv."
            )
        )
    if "word/document.xml" in names:
        raise BadFile(
            text("This is a text document, not a table. Copy the table into Excel and save it as .xlsx.")
        )
    raise BadFile(text("This is a packed archive. Unpack it and choose the table inside."))


def encoding_of(file: BinaryIO) -> str:
    """Find the encoding of a text file: UTF-8, UTF-16 or GB 18030 (GBK), each proven by decoding it whole.

    Raises: BadFile when it is none of them, or damaged.
    """
    sample = file.read(_SAMPLE)
    file.seek(0)
    for candidate in _candidates(sample):
        if _decodes(file, candidate):
            if candidate == "gb18030":
                _refuse_other_chinese(sample)
            return candidate
        if candidate == "utf-8-sig" and _is_mostly_utf8(sample):
            raise BadFile(
                text("The file is UTF-8 but damaged in places. Export it again; do not join files by hand.")
            )
    raise BadFile(_UNKNOWN_ENCODING)


def _candidates(sample: bytes) -> Iterator[str]:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
        return
    # Digits and commas leave a zero in every second byte of UTF-16 that lacks its mark.
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 > len(sample) // 2:
        yield "utf-16-le" if odd > even else "utf-16-be"
        return
    if sample.count(0) * 1000 > len(sample):
        raise BadFile(
            text("This file holds no text; it is some program's own data. Export the table as .xlsx or .csv.")
        )
    yield "utf-8-sig"
    yield "gb18030"


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _is_mostly_utf8(sample: bytes) -> bool:
    # Text in GBK hardly ever forms whole UTF-8 characters, so these are the remains of a damaged UTF-8 file.
    decoded = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    whole = sum(character > "\x7f" and character != "\ufffd" for character in decoded)
    return whole > 3 * decoded.count("\ufffd")


def _refuse_other_chinese(sample: bytes) -> None:
    # Almost any bytes decode as GB 18030; but real text is mostly made of the common characters of GB 2312.
    decoded = codecs.getincrementaldecoder("gb18030")().decode(sample)
    foreign = [character for character in decoded if character > "\x7f"]
    common = sum(_is_common(character) for character in foreign)
    if common * 10 < len(foreign) * 7:
        raise BadFile(_UNKNOWN_ENCODING)


def _is_common(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == len("区位")
    except UnicodeEncodeError:
        return False
