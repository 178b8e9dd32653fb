"""Home of the pages of recovery: the list, one case with its steps, and the form that opens one."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.settlement import queries, service
from app.settlement.forms import FindingForm, RecoveryForm
from app.settlement.models import Recovery, Statement
from app.settlement.rules.recovery import STEPS, RecoveryAct
from app.settlement.views.blueprint import bp
from app.subsidy.rules.wording import payer_label
from app.text import text
from app.transaction import transaction
from app.web.notices import notice
from app.web.paging import page_of

_Answer = Redirect | tuple[str, int]


@bp.get("/recoveries")
@require(Permission.STATEMENTS_VIEW)
def recoveries() -> str:
    """List the cases, those that wait for a decision first."""
    page = page_of(queries.recoveries(viewer().scope))
    return render_template("settlement/recoveries.html", page=page, payer_label=payer_label)


@bp.get("/recoveries/<recovery_no>")
@require(Permission.STATEMENTS_VIEW)
def recovery(recovery_no: str) -> str:
    """Show one case: what was found, its steps, and what became of the money."""
    return _case_page(_case(recovery_no), RecoveryForm())


@bp.get("/statements/<statement_no>/recovery")
@require(Permission.RECOVERIES_OPEN)
def new_recovery(statement_no: str) -> str:
    """Show the form that opens a case about a paid statement."""
    return _form_page(_statement(statement_no), FindingForm())


@bp.post("/statements/<statement_no>/recovery")
@require(Permission.RECOVERIES_OPEN)
def open_recovery(statement_no: str) -> _Answer:
    """Open a case."""
    form = FindingForm()
    form.offer(_statement(statement_no))
    if form.validate_on_submit():
        try:
            with transaction():
                made = service.open_recovery(form.found(statement_no), by=viewer(), at=clock.now())
                number = made.recovery_no
            notice(text("Case {number} is open. Somebody else decides it.", number=number))
            return redirect(url_for("settlement.recovery", recovery_no=number))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _form_page(_statement(statement_no), form), 422


@bp.post("/recoveries/<recovery_no>/demand")
@require(Permission.STATEMENTS_APPROVE)
def demand(recovery_no: str) -> _Answer:
    """Decide that the money is to be recovered."""
    return _take(recovery_no, RecoveryAct.DEMAND)


@bp.post("/recoveries/<recovery_no>/waive", endpoint="waive_recovery")
@require(Permission.STATEMENTS_APPROVE)
def waive(recovery_no: str) -> _Answer:
    """Decide that the recovery is waived."""
    return _take(recovery_no, RecoveryAct.WAIVE)


@bp.post("/recoveries/<recovery_no>/repay")
@require(Permission.STATEMENTS_PAY)
def repay(recovery_no: str) -> _Answer:
    """Confirm that the money was repaid in cash."""
    return _take(recovery_no, RecoveryAct.REPAY)


def _take(recovery_no: str, act: RecoveryAct) -> _Answer:
    form, status = RecoveryForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                found = service.decide_recovery(
                    recovery_no,
                    act,
                    reason=form.reason.data or "",
                    repaid_on=form.repaid_on.data,
                    by=viewer(),
                    at=clock.now(),
                )
                said = text("{number}: {status}.", number=recovery_no, status=found.status.label)
            notice(said)
            return redirect(url_for("settlement.recovery", recovery_no=recovery_no))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
            status = error.status
    return _case_page(_case(recovery_no), form), status


def _case(recovery_no: str) -> Recovery:
    found = queries.recovery(recovery_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no case {number}.", number=recovery_no))
    return found


def _statement(statement_no: str) -> Statement:
    found = queries.statement(statement_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no statement {number}.", number=statement_no))
    return found


def _case_page(found: Recovery, form: RecoveryForm) -> str:
    acts = [
        act
        for (status, act), (_, permission) in STEPS.items()
        if status is found.status and viewer().may(permission)
    ]
    return render_template(
        "settlement/recovery.html",
        case=found,
        steps=[step.facts for step in found.steps],
        people=users.names_of({step.taken_by for step in found.steps}),
        acts=acts,
        addresses={
            RecoveryAct.DEMAND: "settlement.demand",
            RecoveryAct.WAIVE: "settlement.waive_recovery",
            RecoveryAct.REPAY: "settlement.repay",
        },
        RecoveryAct=RecoveryAct,
        payer_label=payer_label,
        form=form,
    )


def _form_page(statement: Statement, form: FindingForm) -> str:
    form.offer(statement)
    return render_template("settlement/new_recovery.html", statement=statement, form=form)
