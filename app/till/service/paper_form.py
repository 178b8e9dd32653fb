"""Home of the sheet of paper itself: a form to fill in by hand, which says its number, site, day and sitting.

The paper is Chinese, whatever the language of whoever prints it. It names nobody unless that was asked for.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import segno
from flask_babel import force_locale

from app.clock import SHANGHAI
from app.meals import queries as meals
from app.money import format_yuan
from app.paper import printed
from app.residents.models import Resident
from app.till import queries
from app.till.models import PaperSheet
from app.web.language import say

FORM = "till/paper_sheet.typ"
_CHINESE = "zh_Hans_CN"
_WEEKDAYS = "一二三四五六日"


def paper_pdf(sheet_nos: Sequence[str], *, at: datetime) -> bytes:
    """Print sheets, a page each; one that was printed before is marked as a further copy of itself."""
    sheets = queries.sheets_numbered(sheet_nos)
    people = meals.people({number for sheet in sheets for number in sheet.named})
    with force_locale(_CHINESE):
        data = {"sheets": [_sheet(sheet, people) for sheet in sheets], "printed_at": _moment(at)}
    return printed(FORM, data, at=at)


def paper_name(sheets: Sequence[PaperSheet]) -> str:
    """Name the file so that a person finds it: 2026-11-23-lunch-C01-P-000123-4.pdf."""
    first = sheets[0]
    more = f"-{sheets[-1].sheet_no}" if len(sheets) > 1 else ""
    return f"{first.served_on.isoformat()}-{first.sitting.value}-{first.site_code}-{first.sheet_no}{more}.pdf"


def _sheet(sheet: PaperSheet, people: dict[str, Resident]) -> dict[str, object]:
    price_fen = meals.price_on(sheet.site_code, sheet.sitting, sheet.served_on)
    return {
        "sheet_no": sheet.sheet_no,
        "qr": _qr(sheet.sheet_no),
        "site": sheet.site.name,
        "site_code": sheet.site_code,
        "day": f"{sheet.served_on.year}年{sheet.served_on.month}月{sheet.served_on.day}日",
        "weekday": f"星期{_WEEKDAYS[sheet.served_on.weekday()]}",
        "sitting": say(sheet.sitting.label),
        "price": "" if price_fen is None else format_yuan(price_fen),
        "page": sheet.page,
        "pages": sheet.pages,
        "copies": sheet.copies,
        "made_at": _moment(sheet.printed_at),
        "rows": [_row(number, people) for number in _numbers(sheet)],
    }


def _numbers(sheet: PaperSheet) -> list[str]:
    """Give the resident number printed in each row, empty for a free one."""
    return [sheet.facts.regular(row) for row in range(1, sheet.rows + 1)]


def _row(resident_no: str, people: dict[str, Resident]) -> dict[str, str]:
    resident = people.get(resident_no)
    return {"number": resident_no, "name": resident.name if resident else ""}


def _qr(content: str) -> str:
    """Draw a number as SVG."""
    drawing = io.BytesIO()
    segno.make(content, error="m", micro=False).save(
        drawing, kind="svg", border=1, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue().decode()


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
