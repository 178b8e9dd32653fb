"""Home of row forms: a dataclass says how each of its columns is written, and a file is read by it. Pure."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Generic, TypeVar, cast

from app.errors import BadFile, DomainError, RowError
from app.sheet.cells import Reader, Unreadable
from app.sheet.csv_rows import csv_rows
from app.sheet.source import Limits, RawRow, encoding_of, is_workbook, refuse_size
from app.sheet.xlsx_rows import xlsx_rows
from app.text import Text, text

T = TypeVar("T")
R = TypeVar("R")
W = TypeVar("W")
FAULT_COLUMNS = ("line", "column", "reason", "remedy")
"""The columns that a file of bad rows has more; they are passed over when it comes back mended."""

DEFAULT_LIMITS = Limits()
_READER, _ALIASES = "reader", "aliases"
_TITLE_ROWS = 5
_NOWHERE = -1
_NOTE = re.compile(r"\(.*?\)|[\s_*\-\ufeff\u200b]")


def column(reader: Reader[T], *aliases: str) -> T:
    """Declare a column of a row form: how its cells are read, and its other names in a header.

    >>> @dataclass(frozen=True, slots=True)
    ... class Row:
    ...     name: str = column(str.strip, "姓名")
    >>> RowForm(Row, itself).names
    ('name',)
    """
    # A dataclass's field stands where a value of T will be, as dataclasses.field itself pretends.
    return cast("T", dataclasses.field(metadata={_READER: reader, _ALIASES: aliases}))


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: its line, its cells as they were written, and all that is wrong with it."""

    line: int
    cells: tuple[str, ...]
    faults: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """A row that was read, with its line and the cells that it was read from."""

    line: int
    value: R
    cells: tuple[str, ...]

    def refused(self, reason: Text, remedy: Text, *, column: str = "") -> BadRow:
        """Give the row back as a bad one, for a reason that only the rest of the data can tell."""
        return BadRow(self.line, self.cells, (RowError(self.line, column, reason, remedy),))


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """One file being read: its header as it was written, and its rows, which can be walked through once."""

    header: tuple[str, ...]
    rows: Iterator[Row[R] | BadRow]

    def __iter__(self) -> Iterator[Row[R] | BadRow]:
        """Walk through the rows."""
        return self.rows


def itself(value: T) -> T:
    """Let a row stand for itself.

    >>> itself(1)
    1
    """
    return value


