"""Home of what the buttons on a complaint's page do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import redirect, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
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
from app.complaints.models import Complaint
from app.complaints.rules.intake import number_in
from app.complaints.rules.states import Act
from app.complaints.views.blueprint import bp, known
from app.complaints.views.desk import complaint_page
from app.errors import DomainError, NotFound
from app.roles import Actor, Permission
from app.text import Text, text
from app.transaction import transaction
from app.web.acting import Answer, acted
from app.web.form import Form
from app.web.notices import notice, warning

_Act = Callable[[Actor, datetime], object]
"""What a form or a button asks a service for, by whom and when."""


def _acted(number: int, name: str, form: Form, act: _Act) -> Answer:
    """Do what a form asks for, and show the complaint again; or show the form with what is wrong with it."""
    known(number)

    def done() -> Text:
        _ensure_seen(known(number))
        try:
            act(viewer(), clock.now())
        except NotFound as error:
            # The complaint is there: what is not there was named in the form.
            raise DomainError(error.message) from error
        return text("Saved.")

    return acted(
        form,
        done,
        onward=lambda: _onward(number),
        again=lambda: complaint_page(known(number), refused={name: form}),
    )


def _ensure_seen(found: Complaint) -> None:
    """Refuse an act from a page on which the last step does not stand yet."""
    if request.form.get("turn", default=len(found.steps), type=int) != len(found.steps):
        raise DomainError(text("Somebody went on with it meanwhile. Look at the steps below first."))


def _onward(number: int) -> str:
    """Give the complaint's page; who gave it to somebody else may see it no more."""
    if queries.complaint(number, viewer()) is None:
        return url_for("complaints.desk")
    return url_for("complaints.complaint", number=number)


def _pressed(number: int, act: _Act) -> Response:
    """Do what a button without a form asks for."""
    known(number)
    try:
        with transaction():
            act(viewer(), clock.now())
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

    def act(by: Actor, at: datetime) -> None:
        service.assign(number, form.user_no.data, form.brief.data or "", by=by, at=at)

    return _acted(number, "assign", form, act)


@bp.post("/<int:number>/answer")
@require(Permission.COMPLAINTS_ANSWER)
def answer(number: int) -> Answer:
    """Write the answer."""
    form = AnswerForm(prefix="answer-")
    return _acted(
        number, "answer", form, lambda by, at: service.answer(number, form.words.data, by=by, at=at)
    )


@bp.post("/<int:number>/call")
@require(Permission.COMPLAINTS_DIRECT)
def call_back(number: int) -> Answer:
    """Write down what whoever complained said of the answer."""
    form = CallForm(prefix="call-")

    def act(by: Actor, at: datetime) -> None:
        service.call_back(number, Act(form.how.data), form.note.data or "", by=by, at=at)

    return _acted(number, "call", form, act)


@bp.post("/<int:number>/close")
@require(Permission.COMPLAINTS_DIRECT)
def close(number: int) -> Response:
    """Close it."""
    return _pressed(number, lambda by, at: service.close(number, by=by, at=at))


@bp.post("/<int:number>/conceal")
@require(Permission.COMPLAINTS_DIRECT)
def conceal(number: int) -> Response:
    """Keep it from the site."""
    return _pressed(number, lambda by, at: service.conceal(number, by=by, at=at))


@bp.post("/<int:number>/contact")
@require(Permission.COMPLAINTS_DIRECT)
def reveal(number: int) -> str:
    """Show name and phone this once; the trail keeps who looked."""
    with transaction():
        service.reveal_contact(number, by=viewer(), at=clock.now())
    return complaint_page(known(number), is_revealed=True)


def _noted(number: int, name: str, verb: Callable[..., object]) -> Answer:
    """Do what asks for a note and for nothing else."""
    form = NoteForm(prefix=f"{name}-")
    return _acted(number, name, form, lambda by, at: verb(number, form.note.data, by=by, at=at))


@bp.post("/<int:number>/reopen")
@require(Permission.COMPLAINTS_DIRECT)
def reopen(number: int) -> Answer:
    """Open it again."""
    return _noted(number, "reopen", service.reopen)


@bp.post("/<int:number>/withdraw")
@require(Permission.COMPLAINTS_DIRECT)
def withdraw(number: int) -> Answer:
    """Note that it was taken back."""
    return _noted(number, "withdraw", service.withdraw)


@bp.post("/<int:number>/urge")
@require(Permission.COMPLAINTS_SUPERVISE)
def urge(number: int) -> Answer:
    """Urge for an answer that is late."""
    return _noted(number, "urge", service.urge)


@bp.post("/<int:number>/merge")
@require(Permission.COMPLAINTS_DIRECT)
def merge(number: int) -> Answer:
    """Merge it with another that says the same."""
    form = MergeForm(prefix="merge-")
    into = number_in(form.into.data or "") or 0
    return _acted(number, "merge", form, lambda by, at: service.merge(number, into, by=by, at=at))


@bp.post("/<int:number>/hand-on")
@require(Permission.COMPLAINTS_DIRECT)
def hand_on(number: int) -> Answer:
    """Hand it on to an office outside."""
    form = HandOnForm(prefix="hand_on-")

    def act(by: Actor, at: datetime) -> None:
        service.hand_on(number, form.office.data, form.note.data, by=by, at=at)

    return _acted(number, "hand_on", form, act)


@bp.post("/<int:number>/class")
@require(Permission.COMPLAINTS_DIRECT)
def reclass(number: int) -> Answer:
    """Put it into another class."""
    form = ClassForm(prefix="class-")
    form.offer(queries.class_book().offered(known(number).received_on))
    return _acted(
        number, "class", form, lambda by, at: service.reclass(number, form.class_code.data, by=by, at=at)
    )
