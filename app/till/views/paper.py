"""Home of the page of sheets of paper: print new ones, see how far each has come, find one by its number."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.errors import DomainError
from app.extensions import db
from app.meals.rules import sitting_at
from app.roles import Permission
from app.till import queries, service
from app.till.forms.paper import FindSheetForm, PrintForm
from app.till.models import PaperSheet
from app.till.rules.paper import read_sheet_no
from app.till.views.blueprint import bp
from app.transaction import transaction
from app.web.paging import page_of

_REFUSED = 422


@bp.get("/paper/")
@require(Permission.MEALS_RECORD)
def paper() -> str:
    """Show the sheets within the scope, the newest first, and the form for new ones."""
    at = clock.now()
    form = PrintForm(None, sites=_sites(), on=clock.on(at), sitting=sitting_at(at).value)
    return _page(form)


@bp.post("/paper/")
@require(Permission.MEALS_RECORD)
def print_paper() -> Response | tuple[str, int]:
    """Make new sheets, and give them as PDF."""
    form, at = PrintForm(sites=_sites()), clock.now()
    if not form.validate_on_submit():
        return _page(form), _REFUSED
    try:
        with transaction():
            sheets = service.print_sheets(
                form.site_code.data,
                form.on.data,
                Sitting(form.sitting.data),
                count=form.count.data,
                names_regulars=form.names_regulars.data,
                by=viewer(),
                at=at,
            )
    except DomainError as error:
        form.refuse(error)
        return _page(form), _REFUSED
    return pdf_of(sheets)


@bp.get("/paper/find")
@require(Permission.MEALS_RECORD)
def find_sheet() -> Redirect | tuple[str, int]:
    """Open the sheet whose number was typed or scanned."""
    form, at = FindSheetForm(request.args), clock.now()
    if form.validate():
        try:
            number = read_sheet_no(form.sheet_no.data)
            return redirect(url_for("till.sheet", number=number))
        except DomainError as error:
            form.refuse(error)
    print_form = PrintForm(None, sites=_sites(), on=clock.on(at), sitting=sitting_at(at).value)
    return _page(print_form, find_form=form), _REFUSED


def pdf_of(sheets: Sequence[PaperSheet]) -> Response:
    """Give sheets as a PDF to keep and print."""
    name = service.paper_name(sheets)
    pdf = service.paper_pdf([sheet.sheet_no for sheet in sheets], at=clock.now())
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name)


def _sites() -> Sequence[Site]:
    return db.session.execute(canteens.sites(viewer().scope)).scalars().all()


def _page(form: PrintForm, *, find_form: FindSheetForm | None = None) -> str:
    return render_template(
        "till/paper.html",
        form=form,
        find_form=find_form or FindSheetForm(None),
        page=page_of(queries.sheets(viewer().scope)),
    )
