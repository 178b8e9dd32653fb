"""Home of the pages on what is dated about a resident: categories, status, and absences."""

from __future__ import annotations

from flask import render_template, request
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.errors import DomainError, NotFound
from app.residents import service
from app.residents.forms.screen import CategoryForm, EndForm, StatusForm
from app.residents.models import Resident, ResidentCategory
from app.residents.rules.facts import StatusChange
from app.residents.views.blueprint import REFUSED, Answer, bp, known, saved
from app.roles import Permission
from app.text import text
from app.transaction import transaction


@bp.get("/<resident_no>/categories/new")
@require(Permission.RESIDENTS_EDIT)
def new_category(resident_no: str) -> str:
    """Show the form for a category."""
    return render_template("residents/category.html", form=CategoryForm(), resident=known(resident_no))


@bp.post("/<resident_no>/categories/new")
@require(Permission.RESIDENTS_EDIT)
def begin_category(resident_no: str) -> Answer:
    """Write down a category."""
    form = CategoryForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.begin_category(
                    resident_no,
                    form.period(),
                    evidence=form.evidence.data or "",
                    by=viewer(),
                    at=clock.now(),
                )
            return saved(resident_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/category.html", form=form, resident=known(resident_no)), REFUSED


@bp.get("/<resident_no>/categories/<int:category_id>/end")
@require(Permission.RESIDENTS_EDIT)
def end_form(resident_no: str, category_id: int) -> str:
    """Show the form that ends a category."""
    found = known(resident_no)
    return render_template(
        "residents/end.html", form=EndForm(), resident=found, row=_category(found, category_id)
    )


@bp.post("/<resident_no>/categories/<int:category_id>/end")
@require(Permission.RESIDENTS_EDIT)
def end_category(resident_no: str, category_id: int) -> Answer:
    """Let a category end."""
    form = EndForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.end_category(
                    resident_no, category_id, until_on=form.day(), by=viewer(), at=clock.now()
                )
            return saved(resident_no)
        except DomainError as error:
            form.refuse(error)
    found = known(resident_no)
    row = _category(found, category_id)
    return render_template("residents/end.html", form=form, resident=found, row=row), REFUSED


@bp.post("/<resident_no>/categories/<int:category_id>/withdraw")
@require(Permission.RESIDENTS_EDIT)
def withdraw_category(resident_no: str, category_id: int) -> Redirection:
    """Take back a category that was a mistake."""
    with transaction():
        service.withdraw_category(resident_no, category_id, by=viewer(), at=clock.now())
    return saved(resident_no)


@bp.get("/<resident_no>/status")
@require(Permission.RESIDENTS_EDIT)
def status(resident_no: str) -> str:
    """Show the form for a change of status; the way here may say which."""
    form = StatusForm(status=request.args.get("status"))
    return render_template("residents/status.html", form=form, resident=known(resident_no))


@bp.post("/<resident_no>/statuses/<int:status_id>/withdraw")
@require(Permission.RESIDENTS_EDIT)
def withdraw_status(resident_no: str, status_id: int) -> Redirection:
    """Take back a status that was a mistake."""
    row = next((each for each in known(resident_no).statuses if each.id == status_id), None)
    if row is None:
        raise NotFound(text("This status is no longer there. Reload the page."))
    change = StatusChange(row.status, row.from_on)
    with transaction():
        service.withdraw_status(resident_no, change, by=viewer(), at=clock.now())
    return saved(resident_no)


@bp.post("/<resident_no>/status")
@require(Permission.RESIDENTS_EDIT)
def change_status(resident_no: str) -> Answer:
    """Write down a change of status."""
    form = StatusForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.change_status(
                    resident_no, form.change(), note=form.note.data or "", by=viewer(), at=clock.now()
                )
            return saved(resident_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/status.html", form=form, resident=known(resident_no)), REFUSED


def _category(found: Resident, category_id: int) -> ResidentCategory:
    for row in found.categories:
        if row.id == category_id:
            return row
    raise NotFound(text("This category is no longer there. Reload the page."))
