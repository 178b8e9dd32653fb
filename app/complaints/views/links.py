"""Home of the page that links a complaint with a site, a resident, a meal or a run, found by a search."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.complaints import queries, service
from app.complaints.forms.desk import SearchForm
from app.complaints.models import Complaint
from app.complaints.views.blueprint import Answer, bp, known, own_sites
from app.errors import DomainError
from app.extensions import db
from app.residents import queries as residents
from app.residents.models import Resident
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice, warning

_MOST = 12


@bp.get("/<int:number>/links")
@require(Permission.COMPLAINTS_DIRECT)
def links(number: int) -> str:
    """Show the search for what a complaint is about."""
    found = known(number)
    return _page(found, SearchForm(formdata=None, day=found.received_on))


@bp.post("/<int:number>/links")
@require(Permission.COMPLAINTS_DIRECT)
def search(number: int) -> str:
    """Search; it is posted, since names do not belong in addresses."""
    return _page(known(number), SearchForm())


@bp.post("/<int:number>/link")
@require(Permission.COMPLAINTS_DIRECT)
def link(number: int) -> Answer:
    """Link the complaint with what was chosen."""
    known(number)
    try:
        with transaction():
            service.link(
                number,
                site_code=request.form.get("site_code") or None,
                meal_id=_uuid(request.form.get("meal_id", "")),
                run_id=request.form.get("run_id", type=int),
                resident_no=request.form.get("resident_no") or None,
                by=viewer(),
                at=clock.now(),
            )
        notice(text("Saved."))
    except DomainError as error:
        warning(error.message)
    answer: Response = redirect(url_for("complaints.complaint", number=number))
    return answer


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written) if written else None
    except ValueError:
        return None


def _page(found: Complaint, form: SearchForm) -> str:
    words = (form.words.data or "").strip()
    day = form.day.data or found.received_on
    people: list[Resident] = []
    if words and viewer().may(Permission.RESIDENTS_VIEW):
        people = list(
            db.session.execute(residents.residents(viewer().scope, query=words).limit(_MOST)).scalars()
        )
    kitchens = (
        {found.site.kitchen_code or found.site.site_code}
        if found.site
        else {site.site_code for site in own_sites() if site.kitchen_code is None}
    )
    return render_template(
        "complaints/links.html",
        complaint=found,
        search_form=form,
        form=EmptyForm(formdata=None),
        sites=own_sites(),
        words=words,
        people=people,
        meals={
            each.resident_no: queries.meals_around(each.resident_no, day, found.site_code) for each in people
        },
        runs=queries.runs_on(day, kitchens),
        day=day,
    )
