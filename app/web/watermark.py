"""Home of the mark on CSV files that are handed out: who asked and when. Papers and workbooks carry theirs.

A file's name says it; of a list that people read its last line does too. What a machine reads next, or from
which a hash is derived anew, keeps its columns and rows as they were agreed on.
"""

from __future__ import annotations

import re

from flask import Flask, Response, request
from werkzeug.http import dump_options_header, parse_options_header

from app.asking import asked_by

KEPT_AS_AGREED = {
    "awards.awards_csv": "the year's awards prove their hashes from it",
    "awards.instalments_csv": "as above",
    "awards.steps_csv": "as above",
    "settlement.disclosure_csv": "it is published, and no user's number with it",
    "settlement.adjustments_csv": "a statement's hash is derived anew from it",
    "settlement.layers_csv": "as above",
    "settlement.lines_csv": "as above",
    "settlement.payment_file": "the bank reads it",
    "settlement.recoveries_csv": "a statement's hash is derived anew from it",
    "settlement.statements_csv": "as above",
}
"""Files whose rows stay as they are, each with the reason."""


def install(app: Flask) -> None:
    """Mark every CSV file that goes to somebody who is signed in."""

    @app.after_request
    def _marked(response: Response) -> Response:
        mark = asked_by.get()
        if mark and response.mimetype == "text/csv" and response.status_code == 200:  # noqa: PLR2004 - a file
            _name_it(response, mark)
            if request.endpoint not in KEPT_AS_AGREED and request.method == "GET":
                response.direct_passthrough = False
                response.set_data(response.get_data() + f"{mark}\r\n".encode())
        return response


def _name_it(response: Response, mark: str) -> None:
    """Put who and when into the name under which the browser keeps the file."""
    kind, options = parse_options_header(response.headers.get("Content-Disposition", "attachment"))
    name = options.get("filename", "list.csv")
    stem, _, ending = name.rpartition(".")
    options["filename"] = f"{stem}.{re.sub('[^0-9A-Za-z]+', '-', mark)}.{ending}"
    response.headers["Content-Disposition"] = dump_options_header(kind, options)
