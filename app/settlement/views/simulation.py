"""Home of the page that simulates a policy on a month: a file is sent, nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from app.access import Permission, require, viewer
from app.canteens import queries as canteens
from app.errors import BadFile, DomainError, RowError
from app.settlement import service
from app.settlement.rules.month import Month, parse_month
from app.settlement.rules.simulation import Simulation
from app.settlement.rules.simulation_tables import tables_of
from app.settlement.views.blueprint import bp
from app.subsidy.forms import PolicyFileForm


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
    names = {code: site.name for code, site in canteens.sites_by_code().items()} if found else {}
    tables = tables_of(found, names) if found else ()
    return render_template(
        "settlement/simulation.html",
        month=month,
        form=form,
        whole_month=_is_for_whole_month(),
        found=found,
        tables=tables,
        faults=faults,
    )
