"""Home of the page on a resident's own data: the report they may ask for, and what may be erased."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.errors import DomainError, NotFound
from app.privacy import service
from app.privacy.queries import people
from app.privacy.rules import GONE, extent_of, extent_words
from app.residents import queries as residents
from app.residents.models import Resident
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.language import say
from app.web.notices import notice

bp = Blueprint("privacy", __name__, url_prefix="/residents/<resident_no>/data")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@require(Permission.IDENTITY_REVEAL)
def data(resident_no: str) -> str:
    """Show what a resident may ask for."""
    return _page(_known(resident_no), EmptyForm())


@bp.post("/report")
@require(Permission.IDENTITY_REVEAL)
def report(resident_no: str) -> Response:
    """Hand out everything that is kept about a resident."""
    with transaction():
        written = service.personal_report(resident_no, say=say, by=viewer(), at=clock.now())
    return send_file(
        BytesIO(written), mimetype=_XLSX, as_attachment=True, download_name=f"{resident_no}.xlsx"
    )


@bp.post("/erase")
@require(Permission.RESIDENTS_ERASE)
def erase(resident_no: str) -> Redirection | tuple[str, int]:
    """Erase what the law lets go."""
    form = EmptyForm()
    try:
        with transaction():
            service.erase(resident_no, by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _page(_known(resident_no), form), error.status
    notice(text("Erased. The trail keeps who did it and when."))
    return redirect(url_for("residents.resident", resident_no=resident_no))


def _page(resident: Resident, form: EmptyForm) -> str:
    extent = extent_of(has_meals=people.has_meals(resident.resident_no))
    return render_template(
        "privacy/resident.html",
        resident=resident,
        form=form,
        words=extent_words(extent),
        is_gone=resident.facts.status_on(clock.today()) in GONE,
    )


def _known(resident_no: str) -> Resident:
    found = residents.resident_of(resident_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=resident_no))
    return found
