"""Home of workbooks: tables written as XLSX that Excel and WPS open safely, and that print on A4.

Text is always a text cell, so that an identity number keeps its digits and `=cmd()` stays a text; money is a
real number in yuan. Rows are streamed, a workbook of 200,000 of them needs no more memory than one of ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from html import escape
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from app.asking import asked_by

Cell = str | int | date | None
"""What a cell is given: text, a count, hundredths, fen, or a date, as its column says; None is empty."""


class Kind(Enum):
    """What a column holds; decimals are given in hundredths, amounts in fen and written in yuan."""

    TEXT = "text"
    COUNT = "count"
    DECIMAL = "decimal"
    YUAN = "yuan"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it holds, its width in characters, and whether it has a sum below."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 12
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a title line, a frozen heading with a filter, the rows, and a line of sums.

    `sums` holds the sum of each column as the house counts it, None where there is none. Below a `summed`
    column it is a SUM formula that carries this value, so that a reader that does not calculate sees it too;
    elsewhere it is the value alone (persons do not add up). `after` are lines below.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    sums: Sequence[int | None] = ()
    sums_label: str = ""
    after: Sequence[str] = ()


_TITLE_ROW = 0
_HEADING_ROW = 1
_FIRST_ROW = 2
_A4 = 9
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767


def write_workbook(target: IO[bytes], sheets: Iterable[Sheet], *, tabs: Sequence[str] = ()) -> None:
    """Write the sheets, one after the other, into a file that is open for bytes.

    `tabs` are their names in the order in which they stand, where it is not that in which they are written.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(target, options) as workbook:
        formats = _Formats(workbook)
        standing = {name: _added(workbook, name) for name in tabs}
        for sheet in sheets:
            worksheet = standing.get(sheet.name) or _added(workbook, sheet.name)
            _write_sheet(worksheet, sheet, formats)


def _added(workbook: Workbook, name: str) -> _Worksheet:
    worksheet: _Worksheet = workbook.add_worksheet(
        name.translate(_FORBIDDEN_IN_NAMES)[:_LONGEST_NAME], _Worksheet
    )
    return worksheet


