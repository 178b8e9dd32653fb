"""Home of the pages of policy: what holds today, each in plain words, and publishing one from a file."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import Permission, require, viewer
from app.areas import queries as areas
from app.errors import BadFile, DomainError, NotFound, RowError
from app.subsidy import queries, service
from app.subsidy.forms import PolicyFileForm
from app.subsidy.queries import PublishedPolicy
from app.subsidy.rules import standing, wording
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

bp = Blueprint("subsidy", __name__, url_prefix="/policies")


@bp.get("")
@require(Permission.POLICY_VIEW)
def policies() -> str:
    """Show every policy and what is in force today."""
    published = queries.published_policies(viewer().scope)
    book = queries.policy_book()
    today = clock.today()
    rows = [(each, standing(each.policy, book, today)) for each in published]
    names = areas.labels(each.policy.district for each in published)
    return render_template("subsidy/policies.html", rows=rows, today=today, names=names, wording=wording)


def _found(policy_id: int) -> PublishedPolicy:
    published = queries.published_policy(policy_id, viewer().scope)
    if published is None:
        raise NotFound(text("There is no such policy."))
    return published


@bp.get("/<int:policy_id>")
@require(Permission.POLICY_VIEW)
def policy(policy_id: int) -> str:
    """Show one policy in plain words."""
    published = _found(policy_id)
    state = standing(published.policy, queries.policy_book(), clock.today())
    names = areas.labels([published.policy.district])
    return render_template(
        "subsidy/policy.html", published=published, state=state, names=names, wording=wording
    )


@bp.get("/<int:policy_id>.yaml")
@require(Permission.POLICY_VIEW)
def document(policy_id: int) -> Response:
    """Give one policy as its document."""
    published = _found(policy_id)
    name = f"policy-{published.policy.district}-{published.policy.effective_from}.yaml"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(published.document, mimetype="application/yaml", headers=headers)


@bp.get("/import")
@require(Permission.POLICY_EDIT)
def choose_file() -> str:
    """Show the form that takes a policy's file."""
    return render_template("subsidy/import.html", form=PolicyFileForm(), faults=())


@bp.post("/import")
@require(Permission.POLICY_EDIT)
def take_file() -> Redirect | tuple[str, int]:
    """Publish a policy from its file, or show everything that is wrong with it."""
    form = PolicyFileForm()
    faults: tuple[RowError, ...] = ()
    if form.validate_on_submit():
        try:
            policy = form.policy()
            with transaction():
                is_new = service.publish(policy, by=viewer(), at=clock.now())
            notice(
                text("The policy {reference} is published.", reference=policy.reference)
                if is_new
                else text(
                    "The policy {reference} was there already; nothing was changed.",
                    reference=policy.reference,
                )
            )
            return redirect(url_for("subsidy.policies"))
        except BadFile as error:
            form.refuse(error)
            faults = error.rows
        except DomainError as error:
            form.refuse(error)
    return render_template("subsidy/import.html", form=form, faults=faults), 422
