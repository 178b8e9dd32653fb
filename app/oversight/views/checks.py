"""Home of the pages of integrity checks: the findings, the checks with what they measure by, and the runs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens import queries as canteens
from app.errors import DomainError, NotFound
from app.month import Month, month_of, parse_month
from app.oversight.forms.checks import TuneForm, tune_form
from app.oversight.queries import cases as queries
from app.oversight.rules.checks import CHECKS, Missing, check_named
from app.oversight.service.check import judge_month, keep_findings, limits_of, tune_check
from app.oversight.views.blueprint import bp
from app.oversight.views.evidence import said_of
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web import navigation
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of

_REFUSED = 422
_AT_ONCE = 25


def asked_month() -> Month:
    """Give the month that the address asks for, or the last one that is over."""
    written = request.values.get("month", "")
    return parse_month(written) if written else month_of(clock.today()).previous


@bp.get("/checks")
@require(Permission.CHECKS_VIEW)
def cases() -> str:
    """List what the checks of a month found, by site and severity."""
    month, scope = str(asked_month()), viewer().scope
    chosen = {key: request.args.get(key, "") for key in ("check", "site", "state")}
    found = queries.cases(
        scope,
        month=month,
        check_name=chosen["check"],
        site_code=chosen["site"],
        is_open={"open": True, "closed": False}.get(chosen["state"]),
        assigned_to=viewer().user_no if chosen["state"] == "mine" else "",
    )
    page = page_of(found, per_page=_AT_ONCE)
    return render_template(
        "oversight/checks/cases.html",
        page=page,
        said=said_of(page.rows),
        month=month,
        months=sorted({month, *queries.months_with_meals()}, reverse=True),
        chosen=chosen,
        checks={each.name: each for each in CHECKS},
        tallies=[each for each in queries.tallies(scope) if each.month == month],
        by_site=queries.by_site(scope, month),
        sites={code: site.name for code, site in canteens.sites_by_code().items()},
        people=users.names_of({each.assigned_to for each in page.rows if each.assigned_to}),
        run=queries.newest_run(month, scope),
        form=EmptyForm(),
    )


@bp.post("/checks/run")
@require(Permission.CHECKS_RUN)
def run_checks() -> Response:
    """Run all checks over a month: the facts are read first, so that nobody waits while it is judged."""
    month = asked_month()
    judged = judge_month(month, by=viewer())
    with transaction():
        run = keep_findings(judged, by=viewer(), at=clock.now())
        number, findings = run.id, run.findings
    notice(text("{count} findings. Each is a question to a person, and no verdict.", count=findings))
    return redirect(url_for("oversight.run", run_id=number))


@bp.get("/checks/runs/<int:run_id>")
@require(Permission.CHECKS_VIEW)
def run(run_id: int) -> str:
    """Show a run: how long it took, what each check measured by, and what it could not look at."""
    scope = viewer().scope
    found = queries.run_numbered(run_id, scope)
    if found is None:
        raise NotFound(text("There is no such run."))
    return render_template(
        "oversight/checks/run.html",
        run=found,
        others=page_of(queries.runs(scope), per_page=12).rows,
        checks={each.name: each for each in CHECKS},
        missing=Missing,
        sites={code: site.name for code, site in canteens.sites_by_code().items()},
        people=users.names_of({found.ran_by}),
    )


@bp.get("/checks/rules")
@require(Permission.CHECKS_VIEW)
def rules() -> str:
    """List every check, with how often it was a false alarm, by month."""
    tallies: defaultdict[str, list[queries.Tally]] = defaultdict(list)
    for each in queries.tallies(viewer().scope):
        tallies[each.check_name].append(each)
    return render_template("oversight/checks/rules.html", checks=CHECKS, tallies=tallies)


@bp.get("/checks/rules/<name>")
@require(Permission.CHECKS_VIEW)
def rule(name: str) -> str:
    """Explain one check: what it asks, by what it measures, and how it did."""
    return _rule_page(name, None)


@bp.post("/checks/rules/<name>")
@require(Permission.CHECKS_TUNE)
def tune(name: str) -> Response | tuple[str, int]:
    """Let a check measure by other values from a day on."""
    check = check_named(name)
    form = tune_form(check, _limits_now()[name])
    if form.validate_on_submit():
        try:
            with transaction():
                tune_check(
                    name,
                    form.values(check),
                    effective_from=form.effective_from.data,
                    reason=form.reason.data or "",
                    by=viewer(),
                    at=clock.now(),
                )
            notice(text("Saved. Months that begin earlier keep what was in force."))
            return redirect(url_for("oversight.rule", name=name))
        except DomainError as error:
            form.refuse(error)
    return _rule_page(name, form), _REFUSED


def _limits_now() -> dict[str, dict[str, int]]:
    return limits_of(month_of(clock.today()).next)


def _rule_page(name: str, form: TuneForm | None) -> str:
    check = check_named(name)
    set_before = queries.settings_of(name)
    limits = _limits_now()[name]
    shown: dict[str, Any] = {
        "check": check,
        "limits": limits_of(month_of(clock.today()))[name],
        "settings": set_before,
        "labels": {each.name: each.label for each in check.parameters},
        "people": users.names_of({each.set_by for each in set_before}),
        "tallies": [each for each in queries.tallies(viewer().scope) if each.check_name == name],
    }
    return render_template("oversight/checks/rule.html", form=form or tune_form(check, limits), **shown)


def _waiting_here() -> int:
    return queries.waiting(viewer().scope)


navigation.counts["oversight.cases"] = _waiting_here
