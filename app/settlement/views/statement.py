"""Home of the pages of one statement: its sums and meals, its way, and the steps that are taken with it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as users
from app.errors import DomainError, NotFound
from app.meals import queries as meals
from app.meals.models import Decision, Meal
from app.roles import Permission
from app.settlement import queries, service
from app.settlement.forms import StepForm, WaiverForm
from app.settlement.models import Statement
from app.settlement.rules.canonical import check_code
from app.settlement.rules.lines import Line
from app.settlement.rules.steps import Act, StatementStatus, acts_open
from app.settlement.views.blueprint import bp
from app.subsidy.rules import Reason
from app.subsidy.rules.wording import payer_label
from app.text import Text, text
from app.till.rules.completeness import Gap
from app.transaction import transaction
from app.web.form import Form
from app.web.notices import notice
from app.web.paging import Page, page_of, page_of_rows

_Answer = Redirect | tuple[str, int]
CORRECTIONS_SHOWN = 200
"""A page shows no more of them; the files hold all."""


@bp.get("/statements/<statement_no>")
@require(Permission.STATEMENTS_VIEW)
def statement(statement_no: str) -> str:
    """Show one statement: its sums, who owes what, its way, and its meals by reason."""
    return _page(_statement(statement_no), StepForm(), WaiverForm())


@bp.post("/statements/<statement_no>/submit")
@require(Permission.STATEMENTS_SUBMIT)
def submit(statement_no: str) -> _Answer:
    """Hand a statement in; from now on its lines stand."""
    return _take(statement_no, Act.SUBMIT)


@bp.post("/statements/<statement_no>/review")
@require(Permission.STATEMENTS_REVIEW)
def review(statement_no: str) -> _Answer:
    """Confirm the review of a statement."""
    return _take(statement_no, Act.REVIEW)


@bp.post("/statements/<statement_no>/approve")
@require(Permission.STATEMENTS_APPROVE)
def approve(statement_no: str) -> _Answer:
    """Approve a statement."""
    return _take(statement_no, Act.APPROVE)


@bp.post("/statements/<statement_no>/pay")
@require(Permission.STATEMENTS_PAY)
def pay(statement_no: str) -> _Answer:
    """Confirm that a statement was paid."""
    return _take(statement_no, Act.PAY)


@bp.post("/statements/<statement_no>/void")
@require(Permission.STATEMENTS_APPROVE)
def void(statement_no: str) -> _Answer:
    """Declare a statement void; the next draft bears a new number."""
    return _take(statement_no, Act.VOID)


@bp.post("/statements/<statement_no>/return", endpoint="return")
@require(Permission.STATEMENTS_VIEW)
def return_(statement_no: str) -> _Answer:
    """Return a statement with a reason: whoever may take the next step may, which the service knows."""
    return _take(statement_no, Act.RETURN)


def _take(statement_no: str, act: Act) -> _Answer:
    form = StepForm()

    def done() -> Text:
        reason = form.reason.data or ""
        moved = service.take_step(statement_no, act, reason=reason, by=viewer(), at=clock.now())
        return text("{number}: {status}.", number=statement_no, status=moved.as_text())

    answer = _acted(statement_no, form, done)
    if isinstance(answer, int):
        return _page(_statement(statement_no), form, WaiverForm(), asked=act), answer
    return answer


@bp.post("/statements/<statement_no>/waiver")
@require(Permission.STATEMENTS_WAIVE)
def waive(statement_no: str) -> _Answer:
    """Answer for what is missing of a statement's days."""
    form = WaiverForm()

    def done() -> Text:
        service.waive(statement_no, reason=form.reason.data or "", by=viewer(), at=clock.now())
        return text("{number} may be handed in; your reason prints on it.", number=statement_no)

    answer = _acted(statement_no, form, done)
    if isinstance(answer, int):
        return _page(_statement(statement_no), StepForm(), form), answer
    return answer


