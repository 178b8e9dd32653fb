"""Home of keying route sheets back: find a run by its code, tick what stands on the paper, done."""

from __future__ import annotations

from uuid import uuid4

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery import queries
from app.delivery.forms import CodeForm, RunKeyingForm
from app.delivery.models import DayPlan, Run
from app.delivery.queries.photos import photos_of_run
from app.delivery.rules.proof import outcomes_counted, read_run_code, run_code
from app.delivery.service import key_back
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, name_of
from app.delivery.views.ground import map_ground
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

_REFUSED = 422


@bp.get("/runs")
@require(Permission.DELIVERY_RECORD)
def runs() -> Response | tuple[str, int] | str:
    """Show a sitting's runs with what is still open of each; a typed code leads to its run."""
    form = CodeForm(request.args)
    if not form.code.data:
        return _runs_page(CodeForm(None))
    try:
        return redirect(url_for("delivery.run", run_id=read_run_code(form.code.data)))
    except DomainError as error:
        form.refuse(error)
    return _runs_page(form), _REFUSED


@bp.get("/runs/<int:run_id>")
@require(Permission.DELIVERY_RECORD)
def run(run_id: int) -> str:
    """Show what was reported of a run's stops, and the boxes for what stands on its paper."""
    plan, shown = _run(run_id)
    return _run_page(plan, shown)


@bp.post("/runs/<int:run_id>")
@require(Permission.DELIVERY_RECORD)
def key_run(run_id: int) -> Response | tuple[str, int]:
    """Take what was keyed back from a run's paper."""
    plan, shown = _run(run_id)
    form = RunKeyingForm()
    if not form.validate_on_submit():
        return _run_page(plan, shown, form), _REFUSED
    minutes = {stop.position: stop.handover_seconds for stop in shown.stops}
    try:
        reports = form.reports(run_id, plan.served_on, minutes, by=viewer().user_no)
        with transaction():
            count = key_back(reports, by=viewer(), at=clock.now())
    except DomainError as error:
        form.refuse(error)
        return _run_page(*_run(run_id), form), _REFUSED
    notice(text("Kept what became of {count} stops of run {code}.", count=count, code=run_code(run_id)))
    plan, _ = _run(run_id)
    return redirect(url_for("delivery.runs", on=plan.served_on, sitting=plan.sitting.value))


def _run(run_id: int) -> tuple[DayPlan, Run]:
    found = queries.released_run(run_id, viewer().scope)
    if found is None:
        raise NotFound(
            text("There is no released run {code}, or it is not yours to see.", code=run_code(run_id))
        )
    return found


def _runs_page(form: CodeForm) -> str:
    on, sitting = asked()
    kitchens = queries.kitchens_of_day(on, sitting, viewer().scope)
    plans = queries.released_plans(on, sitting, [site.site_code for site in kitchens])
    ridden = [each for plan in plans.values() for each in plan.runs]
    known = queries.proofs(on, sitting, [stop.subscription for each in ridden for stop in each.stops])
    rows = [
        (plan, each, outcomes_counted([known[stop.subscription_id].outcome for stop in each.stops]))
        for plan in plans.values()
        for each in plan.runs
    ]
    return render_template(
        "delivery/runs.html",
        form=form,
        on=on,
        sitting=sitting,
        rows=sorted(rows, key=lambda row: (not row[2][None], row[0].kitchen_code, row[1].number)),
        run_code=run_code,
    )


def _run_page(plan: DayPlan, shown: Run, form: RunKeyingForm | None = None) -> str:
    known = queries.proofs(plan.served_on, plan.sitting, [stop.subscription for stop in shown.stops])
    hands = {report.reported_by for proof in known.values() for report in proof.reports}
    form = form or RunKeyingForm.blank(uuid4(), [stop.position for stop in shown.stops])
    return render_template(
        "delivery/run.html",
        plan=plan,
        run=shown,
        code=run_code(shown.id),
        proofs=known,
        form=form,
        rows=form.rows,
        people=users.names_of(hands) | queries.rider_names(hands),
        name_of=name_of(plan.served_on),
        ground=map_ground(),
        photos=photos_of_run(shown.id),
    )
