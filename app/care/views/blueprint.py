"""Home of care's blueprint, and of what its pages share."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, request, send_file

from app import clock
from app.month import Month, month_of, parse_month

bp = Blueprint("care", __name__, url_prefix="/care")
REFUSED = 422
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_month() -> Month:
    """Give the month that is asked for, this one unless the address says another.

    Raises: DomainError for what is no month.
    """
    written = request.args.get("month", "")
    return parse_month(written) if written else month_of(clock.today())


def file(target: BytesIO, name: str, mimetype: str) -> Response:
    """Hand a file out; it may name persons, so no cache holds it."""
    target.seek(0)
    answer = send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
