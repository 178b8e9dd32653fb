"""Home of taking one step with many statements: each for itself, and each result told as it is."""

from __future__ import annotations

from flask import render_template

from app import clock
from app.access import require, viewer
from app.errors import DomainError
from app.month import parse_month
from app.roles import Permission
from app.settlement import service
from app.settlement.forms import StepsForm
from app.settlement.views.blueprint import bp
from app.text import Text
from app.transaction import transaction


@bp.post("/<month>/steps")
@require(Permission.STATEMENTS_VIEW)
def take_steps(month: str) -> str:
    """Take a step with every chosen statement; one that cannot go on keeps none of the others back."""
    period, form = parse_month(month), StepsForm()
    chosen = form.statements.data or [] if form.validate_on_submit() else []
    results = [_result(str(statement_no), form) for statement_no in chosen]
    return render_template("settlement/steps.html", month=period, results=results)


def _result(statement_no: str, form: StepsForm) -> tuple[str, Text, bool]:
    try:
        with transaction():
            moved = service.take_step(statement_no, form.step, by=viewer(), at=clock.now())
            return statement_no, moved.as_text(), True
    except DomainError as error:
        return statement_no, error.message, False
