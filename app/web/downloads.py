"""Home of handing a paper to the browser as a file."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file


def paper(pdf: bytes, *, name: str) -> Response:
    """Give a PDF to be kept under a name; it may name persons, so no cache holds it."""
    answer = send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
