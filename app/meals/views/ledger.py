"""Home of the ledger's pages: the list of meals, and one meal with why it got what it got."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.errors import DomainError, NotFound
from app.extensions import db
from app.meals import queries, service
from app.meals.forms.ledger import LedgerForm
from app.meals.forms.till import ReversalForm
from app.meals.models import Meal
from app.meals.views.blueprint import bp
from app.roles import Permission, Scope
from app.subsidy import queries as subsidy
from app.subsidy.rules.wording import payer_label
from app.text import text
from app.transaction import transaction
from app.web.notices import notice
from app.web.paging import MANY, page_of


@bp.get("/")
@require(Permission.MEALS_VIEW)
def ledger() -> str | tuple[str, int]:
    """List the meals of a month or a day, newest first."""
    scope = viewer().scope
    sites = _sites()
    form = LedgerForm(request.args, sites=sites, today=clock.today())
    if not form.validate():
        return render_template("meals/ledger.html", form=form, page=None), 422
    first, last = form.days
    page = page_of(queries.ledger(scope, first=first, last=last, **form.wanted), most=MANY)
    reversed_ids = queries.reversed_among([meal.id for meal in page.rows])
    return render_template("meals/ledger.html", form=form, page=page, reversed_ids=reversed_ids)


@bp.get("/<uuid:meal_id>")
@require(Permission.MEALS_VIEW)
def meal(meal_id: UUID) -> str:
    """Show one meal: the facts, the decision and why."""
    return _meal_page(_meal(meal_id), ReversalForm())


@bp.post("/<uuid:meal_id>/reverse")
@require(Permission.MEALS_REVERSE)
def reverse(meal_id: UUID) -> Response | tuple[str, int]:
    """Reverse a meal, with a reason."""
    form = ReversalForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.reverse(meal_id, form.reason.data, by=viewer(), at=clock.now())
            notice(text("The meal is reversed. The record stays, and so does the reason."))
            return redirect(url_for("meals.meal", meal_id=meal_id))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _meal_page(_meal(meal_id), form), 422


def _sites() -> Sequence[Site]:
    return db.session.execute(canteens.sites(viewer().scope)).scalars().all()


def _meal(meal_id: UUID) -> Meal:
    found = queries.meal(meal_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such meal, or it is not yours to see."))
    return found


def _meal_page(shown: Meal, form: ReversalForm) -> str:
    reversal = queries.reversal_of(shown.id)
    may_name = viewer().may(Permission.RESIDENTS_VIEW) or viewer().may(Permission.MEALS_RECORD)
    policy = None
    if shown.decision is not None and shown.decision.policy_id is not None:
        policy = subsidy.published_policy(shown.decision.policy_id, Scope())
    return render_template(
        "meals/meal.html",
        meal=shown,
        decision=shown.decision,
        policy=policy,
        payer_label=payer_label,
        reversal=reversal,
        resident=queries.people([shown.resident_no]).get(shown.resident_no),
        may_name=may_name,
        conflicts=queries.conflicts_of(shown.id),
        changes=[] if reversal or not shown.resident_no else service.changes_by_reversing(shown),
        sites={code: site.name for code, site in canteens.sites_by_code().items()},
        form=form,
    )
