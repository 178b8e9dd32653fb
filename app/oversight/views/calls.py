"""Home of the pages of the monthly calls: draw the sample, the list to call, and what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.errors import DomainError, NotFound
from app.month import parse_month
from app.oversight.forms.checks import CallForm, DrawForm
from app.oversight.models.calls import CallTask
from app.oversight.queries import calls as queries
from app.oversight.queries import cases
from app.oversight.rules.calls import CallOutcome, CallState, state_of
from app.oversight.service.calls import (
    draw_sample,
    is_as_drawn,
    note_printed,
    reveal_called_phone,
    write_answer,
)
from app.oversight.views.blueprint import bp
from app.oversight.views.checks import asked_month
from app.residents import queries as residents
from app.roles import Permission, Scope
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of_rows

_REFUSED = 422
_AT_ONCE = 25
_EVERYWHERE = Scope()
Answer = Response | tuple[str, int]


@bp.get("/calls")
@require(Permission.CALLS_MAKE)
def calls() -> str:
    """Show whom to call about a month, and what they answered."""
    return _calls_page(str(asked_month()))


@bp.post("/calls")
@require(Permission.CALLS_MAKE)
def draw() -> Answer:
    """Draw the month's sample."""
    month, form = asked_month(), DrawForm()
    if form.validate_on_submit():
        try:
            with transaction():
                draw_sample(month, per_site=form.per_site.data, by=viewer(), at=clock.now())
            notice(text("The sample is drawn. The machine chose; the seed stands below."))
            return redirect(url_for("oversight.calls", month=month))
        except DomainError as error:
            form.refuse(error)
    return _calls_page(str(month), draw_form=form), _REFUSED


@bp.post("/calls/<month>/print")
@require(Permission.CALLS_MAKE)
def print_calls(month: str) -> str:
    """Show the list for printing, with masked numbers; that somebody printed it is recorded."""
    written = str(parse_month(month))
    with transaction():
        note_printed(written, by=viewer(), at=clock.now())
    return _calls_page(written, is_print=True)


@bp.get("/calls/person/<int:task_id>")
@require(Permission.CALLS_MAKE)
def call(task_id: int) -> str:
    """Show one resident of the sample, with the form for the answer."""
    return _call_page(task_id, None)


@bp.post("/calls/person/<int:task_id>/phone")
@require(Permission.CALLS_MAKE)
def call_phone(task_id: int) -> str:
    """Show the telephone number; the look is recorded."""
    with transaction():
        number = reveal_called_phone(task_id, by=viewer(), at=clock.now())
    return _call_page(task_id, None, number=number)


@bp.post("/calls/person/<int:task_id>")
@require(Permission.CALLS_MAKE)
def write_call(task_id: int) -> Answer:
    """Write down what the call brought."""
    form = CallForm()
    form.offer()
    if form.validate_on_submit():
        try:
            with transaction():
                write_answer(
                    task_id,
                    CallOutcome(form.outcome.data),
                    form.note.data or "",
                    turn=form.turn.data,
                    by=viewer(),
                    at=clock.now(),
                )
                task = queries.task_numbered(task_id, viewer().scope)
                month = task.sample.month if task is not None else ""
            notice(text("Written down."))
            return redirect(url_for("oversight.calls", month=month))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _call_page(task_id, form), _REFUSED


def _calls_page(month: str, *, draw_form: DrawForm | None = None, is_print: bool = False) -> str:
    scope = viewer().scope
    sample = queries.sample_of(month, scope.area)
    tasks = queries.tasks_of(sample.id, scope) if sample is not None else []
    counts = Counter(_state(task) for task in tasks)
    chosen = _chosen_state(counts)
    page = page_of_rows([task for task in tasks if _state(task) is chosen], per_page=_AT_ONCE)
    shown = tasks if is_print else page.rows
    numbers = [task.resident_no for task in shown]
    return render_template(
        "oversight/checks/calls.html",
        month=month,
        months=sorted({month, *cases.months_with_meals()}, reverse=True),
        sample=sample,
        is_same=sample is not None and is_as_drawn(sample),
        tasks=shown,
        counts={state: counts[state] for state in CallState},
        chosen=chosen,
        page=page,
        people={each.resident_no: each for each in residents.residents_of(numbers, _EVERYWHERE)},
        callers=_callers(sample.drawn_by if sample else "", shown),
        form=EmptyForm(),
        draw_form=draw_form or DrawForm(),
        is_print=is_print,
    )


def _state(task: CallTask) -> CallState:
    return state_of(task.newest.outcome if task.newest else None)


def _chosen_state(counts: Mapping[CallState, int]) -> CallState:
    """Give the state that is asked for, or the first that anybody is in."""
    asked = request.args.get("state", "")
    if asked in set(CallState):
        return CallState(asked)
    return next((state for state in CallState if counts[state]), CallState.OPEN)


def _callers(drawn_by: str, tasks: Sequence[CallTask]) -> Mapping[str, str]:
    return users.names_of({drawn_by, *(task.newest.called_by for task in tasks if task.newest)})


def _call_page(task_id: int, form: CallForm | None, *, number: str = "") -> str:
    task = queries.task_numbered(task_id, viewer().scope)
    if task is None:
        raise NotFound(text("There is no such call."))
    form = form or CallForm(turn=len(task.answers) + 1)
    form.offer()
    people = residents.residents_of([task.resident_no], _EVERYWHERE)
    return render_template(
        "oversight/checks/call.html",
        task=task,
        resident=people[0] if people else None,
        number=number,
        callers=users.names_of({each.called_by for each in task.answers}),
        form=form,
        empty=EmptyForm(),
    )
