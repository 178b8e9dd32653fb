"""Home of the pages of entitlement: who gets free delivery by which policy, and who by exception."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery import queries
from app.delivery.forms.entitlement import DeliveryPolicyForm, ExemptionForm
from app.delivery.queries.entitlement import drafts_waiting
from app.delivery.rules.days import weekday_labels
from app.delivery.rules.entitlement import Verdict, labels
from app.delivery.service import entitlement_of, grant_exemption
from app.delivery.service.entitlement import propose_delivery_policy, settle_delivery_policy, to_review
from app.delivery.views.blueprint import bp
from app.delivery.views.subscriptions import resident_named
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice, warning
from app.web.paging import page_of, page_of_rows

_REFUSED = 422


@bp.get("/entitlement")
@require(Permission.DELIVERY_VIEW)
def entitlement() -> str:
    """Show the policy on free delivery, those to come, and the exceptions that are not over."""
    today = clock.today()
    policies = queries.delivery_policies()
    page = page_of(queries.exemptions(viewer().scope, on=today))
    drafts = drafts_waiting()
    hands = {each.published_by for each in policies} | {each.granted_by for each in page.rows}
    hands |= {each.written_by for each in drafts}
    return render_template(
        "delivery/entitlement.html",
        current=queries.delivery_policy_on(today),
        policies=list(reversed(policies)),
        page=page,
        drafts=drafts,
        own=viewer().user_no,
        form=EmptyForm(),
        labels=labels,
        people=users.names_of(hands),
        today=today,
        sees_names=viewer().may(Permission.RESIDENTS_VIEW),
    )


@bp.get("/entitlement/changed")
@require(Permission.DELIVERY_EDIT)
def entitlement_changed() -> str:
    """Show the deliveries that run though their entitlement has changed, for a person to decide."""
    today = clock.today()
    return render_template(
        "delivery/entitlement_changed.html",
        page=page_of_rows(to_review(viewer().scope, today=today)),
        today=today,
        weekday_labels=weekday_labels,
    )


@bp.get("/entitlement/new")
@require(Permission.POLICY_EDIT)
def new_delivery_policy() -> str:
    """Show the form of a policy, filled in with the one in force."""
    current = queries.delivery_policy_on(clock.today())
    form = DeliveryPolicyForm(
        formdata=None,
        from_on=clock.today(),
        min_age=current.min_age,
        needs=sorted(current.needs),
        hardships=sorted(current.hardships),
    )
    return render_template("delivery/policy_new.html", form=form)


@bp.post("/entitlement/new")
@require(Permission.POLICY_EDIT)
def propose() -> Response | tuple[str, int]:
    """Write a policy on free delivery, for a second person to publish."""
    form = DeliveryPolicyForm()
    if form.validate_on_submit():
        try:
            policy = form.policy()
            with transaction():
                propose_delivery_policy(policy, by=viewer(), at=clock.now())
            notice(text("Written. Somebody else publishes it."))
            return redirect(url_for("delivery.entitlement"))
        except DomainError as error:
            form.refuse(error)
    return render_template("delivery/policy_new.html", form=form), _REFUSED


@bp.post("/entitlement/drafts/<int:draft_id>/publish")
@require(Permission.POLICY_APPROVE)
def publish(draft_id: int) -> Response:
    """Publish a policy that somebody else wrote."""
    return _settled(draft_id, Verdict.PUBLISHED)


@bp.post("/entitlement/drafts/<int:draft_id>/return")
@require(Permission.POLICY_APPROVE)
def leave_unpublished(draft_id: int) -> Response:
    """Say that a policy that somebody else wrote is not published."""
    return _settled(draft_id, Verdict.RETURNED)


def _settled(draft_id: int, verdict: Verdict) -> Response:
    try:
        with transaction():
            settle_delivery_policy(draft_id, verdict, by=viewer(), at=clock.now())
        notice(text("Noted: {verdict}.", verdict=verdict.label))
        if verdict is Verdict.PUBLISHED:
            _tell_whom_it_touches()
    except NotFound:
        raise
    except DomainError as error:
        warning(error.message)
    return redirect(url_for("delivery.entitlement"))


def _tell_whom_it_touches() -> None:
    touched = len(to_review(viewer().scope, today=clock.today()))
    if touched:
        warning(
            text(
                "{count} deliveries that run are to be looked at now: “Entitlement changed”. None is stopped "
                "by itself.",
                count=touched,
            )
        )


@bp.get("/exemptions/<resident_no>/new")
@require(Permission.DELIVERY_EDIT)
def exempt(resident_no: str) -> str:
    """Show the form of an exception for a resident, with what the policy says of them."""
    today = clock.today()
    form = ExemptionForm(formdata=None, from_on=today, until_on=today + timedelta(days=30))
    return _exemption_page(resident_no, form)


@bp.post("/exemptions/<resident_no>/new")
@require(Permission.DELIVERY_EDIT)
def grant(resident_no: str) -> Response | tuple[str, int]:
    """Grant a resident an exception."""
    form = ExemptionForm()
    resident_named(resident_no)
    if form.validate_on_submit():
        try:
            new = form.exemption()
            with transaction():
                grant_exemption(resident_no, new, by=viewer(), at=clock.now())
            notice(text("The exception holds until before {day}.", day=new.until_on))
            return redirect(url_for("delivery.new_subscription", resident=resident_no))
        except DomainError as error:
            form.refuse(error)
    return _exemption_page(resident_no, form), _REFUSED


def _exemption_page(resident_no: str, form: ExemptionForm) -> str:
    resident = resident_named(resident_no)
    found = entitlement_of(resident, clock.today())
    return render_template("delivery/exemption_new.html", resident=resident, entitlement=found, form=form)
