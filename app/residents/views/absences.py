"""Home of the pages on absences: somebody leaves home, is back, or never left."""

from __future__ import annotations

from flask import render_template, request
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.errors import DomainError, NotFound
from app.residents import service
from app.residents.forms.screen import AbsenceForm, BackForm
from app.residents.models import Resident, ResidentAbsence
from app.residents.views.blueprint import REFUSED, Answer, bp, known, saved
from app.roles import Permission
from app.text import text
from app.transaction import transaction


@bp.get("/<resident_no>/absences/new")
@require(Permission.RESIDENTS_EDIT)
def new_absence(resident_no: str) -> str:
    """Show the form for an absence, which begins today unless the way here says another day."""
    from_on = request.args.get("from_on", clock.today(), type=clock.day_written)
    form = AbsenceForm(from_on=from_on, reason=request.args.get("reason"))
    return render_template("residents/absence.html", form=form, resident=known(resident_no))


@bp.post("/<resident_no>/absences/new")
@require(Permission.RESIDENTS_EDIT)
def begin_absence(resident_no: str) -> Answer:
    """Write down an absence."""
    form = AbsenceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.begin_absence(resident_no, form.absence(), by=viewer(), at=clock.now())
            return saved(resident_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/absence.html", form=form, resident=known(resident_no)), REFUSED


@bp.get("/<resident_no>/absences/<int:absence_id>/back")
@require(Permission.RESIDENTS_EDIT)
def back_form(resident_no: str, absence_id: int) -> str:
    """Show the form for the day of return."""
    found = known(resident_no)
    row = _absence(found, absence_id)
    form = BackForm(back_on=row.back_on or clock.today())
    return render_template("residents/back.html", form=form, resident=found, row=row)


@bp.post("/<resident_no>/absences/<int:absence_id>/back")
@require(Permission.RESIDENTS_EDIT)
def end_absence(resident_no: str, absence_id: int) -> Answer:
    """Write down the day of return."""
    form = BackForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.end_absence(
                    resident_no, absence_id, back_on=form.back_on.data, by=viewer(), at=clock.now()
                )
            return saved(resident_no)
        except DomainError as error:
            form.refuse(error)
    found = known(resident_no)
    row = _absence(found, absence_id)
    return render_template("residents/back.html", form=form, resident=found, row=row), REFUSED


@bp.post("/<resident_no>/absences/<int:absence_id>/withdraw")
@require(Permission.RESIDENTS_EDIT)
def withdraw_absence(resident_no: str, absence_id: int) -> Redirection:
    """Take back an absence that was a mistake."""
    with transaction():
        service.withdraw_absence(resident_no, absence_id, by=viewer(), at=clock.now())
    return saved(resident_no)


def _absence(found: Resident, absence_id: int) -> ResidentAbsence:
    for row in found.absences:
        if row.id == absence_id:
            return row
    raise NotFound(text("This absence is no longer there. Reload the page."))
