"""Home of the pages of published policies: what holds today, and each in plain words."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import may, require, viewer
from app.areas import queries as areas
from app.errors import NotFound
from app.roles import Permission
from app.subsidy import queries, service
from app.subsidy.queries import PublishedPolicy
from app.subsidy.rules import standing, wording
from app.subsidy.views.blueprint import bp
from app.subsidy.views.people import names_of
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice


@bp.get("")
@require(Permission.POLICY_VIEW)
def policies() -> str:
    """Show every policy and what is in force today."""
    published = queries.published_policies(viewer().scope)
    book = queries.policy_book()
    today = clock.today()
    rows = [(each, standing(each.policy, book, today)) for each in published]
    due = queries.due_for_confirmation(viewer().scope, today)
    waiting = queries.drafts(viewer().scope, open_only=True) if may(Permission.POLICY_APPROVE) else []
    names = areas.labels(each.policy.district for each in published)
    return render_template(
        "subsidy/policies.html",
        rows=rows,
        due=due,
        waiting=waiting,
        today=today,
        names=names,
        wording=wording,
    )


def found(policy_id: int) -> PublishedPolicy:
    """Give a policy that the viewer may see.

    Raises: NotFound.
    """
    published = queries.published_policy(policy_id, viewer().scope)
    if published is None:
        raise NotFound(text("There is no such policy."))
    return published


@bp.get("/<int:policy_id>")
@require(Permission.POLICY_VIEW)
def policy(policy_id: int) -> str:
    """Show one policy in plain words."""
    published = found(policy_id)
    state = standing(published.policy, queries.policy_book(), clock.today())
    confirmed = queries.last_confirmations().get(policy_id)
    draft = queries.draft_behind(policy_id)
    who = [published.published_by]
    who += [confirmed.confirmed_by] if confirmed else []
    who += [draft.made_by] if draft else []
    return render_template(
        "subsidy/policy.html",
        published=published,
        policy=published.policy,
        state=state,
        confirmed=confirmed,
        draft=draft,
        is_due=policy_id in queries.due_for_confirmation(viewer().scope, clock.today()),
        names=areas.labels([published.policy.district]),
        people=names_of(who),
        wording=wording,
        form=EmptyForm(),
    )


@bp.get("/<int:policy_id>.yaml")
@require(Permission.POLICY_VIEW)
def document(policy_id: int) -> Response:
    """Give one policy as its document."""
    published = found(policy_id)
    name = f"policy-{published.policy.district}-{published.policy.effective_from}.yaml"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(published.document, mimetype="application/yaml", headers=headers)


@bp.post("/<int:policy_id>/confirm")
@require(Permission.POLICY_APPROVE)
def confirm(policy_id: int) -> Redirect:
    """Write down that a policy in force was read again and still holds."""
    with transaction():
        service.confirm(policy_id, on=clock.today(), by=viewer(), at=clock.now())
    notice(text("It is written down that this policy still holds."))
    return redirect(url_for("subsidy.policy", policy_id=policy_id))
