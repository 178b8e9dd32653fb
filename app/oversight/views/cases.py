"""Home of the page of one case: its evidence, its steps, and what may be done next, for offices and sites."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens import queries as canteens
from app.errors import DomainError, NotFound
from app.month import parse_month
from app.oversight.forms.checks import CaseStepForm
from app.oversight.models.checks import CheckCase
from app.oversight.queries import cases as queries
from app.oversight.rules.cases import LONGEST_WORDS, PERMISSIONS, STEPS, CaseAct
from app.oversight.rules.checks import CHECKS, check_named
from app.oversight.service.cases import concerned_by, take_case_step
from app.oversight.views.blueprint import bp
from app.oversight.views.evidence import said_by_runs, said_of, shown_rows
from app.roles import Permission
from app.settlement import queries as settlement
from app.settlement.rules.steps import StatementStatus
from app.text import text
from app.transaction import transaction
from app.web import navigation
from app.web.notices import notice
from app.web.paging import page_of

Answer = Response | tuple[str, int]
_FIRST_ROWS = 8
"""So many rows of evidence are shown at once; the others are folded."""


@bp.get("/cases/<int:case_id>")
@require(Permission.CHECKS_VIEW)
def case(case_id: int) -> str:
    """Show one case to an office."""
    return _case_page(case_id, None)


@bp.post("/cases/<int:case_id>/<act>")
@require(Permission.CHECKS_DECIDE)
def decide(case_id: int, act: str) -> Answer:
    """Take an office's step with a case."""
    if act not in set(CaseAct):
        raise NotFound(text("There is no such step."))
    return _take(case_id, CaseAct(act), "oversight.case")


@bp.get("/questions")
@require(Permission.CHECKS_ANSWER)
def questions() -> str:
    """List what a site was asked, what it has still to answer first."""
    page = page_of(queries.cases(viewer().scope))
    return render_template(
        "oversight/checks/questions.html",
        page=page,
        said=said_of(page.rows),
        checks={each.name: each for each in CHECKS},
        sites={code: site.name for code, site in canteens.sites_by_code().items()},
    )


@bp.get("/questions/<int:case_id>")
@require(Permission.CHECKS_ANSWER)
def question(case_id: int) -> str:
    """Show one case to the site that was asked about it."""
    return _case_page(case_id, None)


@bp.post("/questions/<int:case_id>/answer")
@require(Permission.CHECKS_ANSWER)
def answer(case_id: int) -> Answer:
    """Explain for a site what was found."""
    return _take(case_id, CaseAct.ANSWER, "oversight.question")


def _take(case_id: int, act: CaseAct, back: str) -> Answer:
    form = CaseStepForm()
    form.offer([])
    status = 422
    if form.validate_on_submit():
        try:
            with transaction():
                taken = take_case_step(case_id, form.step(act), by=viewer(), at=clock.now())
                said = text("{number}: {status}.", number=taken.case_no, status=taken.status.label)
            notice(said)
            return redirect(url_for(back, case_id=case_id))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
            status = error.status
    return _case_page(case_id, form, asked=act), status


def _case_page(case_id: int, form: CaseStepForm | None, *, asked: CaseAct | None = None) -> str:
    found = queries.case_numbered(case_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such case."))
    form = form or CaseStepForm()
    form.offer(queries.deciders(found.area_code))
    hands = {step.taken_by for step in found.steps} | {step.assigned_to or "" for step in found.steps}
    newest = found.newest
    return render_template(
        "oversight/checks/case.html",
        case=found,
        check=check_named(found.check_name),
        rows=shown_rows(newest.rows, found.month),
        said=said_by_runs(found),
        acts=_acts(found),
        people=users.names_of(hands | {found.assigned_to or ""}),
        first_rows=_FIRST_ROWS,
        statement_no=_paid_statement(found),
        form=form,
        asked=asked,
        longest=LONGEST_WORDS,
        turn=len(found.steps) + 1,
        CaseAct=CaseAct,
    )


def _acts(found: CheckCase) -> list[CaseAct]:
    """Give the steps that the viewer may take now."""
    who = viewer()
    is_of_site = who.scope.site_code is not None
    is_concerned = who.user_no in concerned_by(found)
    return [
        act
        for act in CaseAct
        if (found.status, act) in STEPS
        and who.may(PERMISSIONS[act])
        and (act is CaseAct.ANSWER or not (is_of_site or is_concerned))
    ]


def _paid_statement(found: CheckCase) -> str | None:
    """Give the paid statement of the site and month, from which a recovery is opened."""
    if found.site_code is None or not viewer().may(Permission.RECOVERIES_OPEN):
        return None
    paid = [
        each.statement_no
        for each in settlement.statements_of(parse_month(found.month), viewer().scope)
        if each.site_code == found.site_code and each.stage is StatementStatus.PAID
    ]
    return paid[0] if paid else None


def _asked_here() -> int:
    return queries.asked(viewer().scope)


navigation.counts["oversight.questions"] = _asked_here
