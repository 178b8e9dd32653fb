"""Home of the pages that simulate a policy on a month, a draft or a file: nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from app.access import require, viewer
from app.canteens import queries as canteens
from app.errors import BadFile, DomainError, NotFound, RowError
from app.month import Month, parse_month
from app.roles import Permission
from app.settlement import queries, service
from app.settlement.rules.simulation import Simulation
from app.settlement.rules.simulation_tables import Table, tables_of
from app.settlement.views.blueprint import bp
from app.subsidy import queries as drafts
from app.subsidy.forms import PolicyFileForm
from app.text import text


@bp.get("/<month>/simulation")
@require(Permission.POLICY_EDIT)
def choose_policy(month: str) -> str:
    """Show the form that takes the policy's file."""
    return _page(parse_month(month), PolicyFileForm())


@bp.post("/<month>/simulation")
@require(Permission.POLICY_EDIT)
def simulate(month: str) -> str | tuple[str, int]:
    """Show what the month's money would have been, or everything that is wrong with the file."""
    period, form = parse_month(month), PolicyFileForm()
    faults: Sequence[RowError] = ()
    if form.validate_on_submit():
        try:
            found = service.simulate(
                form.policy(), period, scope=viewer().scope, as_if_in_force=_is_for_whole_month()
            )
        except DomainError as error:
            form.refuse(error)
            faults = error.rows if isinstance(error, BadFile) else ()
        else:
            return _page(period, form, found)
    return _page(period, form, faults=faults), 422


@bp.get("/drafts/<int:draft_id>/simulation")
@require(Permission.POLICY_APPROVE)
def simulate_draft(draft_id: int) -> str:
    """Show what a month's money would have been with a draft, and which statements it would correct."""
    draft = drafts.draft(draft_id, viewer().scope)
    if draft is None:
        raise NotFound(text("There is no such draft."))
    months = [each.month for each in queries.months(viewer().scope)]
    month = parse_month(request.args["month"]) if "month" in request.args else next(iter(months), None)
    is_run = "run" in request.args
    is_whole = "whole_month" in request.args or not is_run
    found = None
    if is_run and month is not None:
        found = service.simulate(draft.policy, month, scope=viewer().scope, as_if_in_force=is_whole)
    return render_template(
        "settlement/simulated_draft.html",
        draft_id=draft_id,
        policy=draft.policy,
        settled=queries.settled_since(draft.policy.effective_from, viewer().scope),
        months=months,
        month=month,
        whole_month=is_whole,
        found=found,
        tables=_tables(found),
    )


def _is_for_whole_month() -> bool:
    """Tell whether the policy shall decide the whole month: so it is unless a sent form says otherwise."""
    return request.method != "POST" or "whole_month" in request.form


def _page(
    month: Month,
    form: PolicyFileForm,
    found: Simulation | None = None,
    *,
    faults: Sequence[RowError] = (),
) -> str:
    return render_template(
        "settlement/simulation.html",
        month=month,
        form=form,
        whole_month=_is_for_whole_month(),
        found=found,
        tables=_tables(found),
        faults=faults,
    )


def _tables(found: Simulation | None) -> Sequence[Table]:
    if found is None:
        return ()
    return tables_of(found, {code: site.name for code, site in canteens.sites_by_code().items()})
