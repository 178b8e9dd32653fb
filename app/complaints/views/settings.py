"""Home of the page on which the district sets the classes of complaints and who supervises."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as auth
from app.complaints import queries, service
from app.complaints.forms.desk import ClassVersionForm, SupervisorForm, place_choices
from app.complaints.views.blueprint import REFUSED, Answer, bp, district
from app.errors import DomainError
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.get("/settings")
@require(Permission.COMPLAINTS_SUPERVISE)
def settings() -> str:
    """Show the classes as they are today, those to come, and who supervises where."""
    return _page()


@bp.post("/settings/class")
@require(Permission.COMPLAINTS_SET)
def set_class() -> Answer:
    """Set a class from a day on."""
    form = ClassVersionForm(prefix="class-")
    if form.validate_on_submit():
        try:
            with transaction():
                service.set_class(form.record(), by=viewer(), at=clock.now())
            notice(text("Saved."))
            return redirect(url_for("complaints.settings"))
        except DomainError as error:
            form.refuse(error)
    return _page(class_form=form), REFUSED


@bp.post("/settings/supervisor")
@require(Permission.COMPLAINTS_SET)
def name_supervisor() -> Answer:
    """Name who supervises an area."""
    form = _supervisor_form(is_sent=True)
    if form.validate_on_submit():
        try:
            with transaction():
                service.name_supervisor(
                    form.area.data, form.user_no.data, form.from_on.data, by=viewer(), at=clock.now()
                )
            notice(text("Saved."))
            return redirect(url_for("complaints.settings"))
        except DomainError as error:
            form.refuse(error)
    return _page(supervisor_form=form), REFUSED


def _supervisor_form(*, is_sent: bool = False) -> SupervisorForm:
    form = (
        SupervisorForm(prefix="supervisor-")
        if is_sent
        else SupervisorForm(formdata=None, prefix="supervisor-", from_on=clock.today())
    )
    places = [
        place
        for place in place_choices(viewer().scope, district(), communities=False)
        if viewer().scope.covers(place[0])
    ]
    users = {user.user_no: user for area, _ in places for user in queries.supervisors_for(area)}
    form.offer(places, users.values())
    return form


def _page(
    *, class_form: ClassVersionForm | None = None, supervisor_form: SupervisorForm | None = None
) -> str:
    today = clock.today()
    book = queries.class_book()
    named = queries.supervisors()
    return render_template(
        "complaints/settings.html",
        classes=book.on(today),
        coming=[each for each in queries.class_versions() if each.from_on > today],
        supervisors=named,
        places=areas.labels({each.area for each in named}),
        names=auth.names_of({each.user_no for each in named}),
        class_form=class_form
        or ClassVersionForm(
            formdata=None, prefix="class-", from_on=today + timedelta(days=1), is_offered=True
        ),
        supervisor_form=supervisor_form or _supervisor_form(),
    )
