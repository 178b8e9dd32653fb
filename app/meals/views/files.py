"""Home of the page that takes in a file of meals."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug import Response as Redirection

from app import clock
from app.access import Permission, require, viewer
from app.errors import BadFile
from app.meals import service
from app.meals.forms.file import MEALS_FILE
from app.meals.views.blueprint import bp
from app.transaction import transaction
from app.web.imports import ImportForm, bad_rows_download
from app.web.notices import notice, warning


@bp.get("/import")
@require(Permission.MEALS_IMPORT)
def new_file() -> str:
    """Show how a file of meals is laid out, and the form for one."""
    return _import_page(ImportForm())


@bp.post("/import")
@require(Permission.MEALS_IMPORT)
def take_file() -> Redirection | Response | tuple[str, int]:
    """Take in a file of meals: all of it or nothing, unless its good rows are wanted alone."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _import_page(form), 422
    try:
        reading = MEALS_FILE.read(form.opened)
        with transaction():
            intake = service.take_file(
                reading, skip_bad_rows=form.skip_bad_rows.data, by=viewer(), at=clock.now()
            )
    except BadFile as error:
        form.refuse(error)
        return _import_page(form, error), 422
    notice(intake.as_text())
    for worry in intake.worries:
        warning(worry)
    if intake.bad:
        return bad_rows_download(reading.header, intake.bad, name="meals")
    return redirect(url_for("meals.ledger"))


def _import_page(form: ImportForm, error: BadFile | None = None) -> str:
    return render_template(
        "imports/import.html",
        title=gettext("Import meals"),
        columns=MEALS_FILE.names,
        form=form,
        rows=error.rows if error else (),
        back=url_for("meals.ledger"),
    )
