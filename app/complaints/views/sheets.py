"""Home of what comes and goes as files: the hotline's sheet, the month's figures, the codes for tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import IO

from flask import Response, render_template, request, send_file, url_for
from flask_babel import force_locale

from app import clock
from app.access import require, viewer
from app.complaints import queries, service
from app.complaints.forms.desk import CardsForm
from app.complaints.forms.hotline import HOTLINE_FILE
from app.complaints.service.cards import TableCode, code_cards
from app.complaints.service.figures import (
    MonthFigures,
    figures_pdf,
    month_figures,
    reply_rows,
    write_figures_book,
    write_figures_csv,
    write_replies_book,
    write_replies_csv,
)
from app.complaints.views.blueprint import REFUSED, Answer, bp, own_sites, phone
from app.errors import NotFound
from app.roles import Permission
from app.text import Text, text
from app.web.downloads import paper
from app.web.imports import ImportPage
from app.web.language import say

_IMPORT = ImportPage(
    HOTLINE_FILE,
    service.import_hotline,
    title=text("Take in the hotline’s sheet"),
    name="hotline",
    back="complaints.desk",
    permission=Permission.COMPLAINTS_SET,
)
_REPLIES_DAYS = 90
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/hotline")
@require(Permission.COMPLAINTS_SET)
def import_form() -> str:
    """Show the form for the hotline's sheet."""
    return _IMPORT.show()


@bp.post("/hotline")
@require(Permission.COMPLAINTS_SET)
def import_file() -> Answer | Response:
    """Take in the hotline's sheet."""
    return _IMPORT.answer()


@bp.get("/hotline/replies.<any(csv, xlsx):kind>")
@require(Permission.COMPLAINTS_SET)
def replies(kind: str) -> Response:
    """Give what is written back to the hotline, of the last three months."""
    rows = reply_rows(clock.today() - timedelta(days=_REPLIES_DAYS), by=viewer())
    writers: dict[str, Callable[[IO[bytes]], None]] = {
        "csv": lambda target: write_replies_csv(rows, target),
        "xlsx": lambda target: write_replies_book(rows, target),
    }
    return _file(writers[kind], f"hotline-replies.{kind}", kind)


@bp.get("/figures")
@require(Permission.COMPLAINTS_VIEW)
def figures() -> str:
    """Show a month's figures: this one's, or the one that is asked for."""
    year, month = _month(request.args.get("month", ""))
    return render_template(
        "complaints/figures.html",
        figures=month_figures(year, month, by=viewer(), today=clock.today()),
        month=f"{year:04d}-{month:02d}",
        months=_months(),
    )


@bp.get("/figures/<month>.<any(csv, xlsx, pdf):kind>")
@require(Permission.COMPLAINTS_VIEW)
def figures_file(month: str, kind: str) -> Response:
    """Give a month's figures as a file."""
    if (year_month := _read_month(month)) is None:
        raise NotFound(text("There is no such month."))
    counted = month_figures(*year_month, by=viewer(), today=clock.today())
    name = f"complaints-{month}.{kind}"
    if kind == "pdf":
        return paper(figures_pdf(counted, _in_chinese, at=clock.now()), name=name)
    writers: dict[str, Callable[[MonthFigures, Callable[[Text], str], IO[bytes]], None]] = {
        "csv": write_figures_csv,
        "xlsx": write_figures_book,
    }
    return _file(lambda target: writers[kind](counted, _in_chinese, target), name, kind)


def _in_chinese(label: Text) -> str:
    """Word a name for papers, which are Chinese whatever the reader's language."""
    with force_locale("zh_Hans_CN"):
        return say(label)


def _file(write: Callable[[IO[bytes]], None], name: str, kind: str) -> Response:
    target = BytesIO()
    write(target)
    target.seek(0)
    return send_file(
        target, mimetype=_XLSX if kind == "xlsx" else "text/csv", as_attachment=True, download_name=name
    )


def _read_month(written: str) -> tuple[int, int] | None:
    try:
        first = clock.day_written(f"{written}-01")
    except ValueError:
        return None
    return (first.year, first.month) if 2000 <= first.year < 2200 else None  # noqa: PLR2004 - before and after us


def _month(written: str) -> tuple[int, int]:
    today = clock.today()
    return _read_month(written) or (today.year, today.month)


def _months() -> list[str]:
    """Give the months in which anything came in, and this one, the newest first."""
    today = clock.today()
    first = (queries.days_of_complaints(viewer()) or (today, today))[0]
    count = (today.year - first.year) * 12 + today.month - first.month
    return [
        f"{(today.year * 12 + today.month - 1 - back) // 12:04d}-{(today.month - 1 - back) % 12 + 1:02d}"
        for back in range(count + 1)
    ]


@bp.get("/cards")
@require(Permission.COMPLAINTS_RECORD)
def cards() -> str:
    """Show the form for the codes of tables."""
    form = CardsForm(formdata=None)
    form.offer(own_sites())
    return render_template("complaints/cards.html", form=form)


@bp.post("/cards")
@require(Permission.COMPLAINTS_RECORD)
def print_cards() -> Response | tuple[str, int]:
    """Print the codes of tables."""
    form = CardsForm()
    form.offer(own_sites())
    if not form.validate_on_submit():
        return render_template("complaints/cards.html", form=form), REFUSED
    chosen = [site for site in own_sites() if form.site_code.data in ("", site.site_code)]
    codes = [
        TableCode(site.name, url_for("voice.form", site_code=site.site_code, _external=True))
        for site in chosen
    ]
    return paper(
        code_cards(codes, size=form.size.data, phone=phone(), at=clock.now()), name="table-codes.pdf"
    )
