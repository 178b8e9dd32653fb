"""Home of the rows of a CSV file: its delimiter, its quoted cells, its true line numbers. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from app.errors import BadFile, RowError
from app.sheet.source import RawRow
from app.text import text

_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
_ESCAPED = re.compile(r"'(?=[=+\-@])")


def csv_rows(file: BinaryIO, encoding: str) -> Iterator[RawRow]:
    """Give each filled row of a CSV file; a cell that starts with = + - @ is text like any other.

    The apostrophe that the product's own exports put before such a cell is taken off again.

    Raises: BadFile at a quotation mark that is not closed.
    """
    stream = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from _rows(stream)
    finally:
        # Whoever gives up midway may have closed the file before this generator is collected.
        if not file.closed:
            stream.detach()


def _rows(stream: TextIO) -> Iterator[RawRow]:
    reader = csv.reader(stream, delimiter=_delimiter(stream), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)) and not (line == 1 and _SEPARATOR_LINE.fullmatch("".join(cells))):
                yield RawRow(
                    line, [_ESCAPED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in cells]
                )
            line = reader.line_num + 1
    except csv.Error:
        fault = RowError(
            line,
            "",
            text("A quotation mark in this row is not closed, or stands inside a text."),
            text("Double each quotation mark inside a text, or delete it."),
        )
        raise BadFile(text("The table cannot be read past line {line}.", line=line), rows=[fault]) from None


def _delimiter(stream: TextIO) -> str:
    first = next((line for line in stream if line.strip()), "")
    stream.seek(0)
    if announced := _SEPARATOR_LINE.fullmatch(first.lstrip("\ufeff")):
        return announced.group(1)
    bare = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=bare.count)