class RowForm(Generic[R]):
    r"""How a file's rows become values: the columns of a dataclass, and what a whole row stands for.

    >>> import io
    >>> @dataclass(frozen=True, slots=True)
    ... class Guest:
    ...     name: str = column(str.strip, "姓名")
    ...     age: int = column(int, "年龄")
    >>> reading = RowForm(Guest, itself, keys=("name",)).read(io.BytesIO("姓名,年龄\n王五,81\n".encode()))
    >>> [row.value for row in reading]
    [Guest(name='王五', age=81)]
    """

    def __init__(
        self, row: type[W], value: Callable[[W], R], *, keys: Sequence[str] = (), is_others: bool = False
    ) -> None:
        """Take the dataclass, and what a row of it stands for: `value` may raise DomainError for its column.

        What a key column holds may stand in one row of a file only. In a sheet that `is_others`, made for
        another purpose, unknown columns are passed over, and those that may be empty may be missing.
        """
        self._is_others = is_others
        self._value: Callable[..., R] = lambda **cells: value(row(**cells))
        self._keys = tuple(keys)
        fields = dataclasses.fields(row)  # type: ignore[arg-type]  # R stands for a dataclass
        self._readers: dict[str, Reader[object]] = {each.name: each.metadata[_READER] for each in fields}
        self._titles = {each.name: next(iter(each.metadata[_ALIASES]), "") for each in fields}
        self._known = {
            _plain(name): each.name for each in fields for name in (each.name, *each.metadata[_ALIASES])
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Give the columns' names in their order, as a file to fill in would have them."""
        return tuple(self._readers)

    def called(self, name: str) -> str:
        """Give what a reader calls a column: its first other name, with the name that machines use.

        >>> @dataclass(frozen=True, slots=True)
        ... class Guest:
        ...     name: str = column(str.strip, "姓名")
        ...     room: str = column(str.strip)
        >>> table = RowForm(Guest, itself)
        >>> table.called("name"), table.called("room"), table.called("桌号")
        ('姓名 (name)', 'room', '桌号')
        """
        title = self._titles.get(name, "")
        return f"{title} ({name})" if title else name

    def read(self, file: BinaryIO, *, limits: Limits = DEFAULT_LIMITS) -> Reading[R]:
        """Open a CSV or XLSX file and read it row by row; good and bad rows come in the file's order.

        The file must be seekable, and stays open.
        Raises: BadFile when nothing of the file can be read; while walking, too, where the file breaks off.
        """
        rows = raw_rows(file, limits)
        header, rest = self._find_header(rows)
        places = self._places(header)
        walk = self._walk(rest, header, places)
        return Reading(tuple(header.cells), _at_most(walk, limits.rows))

    def _find_header(self, rows: Iterator[RawRow]) -> tuple[RawRow, Iterator[RawRow]]:
        """Find the header, over which a title may stand; give it and the rows after it."""
        first = list(islice(rows, _TITLE_ROWS))
        if not first:
            raise BadFile(text("The file has no rows. Check that the right file was chosen."))
        matches = [sum(_plain(cell) in self._known for cell in row.cells) for row in first]
        place = matches.index(max(matches))
        return first[place], chain(first[place + 1 :], rows)

    def _places(self, header: RawRow) -> dict[str, int]:
        """Tell where each column stands.

        Raises: BadFile naming every column that is missing, unknown or there twice.
        """
        found = [self._known.get(_plain(cell), "") for cell in header.cells]
        faults = [*self._header_faults(header, found)]
        if faults:
            raise BadFile(text("The header does not fit; nothing was read."), rows=faults)
        return {name: found.index(name) if name in found else _NOWHERE for name in self._readers}

    def _header_faults(self, header: RawRow, found: list[str]) -> Iterator[RowError]:
        for cell, name in zip(header.cells, found, strict=True):
            if cell.strip() and not name and _plain(cell) not in FAULT_COLUMNS and not self._is_others:
                yield RowError(
                    header.line,
                    cell.strip(),
                    text("This column is not known."),
                    text("Delete it, or name it as in: {names}.", names=", ".join(self.names)),
                )
        for name, count in Counter(filter(None, found)).items():
            if count > 1:
                yield RowError(
                    header.line,
                    name,
                    text("This column is there {count} times.", count=count),
                    text("Keep one."),
                )
        for name in self.names:
            if name not in found and not (self._is_others and self._may_be_empty(name)):
                yield RowError(
                    header.line,
                    name,
                    text("This column is missing."),
                    text("Add a column of this name."),
                )

    def _may_be_empty(self, name: str) -> bool:
        try:
            self._readers[name]("")
        except DomainError:
            return False
        return True

    def _walk(
        self, rows: Iterable[RawRow], header: RawRow, places: Mapping[str, int]
    ) -> Iterator[Row[R] | BadRow]:
        seen: dict[str, dict[object, int]] = {key: {} for key in self._keys}
        named = [bool(cell.strip()) for cell in header.cells]
        width = max(place for place, is_named in enumerate(named) if is_named) + 1
        unnamed = [place for place in range(width) if not named[place]]
        for raw in rows:
            cells = tuple(raw.cells)
            if fault := _shape_fault(raw, width, unnamed):
                yield BadRow(raw.line, cells, (fault,))
                continue
            values, faults = self._values(raw, places)
            for key, lines in seen.items():
                if repeated := _repeated(lines, values.get(key), raw.line, key):
                    faults.append(repeated)
            if faults:
                yield BadRow(raw.line, cells, tuple(faults))
                continue
            try:
                yield Row(raw.line, self._value(**values), cells)
            except DomainError as error:
                yield BadRow(raw.line, cells, (_row_error(raw.line, error.field or "", error),))

    def _values(self, raw: RawRow, places: Mapping[str, int]) -> tuple[dict[str, object], list[RowError]]:
        values: dict[str, object] = {}
        faults: list[RowError] = []
        for name, reader in self._readers.items():
            place = places[name]
            try:
                if place in raw.faults:
                    raise raw.faults[place]
                values[name] = reader("" if place == _NOWHERE else raw.cells[place])
            except DomainError as error:
                faults.append(_row_error(raw.line, name, error))
        return values, faults


def raw_rows(file: BinaryIO, limits: Limits = DEFAULT_LIMITS) -> Iterator[RawRow]:
    """Open a CSV or XLSX file and give its filled rows, the header being one of them.

    Raises: BadFile when it is neither, is empty, or is larger than the limits.
    """
    refuse_size(file, limits)
    if is_workbook(file):
        return xlsx_rows(file, limits)
    return csv_rows(file, encoding_of(file))


def _plain(name: str) -> str:
    r"""Write a column's name without case, blanks, marks and notes, so that small differences do not count.

    >>> _plain("\ufeffResident No"), _plain("ｒｅｓｉｄｅｎｔ_ｎｏ"), _plain("姓 名*（必填）")
    ('residentno', 'residentno', '姓名')
    """
    return _NOTE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _shape_fault(raw: RawRow, width: int, unnamed: Sequence[int]) -> RowError | None:
    """Tell when a row has too few cells, or filled ones that no name in the header stands over."""
    if len(raw.cells) < width:
        return RowError(
            raw.line,
            "",
            text("The row has {count} cells, the header {width}.", count=len(raw.cells), width=width),
            text("Fill the row up, or delete it."),
        )
    if any(map(str.strip, raw.cells[width:])) or any(raw.cells[place].strip() for place in unnamed):
        return RowError(
            raw.line,
            "",
            text("The row has a filled cell that belongs to no column."),
            text("Empty it; a text with a comma in it needs quotation marks round it."),
        )
    return None


def _repeated(lines: dict[object, int], value: object, line: int, key: str) -> RowError | None:
    if value is None:
        return None
    first = lines.setdefault(value, line)
    if first == line:
        return None
    return RowError(
        line,
        key,
        text("The same value stands in line {first}.", first=first),
        text("Keep one of the two rows."),
    )


def _row_error(line: int, column: str, error: DomainError) -> RowError:
    if isinstance(error, Unreadable):
        return RowError(line, column, error.reason, error.remedy)
    return RowError(line, column, error.message, text("Correct the row."))


def _at_most(rows: Iterator[T], limit: int) -> Iterator[T]:
    for count, row in enumerate(rows):
        if count == limit:
            raise BadFile(
                text("The file has more than {limit} rows. Split it into several files.", limit=limit)
            )
        yield row
