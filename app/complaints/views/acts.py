"""Home of what the buttons on a complaint's page do."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, url_for
from werkzeug import Response

from app import clock
from app.access import Permission, require, viewer
from app.canteens import queries as canteens
from app.complaints import queries, service
from app.complaints.forms.desk import (
    AnswerForm,
    AssignForm,
    CallForm,
    ClassForm,
    HandOnForm,
    MergeForm,
    NoteForm,
)
from app.complaints.rules.intake import number_in
from app.complaints.rules.states import Act
from app.complaints.views.blueprint import REFUSED, Answer, bp, known
from app.complaints.views.desk import complaint_page
from app.errors import DomainError
from app.text import text
from app.transaction import transaction
from app.web.form import Form
from app.web.notices import notice, warning


def _acted(number: int, name: str, form: Form, act: Callable[[], object]) -> Answer:
    """Do what a form asks for, and show the complaint again; or show the form with what is wrong with it."""
    if form.validate_on_submit():
        try:
            with transaction():
                act()
            notice(text("Saved."))
            # Who gave it to somebody else may see it no more.
            if queries.complaint(number, viewer()) is None:
                return redirect(url_for("complaints.desk"))
            return redirect(url_for("complaints.complaint", number=number))
        except DomainError as error:
            form.refuse(error)
    return complaint_page(known(number), refused={name: form}), REFUSED


def _pressed(number: int, act: Callable[[], object]) -> Response:
    """Do what a button without a form asks for."""
    known(number)
    try:
        with transaction():
            act()
        notice(text("Saved."))
    except DomainError as error:
        warning(error.message)
    return redirect(url_for("complaints.complaint", number=number))


@bp.post("/<int:number>/assign")
@require(Permission.COMPLAINTS_DIRECT)
def assign(number: int) -> Answer:
    """Give it to somebody to deal with."""
    found = known(number)
    form = AssignForm(prefix="assign-")
    sites = {code: site.name for code, site in canteens.sites_by_code().items()}
    form.offer(queries.candidates(found.area_code, found.site_code), sites)
    return _acted(
        number,
        "assign",
        form,
        lambda: service.assign(number, form.user_no.data, form.brief.data or "", by=viewer(), at=clock.now()),
    )


@bp.post("/<int:number>/answer")
@require(Permission.COMPLAINTS_ANSWER)
def answer(number: int) -> Answer:
    """Write the answer."""
    form = AnswerForm(prefix="answer-")
    known(number)
    return _acted(
        number, "answer", form, lambda: service.answer(number, form.words.data, by=viewer(), at=clock.now())
    )


@bp.post("/<int:number>/call")
@require(Permission.COMPLAINTS_DIRECT)
def call_back(number: int) -> Answer:
    """Write down what whoever complained said of the answer."""
    form = CallForm(prefix="call-")
    known(number)
    return _acted(
        number,
        "call",
        form,
        lambda: service.call_back(
            number, Act(form.how.data), form.note.data or "", by=viewer(), at=clock.now()
        ),
    )


@bp.post("/<int:number>/close")
@require(Permission.COMPLAINTS_DIRECT)
def close(number: int) -> Response:
    """Close it."""
    return _pressed(number, lambda: service.close(number, by=viewer(), at=clock.now()))


@bp.post("/<int:number>/conceal")
@require(Permission.COMPLAINTS_DIRECT)
def conceal(number: int) -> Response:
    """Keep it from the site."""
    return _pressed(number, lambda: service.conceal(number, by=viewer(), at=clock.now()))


@bp.post("/<int:number>/contact")
@require(Permission.COMPLAINTS_DIRECT)
def reveal(number: int) -> str:
    """Show name and phone this once; the trail keeps who looked."""
    with transaction():
        service.reveal_contact(number, by=viewer(), at=clock.now())
    return complaint_page(known(number), is_revealed=True)


@bp.post("/<int:number>/reopen")
@require(Permission.COMPLAINTS_DIRECT)
def reopen(number: int) -> Answer:
    """Open it again."""
    form = NoteForm(prefix="reopen-")
    known(number)
    return _acted(
        number, "reopen", form, lambda: service.reopen(number, form.note.data, by=viewer(), at=clock.now())
    )


@bp.post("/<int:number>/withdraw")
@require(Permission.COMPLAINTS_DIRECT)
def withdraw(number: int) -> Answer:
    """Note that it was taken back."""
    form = NoteForm(prefix="withdraw-")
    known(number)
    return _acted(
        number,
        "withdraw",
        form,
        lambda: service.withdraw(number, form.note.data, by=viewer(), at=clock.now()),
    )


@bp.post("/<int:number>/urge")
@require(Permission.COMPLAINTS_SUPERVISE)
def urge(number: int) -> Answer:
    """Urge for an answer that is late."""
    form = NoteForm(prefix="urge-")
    known(number)
    return _acted(
        number, "urge", form, lambda: service.urge(number, form.note.data, by=viewer(), at=clock.now())
    )


@bp.post("/<int:number>/merge")
@require(Permission.COMPLAINTS_DIRECT)
def merge(number: int) -> Answer:
    """Merge it with another that says the same."""
    form = MergeForm(prefix="merge-")
    known(number)
    into = number_in(form.into.data or "")
    return _acted(
        number, "merge", form, lambda: service.merge(number, into or 0, by=viewer(), at=clock.now())
    )


@bp.post("/<int:number>/hand-on")
@require(Permission.COMPLAINTS_DIRECT)
def hand_on(number: int) -> Answer:
    """Hand it on to an office outside."""
    form = HandOnForm(prefix="hand_on-")
    known(number)
    return _acted(
        number,
        "hand_on",
        form,
        lambda: service.hand_on(number, form.office.data, form.note.data, by=viewer(), at=clock.now()),
    )


@bp.post("/<int:number>/class")
@require(Permission.COMPLAINTS_DIRECT)
def reclass(number: int) -> Answer:
    """Put it into another class."""
    found = known(number)
    form = ClassForm(prefix="class-")
    form.offer(queries.class_book().offered(found.received_on))
    return _acted(
        number,
        "class",
        form,
        lambda: service.reclass(number, form.class_code.data, by=viewer(), at=clock.now()),
    )
