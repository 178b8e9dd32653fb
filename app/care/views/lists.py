"""Home of the pages on lists: bring one and look at it, apply it, decide its questions, meals since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Response, redirect, render_template, request, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as users
from app.care.forms.lists import AnswerForm, ListForm, ReasonForm, list_file
from app.care.models import StatusList
from app.care.queries import lists as queries
from app.care.rules.lists import LateAnswer, ListState, Match, RowState
from app.care.service import lists as service
from app.care.views.blueprint import REFUSED, bp
from app.errors import BadFile, DomainError, NotFound, RowError
from app.residents.rules.facts import Status
from app.roles import Permission
from app.text import Text, text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.imports import bad_rows_download
from app.web.language import say
from app.web.notices import notice
from app.web.paging import page_of


@bp.get("/lists")
@require(Permission.RESIDENTS_IMPORT)
def lists() -> str:
    """Show the lists that were brought, and how many questions wait."""
    page = page_of(queries.lists(viewer().scope))
    return render_template(
        "care/lists.html",
        page=page,
        questions=queries.count_questions(viewer().scope),
        people=users.names_of({each.brought_by for each in page.rows}),
    )


@bp.get("/lists/new")
@require(Permission.RESIDENTS_IMPORT)
def new_list() -> str:
    """Show the form for a list."""
    return _new_page(ListForm())


@bp.post("/lists/new")
@require(Permission.RESIDENTS_IMPORT)
def bring_list() -> Redirection | Response | tuple[str, int]:
    """Look at a list: match it with the register, and change nothing yet."""
    form = ListForm()
    if not form.validate_on_submit():
        return _new_page(form), REFUSED
    kind = Status(form.kind.data)
    try:
        reading = list_file(kind, today=clock.today()).read(form.file.data.stream)
        with transaction():
            made, bad = service.look_at_list(
                kind,
                form.source.data or "",
                reading,
                skip_bad_rows=bool(form.skip_bad_rows.data),
                by=viewer(),
                at=clock.now(),
            )
            list_id = made.id
    except BadFile as error:
        form.refuse(error)
        return _new_page(form, error.rows), REFUSED
    notice(text("Looked at. Nothing is written yet: check it, then apply it."))
    if bad:
        return bad_rows_download(reading.header, bad, name="list")
    return redirect(url_for("care.status_list", list_id=list_id))


@bp.get("/lists/<int:list_id>")
@require(Permission.RESIDENTS_IMPORT)
def status_list(list_id: int) -> str:
    """Show a list: what it would do or did, its questions, and meals recorded since."""
    return _page(_found(list_id))


@bp.post("/lists/<int:list_id>/apply")
@require(Permission.RESIDENTS_IMPORT)
def apply_list(list_id: int) -> str | Redirection | tuple[str, int]:
    """Set the statuses of all clear rows of a list, and show each that stays a question after all."""
    try:
        with transaction():
            applied = service.apply_list(list_id, by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _refused(list_id, error)
    if applied.stays:
        return _page(_found(list_id), applied=applied)
    if applied.count_known:
        known = applied.count_known
        notice(text("{count} statuses set; {known} known by now.", count=applied.count_set, known=known))
    else:
        notice(text("{count} statuses set.", count=applied.count_set))
    return redirect(url_for("care.status_list", list_id=list_id))


@bp.post("/lists/<int:list_id>/discard")
@require(Permission.RESIDENTS_IMPORT)
def discard_list(list_id: int) -> Redirection | tuple[str, int]:
    """Throw a list away that was only looked at."""
    try:
        with transaction():
            service.discard_list(list_id, by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _refused(list_id, error)
    notice(text("Thrown away. Nothing was changed."))
    return redirect(url_for("care.lists"))


@bp.post("/lists/<int:list_id>/rows/<int:row_id>/same")
@require(Permission.RESIDENTS_IMPORT)
def same_person(list_id: int, row_id: int) -> Redirection | tuple[str, int]:
    """Decide that a row means this resident, and set the status."""
    at = clock.now()
    return _act(
        list_id,
        lambda: service.decide_row(row_id, is_same=True, by=viewer(), at=at),
        text("The status is set."),
    )


@bp.post("/lists/<int:list_id>/rows/<int:row_id>/other")
@require(Permission.RESIDENTS_IMPORT)
def other_person(list_id: int, row_id: int) -> Redirection | tuple[str, int]:
    """Decide that a row does not mean this resident."""
    at = clock.now()
    return _act(
        list_id,
        lambda: service.decide_row(row_id, is_same=False, by=viewer(), at=at),
        text("Nothing was changed for this person."),
    )


@bp.post("/lists/<int:list_id>/rows")
@require(Permission.RESIDENTS_IMPORT)
def decide_together(list_id: int) -> str | tuple[str, int]:
    """Decide the rows that were ticked alike, and show of each what became of it."""
    is_same = request.form.get("is_same") == "yes"
    chosen = request.form.getlist("rows", type=int)
    try:
        with transaction():
            decided = service.decide_rows(list_id, chosen, is_same=is_same, by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _refused(list_id, error)
    return _page(_found(list_id), decided=decided, is_same=is_same)


@bp.post("/lists/<int:list_id>/rows/<int:row_id>/take-back")
@require(Permission.RESIDENTS_IMPORT)
def take_back(list_id: int, row_id: int) -> Redirection | tuple[str, int]:
    """Take back a status that a list set wrongly."""
    form, at = ReasonForm(), clock.now()
    if not form.validate_on_submit():
        return _refused(list_id, DomainError(text("Say why it is taken back.")))
    return _act(
        list_id,
        lambda: service.take_back(row_id, form.reason.data or "", by=viewer(), at=at),
        text("Taken back: the person is as before."),
    )


@bp.post("/lists/<int:list_id>/rows/<int:row_id>/answer")
@require(Permission.RESIDENTS_IMPORT)
def answer_row(list_id: int, row_id: int) -> Redirection | tuple[str, int]:
    """Say what was found about meals recorded since."""
    form, at = AnswerForm(), clock.now()
    if not form.validate_on_submit():
        return _refused(list_id, DomainError(text("Choose what was found.")))
    found = LateAnswer(form.answer.data)
    return _act(
        list_id,
        lambda: service.answer(row_id, found, form.words.data or "", by=viewer(), at=at),
        text("Noted."),
    )


def _new_page(form: ListForm, rows: Sequence[RowError] = ()) -> str:
    table = list_file(Status.DECEASED, today=clock.today())
    return render_template(
        "care/list_new.html",
        form=form,
        rows=[replace(row, column=table.called(row.column)) for row in rows],
        columns=[table.called(name) for name in table.names],
    )


def _act(list_id: int, act: Callable[[], int], done: Text) -> Redirection | tuple[str, int]:
    try:
        with transaction():
            act()
    except NotFound:
        raise
    except DomainError as error:
        return _refused(list_id, error)
    notice(done)
    return redirect(url_for("care.status_list", list_id=list_id))


def _refused(list_id: int, error: DomainError) -> tuple[str, int]:
    return _page(_found(list_id), refusal=say(error.message)), REFUSED


def _found(list_id: int) -> StatusList:
    found = queries.status_list(list_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such list in your area."))
    return found


def _page(
    found: StatusList,
    *,
    refusal: str = "",
    decided: Sequence[service.Decided] = (),
    is_same: bool = False,
    applied: service.Applied | None = None,
) -> str:
    rows = queries.rows_of(found.id, viewer().scope)
    waiting = [each for each in rows if each.state is RowState.WAITING]
    over = [each for each in rows if each.state is not RowState.WAITING]
    late = queries.late_meals(rows)
    hands = {found.brought_by, found.decided_by, *(each.decided_by for each in rows)}
    hands |= {each.answered_by for each in rows}
    return render_template(
        "care/list.html",
        found=found,
        is_preview=found.state is ListState.PREVIEW,
        will_set=[each for each in waiting if each.match is Match.SETS],
        questions=[each for each in waiting if each.match.is_question],
        already=[each for each in rows if each.match is Match.ALREADY],
        done=[each for each in over if each.match is not Match.ALREADY],
        rows=rows,
        late=late,
        with_late=[each for each in rows if each.id in late],
        not_here=found.listed - found.bad - len(found.rows),
        places=areas.labels(each.resident.residence_area for each in rows),
        people=users.names_of({each for each in hands if each}),
        refusal=refusal,
        decided=decided,
        is_same=is_same,
        applied=applied,
        answer_form=AnswerForm(formdata=None),
        reason_form=ReasonForm(formdata=None),
        form=EmptyForm(),
    )
