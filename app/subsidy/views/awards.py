"""Home of the pages of policies on awards: what holds, a new one, and its publishing by a second person."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import may, require, viewer
from app.areas import queries as areas
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.subsidy import queries, service
from app.subsidy.forms.awards import AwardPolicyForm
from app.subsidy.models import AwardPolicyVersion
from app.subsidy.rules.awards import AwardPolicy
from app.subsidy.rules.awards import wording as award_wording
from app.subsidy.rules.awards.drafts import ProposalState
from app.subsidy.views.blueprint import bp
from app.subsidy.views.people import names_of
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice


@bp.get("/awards")
@require(Permission.POLICY_VIEW)
def award_policies() -> str:
    """Show the policies on awards, the newest first."""
    rows = [row for row in queries.award_policies(viewer().scope) if _is_shown(row)]
    return render_template(
        "subsidy/award_policies.html",
        rows=rows,
        names=areas.labels(row.district for row in rows),
        wording=award_wording,
        first_year=_first_year,
    )


@bp.get("/awards/<int:policy_id>")
@require(Permission.POLICY_VIEW)
def award_policy(policy_id: int) -> str:
    """Show one policy on awards in plain words."""
    return _page(_found(policy_id), EmptyForm())


@bp.get("/awards/new")
@require(Permission.POLICY_EDIT)
def new_award_policy() -> str:
    """Show the form of a new policy: the usual one, or as another stands."""
    like = request.args.get("like", type=int)
    form = (
        AwardPolicyForm.usual(today=clock.today(), district=viewer().scope.area)
        if like is None
        else AwardPolicyForm.of(_found(like).policy)
    )
    return render_template("subsidy/award_policy_new.html", form=form)


@bp.post("/awards/new")
@require(Permission.POLICY_EDIT)
def draft_award_policy() -> Response | tuple[str, int]:
    """Draft a policy as it was typed."""
    form = AwardPolicyForm()
    if form.validate_on_submit():
        try:
            with transaction():
                policy_id = service.draft_award_policy(form.policy(), by=viewer(), at=clock.now()).id
        except DomainError as error:
            form.refuse(error)
        else:
            notice(text("The policy is drafted. A second person looks it over and publishes it."))
            return redirect(url_for("subsidy.award_policy", policy_id=policy_id))
    return render_template("subsidy/award_policy_new.html", form=form), 422


@bp.post("/awards/<int:policy_id>/publish")
@require(Permission.POLICY_APPROVE)
def publish_award_policy(policy_id: int) -> Response | tuple[str, int]:
    """Publish a policy that somebody else drafted."""
    form = EmptyForm()
    try:
        with transaction():
            row = service.publish_award_policy(policy_id, by=viewer(), at=clock.now())
            reference = row.reference
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _page(_found(policy_id), form), error.status
    notice(text("The policy {reference} is published.", reference=reference))
    return redirect(url_for("subsidy.award_policy", policy_id=policy_id))


@bp.post("/awards/<int:policy_id>/withdraw")
@require(Permission.POLICY_EDIT)
def withdraw_award_policy(policy_id: int) -> Response:
    """Give a draft up."""
    with transaction():
        service.withdraw_award_policy(policy_id, by=viewer(), at=clock.now())
    notice(text("The draft is withdrawn."))
    return redirect(url_for("subsidy.award_policies"))


def _is_shown(row: AwardPolicyVersion) -> bool:
    """Tell whether the viewer may read it: drafts are for those who decide on policies."""
    return row.state is ProposalState.PUBLISHED or may(Permission.POLICY_APPROVE)


def _found(policy_id: int) -> AwardPolicyVersion:
    row = queries.award_policy(policy_id, viewer().scope)
    if row is None or not _is_shown(row):
        raise NotFound(text("There is no such policy."))
    return row


def _first_year(policy: AwardPolicy) -> int:
    """Give the first year that a policy decides."""
    day = policy.effective_from
    return day.year + (day > date(day.year, 1, 1))


def _page(row: AwardPolicyVersion, form: EmptyForm) -> str:
    return render_template(
        "subsidy/award_policy.html",
        row=row,
        policy=row.policy,
        first_year=_first_year(row.policy),
        names=areas.labels([row.district]),
        people=names_of([row.drafted_by, row.decided_by]),
        wording=award_wording,
        may_publish=row.drafted_by != viewer().user_no,
        form=form,
    )
