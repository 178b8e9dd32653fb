"""Home of the page that loads the file to which a tablet's queue was exported: the last resort."""

from __future__ import annotations

from flask import render_template

from app import clock
from app.access import require, viewer
from app.errors import BadFile, DomainError
from app.roles import Permission
from app.text import text
from app.till import service
from app.till.forms import NotThisForm, json_body
from app.till.rules.queue_file import QueueFile, read_queue_file
from app.till.views.office import REFUSED, bp
from app.transaction import transaction
from app.web.form import FileForm


@bp.get("/file")
@require(Permission.MEALS_MEND)
def file() -> str:
    """Show the form for a tablet's file."""
    return render_template("tablets/file.html", form=FileForm(), loaded=None)


@bp.post("/file")
@require(Permission.MEALS_MEND)
def load_file() -> str | tuple[str, int]:
    """Take in a tablet's file, all of it or nothing, and say what became of each record."""
    form = FileForm()
    if not form.validate_on_submit():
        return render_template("tablets/file.html", form=form, loaded=None), REFUSED
    try:
        content = _read(form.file.data.stream.read())
        with transaction():
            loaded = service.load_queue_file(content, by=viewer(), at=clock.now())
            tablet_no = loaded.tablet.tablet_no
    except DomainError as error:
        form.refuse(error)
        return render_template("tablets/file.html", form=form, loaded=None), REFUSED
    return render_template("tablets/file.html", form=FileForm(None), loaded=loaded, tablet_no=tablet_no)


def _read(content: bytes) -> QueueFile:
    """Read a file.

    Raises: BadFile.
    """
    try:
        return read_queue_file(json_body(content.removeprefix(b"\xef\xbb\xbf")))
    except NotThisForm:
        raise BadFile(text("This is not a file that a tablet's queue was exported to.")) from None