class _Formats:
    """The looks of cells; a workbook owns its own."""

    def __init__(self, workbook: Workbook) -> None:
        patterns = {
            Kind.TEXT: "@",
            Kind.COUNT: "#,##0",
            Kind.DECIMAL: "#,##0.00",
            Kind.YUAN: "#,##0.00",
            Kind.DATE: "yyyy-mm-dd",
        }
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.heading = workbook.add_format(
            {
                "bold": True,
                "border": 1,
                "bg_color": "#EEEEEE",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )
        self.body = {
            kind: workbook.add_format({"num_format": pattern, "border": 1})
            for kind, pattern in patterns.items()
        }
        self.sums = {
            kind: workbook.add_format({"num_format": pattern, "border": 1, "bold": True})
            for kind, pattern in patterns.items()
        }


class _Worksheet(Worksheet):
    """A worksheet that takes the rows of its body as XML, ten times as fast as cell by cell.

    It leans on how xlsxwriter streams: a row is written to `fh` once the next one begins.
    """

    def write_body(
        self, first: int, rows: Iterable[Sequence[Cell]], kinds: Sequence[Kind], looks: Mapping[Kind, Format]
    ) -> int:
        """Write the rows from row `first` on; give the number of the row behind them."""
        styles = [looks[kind]._get_xf_index() for kind in kinds]  # noqa: SLF001 - it has no other name
        writers = [_cell_writer(kind, style) for kind, style in zip(kinds, styles, strict=True)]
        heads = [f'<c r="{xl_col_to_name(place)}' for place in range(len(kinds))]
        self._write_single_row(first)
        number = first
        for number, cells in enumerate(rows, start=first + 1):
            written = [
                f"{head}{number}{write(cell)}"
                for head, write, cell in zip(heads, writers, cells, strict=True)
            ]
            self.fh.write(f'<row r="{number}">{"".join(written)}</row>')
        self._check_dimensions(max(number - 1, 0), len(kinds) - 1)
        self.previous_row = number
        return number


def _cell_writer(kind: Kind, style: int) -> Callable[[Cell], str]:
    """Give what writes a column's cells from behind their row's number on; of what recurs it remembers some.

    Text stays text, whatever it looks like.
    """

    @lru_cache(_CELLS_REMEMBERED)
    def write(cell: Cell) -> str:
        if cell is None:
            return f'" s="{style}"/>'
        if isinstance(cell, str):
            return f'" s="{style}" t="inlineStr"><is><t{_as_xml(cell)}</t></is></c>'
        if isinstance(cell, date):
            return f'" s="{style}"><v>{(cell - _DAY_ZERO).days}</v></c>'
        return f'" s="{style}"><v>{_number(cell, kind):.16G}</v></c>'

    return write


_DAY_ZERO = date(1899, 12, 30)
_CELLS_REMEMBERED = 5_000


def _as_xml(text: str) -> str:
    """Give the end of a `t` tag and a text; a control character is written as Excel writes it.

    Source: ECMA-376, part 1, 22.9.2.19 (ST_Xstring): `_x0007_`.
    """
    kept = ' xml:space="preserve">' if text != text.strip() else ">"
    shown = _ESCAPE_LIKE.sub("_x005F_\\g<0>", text[:_LONGEST_TEXT])
    return kept + escape(_CONTROLS.sub(lambda found: f"_x{ord(found[0]):04X}_", shown), quote=False)


_ESCAPE_LIKE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


def _write_sheet(worksheet: _Worksheet, sheet: Sheet, formats: _Formats) -> None:
    last_column = len(sheet.columns) - 1
    _lay_out(worksheet, sheet)
    worksheet.write_string(_TITLE_ROW, 0, sheet.title, formats.title)
    for place, column in enumerate(sheet.columns):
        worksheet.write_string(_HEADING_ROW, place, column.heading, formats.heading)
    kinds = [column.kind for column in sheet.columns]
    row = worksheet.write_body(_FIRST_ROW, sheet.rows, kinds, formats.body)
    worksheet.autofilter(_HEADING_ROW, 0, max(row - 1, _HEADING_ROW), last_column)
    if sheet.sums:
        _write_sums(worksheet, sheet, row, formats)
        row += 1
    for place, line in enumerate(sheet.after):
        worksheet.write_string(row + place, 0, line)
    worksheet.print_area(_TITLE_ROW, 0, max(row - 1, _HEADING_ROW) + len(sheet.after), last_column)


def _lay_out(worksheet: Worksheet, sheet: Sheet) -> None:
    """Set what must stand before the rows: widths, the frozen heading, and how the sheet prints."""
    for place, column in enumerate(sheet.columns):
        worksheet.set_column(place, place, column.width)
    worksheet.freeze_panes(_FIRST_ROW, 0)
    worksheet.repeat_rows(_TITLE_ROW, _HEADING_ROW)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.set_footer(f"&L{asked_by.get().replace('&', '&&')}&R&P / &N")


def _number(cell: int, kind: Kind) -> float:
    """Turn hundredths to wholes, at the edge alone: the nearest float reads back as the same decimals."""
    return cell / 100 if kind in (Kind.YUAN, Kind.DECIMAL) else cell


def _write_sums(worksheet: Worksheet, sheet: Sheet, row: int, formats: _Formats) -> None:
    for place, (column, total) in enumerate(zip(sheet.columns, sheet.sums, strict=True)):
        look = formats.sums[column.kind]
        letter = xl_col_to_name(place)
        if total is None:
            label = sheet.sums_label if place == 0 else ""
            worksheet.write_string(row, place, label, formats.sums[Kind.TEXT])
        elif column.summed and row > _FIRST_ROW:
            formula = f"=SUM({letter}{_FIRST_ROW + 1}:{letter}{row})"
            worksheet.write_formula(row, place, formula, look, _number(total, column.kind))
        else:
            worksheet.write_number(row, place, _number(total, column.kind), look)