def _acted(statement_no: str, form: Form, act: Callable[[], Text]) -> Redirect | int:
    """Do what a form asks for; give where to go, or the status of the refusal that the form shows."""
    if not form.validate_on_submit():
        return 422
    try:
        with transaction():
            said = act()
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return error.status
    notice(said)
    return redirect(url_for("settlement.statement", statement_no=statement_no))


@bp.get("/statements/<statement_no>.pdf")
@require(Permission.STATEMENTS_VIEW)
def paper(statement_no: str) -> Response:
    """Hand out a statement as a paper to be sealed."""
    found = _statement(statement_no)
    printed = BytesIO(service.statement_pdf(found, at=clock.now()))
    return send_file(printed, mimetype="application/pdf", download_name=f"{statement_no}.pdf")


def _statement(statement_no: str) -> Statement:
    found = queries.statement(statement_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no statement {number}.", number=statement_no))
    return found


def _page(found: Statement, form: StepForm, waiver_form: WaiverForm, *, asked: Act | None = None) -> str:
    wanted = request.args.get("reason", "")
    reason = Reason(wanted) if wanted in set(Reason) else None
    is_current = True
    if found.stage.is_frozen:
        page, reasons = _frozen_meals(found, reason)
    else:
        states = meals.states_of([found.site_code], found.period.first_on, found.period.last_on)
        is_current = not queries.outdated([found], found.period, states)
        page, reasons = _meals(found, reason, states[found.site_code])
    waiver = queries.waiver_of(found.id, found.round)
    return render_template(
        "settlement/statement.html",
        statement=found,
        month=found.period,
        place=areas.labels([found.site.area_code])[found.site.area_code],
        check_code=check_code(found.hash) if found.hash else None,
        is_current=is_current,
        reasons=reasons,
        reason=reason,
        page=page,
        names=queries.names_of({line.resident_no for line in page.rows}),
        corrected=queries.eaten({each.meal_id for each in found.adjustments[:CORRECTIONS_SHOWN]}),
        corrections_shown=CORRECTIONS_SHOWN,
        payer_label=payer_label,
        acts=[act for act, permission in acts_open(found.stage) if viewer().may(permission)],
        gaps=_gaps(found),
        cases=queries.recoveries_of(found.id),
        waiver=waiver,
        people=users.names_of(
            {step.taken_by for step in found.steps} | ({waiver.waived_by} if waiver else set())
        ),
        form=form,
        asked=asked,
        addresses={act: f"settlement.{act.value}" for act in Act},
        waiver_form=waiver_form,
    )


def _gaps(found: Statement) -> list[Gap]:
    """Give what is missing of a draft's days; once it is handed in nobody asks any more."""
    if found.stage is not StatementStatus.DRAFT:
        return []
    return queries.gaps_of(found, today=clock.today())


def _meals(
    found: Statement, reason: Reason | None, state: meals.MealsState
) -> tuple[Page[Line], dict[Reason, int]]:
    reasons = queries.reasons_of(found.period, found.site_code, state)
    total = sum(reasons.values()) if reason is None else reasons.get(reason, 0)
    chosen = page_of(queries.lines_page(found.period, found.site_code, reason=reason), total=total)
    rows = [_line(meal, meal.decision) for meal in chosen.rows if meal.decision is not None]
    return Page(rows, chosen.number, chosen.total, chosen.per_page), reasons


def _line(meal: Meal, decision: Decision) -> Line:
    return Line(
        str(meal.id),
        meal.site_code,
        meal.resident_no,
        meal.served_on,
        meal.sitting,
        meal.channel,
        decision.price_fen,
        decision.government_fen,
        decision.operator_fen,
        decision.charity_fen,
        decision.resident_fen,
        decision.reason,
        "",
    )


def _frozen_meals(found: Statement, reason: Reason | None) -> tuple[Page[Line], dict[Reason, int]]:
    lines = queries.written_lines(found.id)
    return page_of_rows(lines if reason is None else lines.because(reason)), lines.reasons
