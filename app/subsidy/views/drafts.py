"""Home of the pages of policies on their way: all of them, and one to be looked over."""

from __future__ import annotations

from flask import Response, render_template

from app import clock
from app.access import may, require, viewer
from app.areas import queries as areas
from app.errors import NotFound
from app.roles import Permission
from app.subsidy import queries
from app.subsidy.forms import ReturnForm
from app.subsidy.models import PolicyDraft
from app.subsidy.queries import Draft
from app.subsidy.rules import Policy, policy_on, wording
from app.subsidy.rules.drafts import DraftState, are_four_eyes
from app.subsidy.views.blueprint import bp
from app.subsidy.views.people import names_of
from app.text import text
from app.web.navigation import counts


@bp.get("/drafts")
@require(Permission.POLICY_APPROVE)
def drafts() -> str:
    """Show every draft, the newest first."""
    rows = queries.drafts(viewer().scope)
    return render_template(
        "subsidy/drafts.html",
        rows=rows,
        names=areas.labels(each.row.district for each in rows),
        people=names_of(each.row.changed_by for each in rows),
    )


def found(draft_id: int) -> Draft:
    """Give a draft that the viewer may see.

    Raises: NotFound.
    """
    draft = queries.draft(draft_id, viewer().scope)
    if draft is None:
        raise NotFound(text("There is no such draft."))
    return draft


@bp.get("/drafts/<int:draft_id>")
@require(Permission.POLICY_APPROVE)
def draft(draft_id: int) -> str:
    """Show one draft in plain words, with what it changes and what can be done with it."""
    return review(found(draft_id))


@bp.get("/drafts/<int:draft_id>.yaml")
@require(Permission.POLICY_APPROVE)
def draft_document(draft_id: int) -> Response:
    """Give one draft as its document, to be simulated or sent to somebody."""
    draft = found(draft_id)
    headers = {"Content-Disposition": f"attachment; filename=policy-draft-{draft_id}.yaml"}
    return Response(draft.row.document, mimetype="application/yaml", headers=headers)


def review(draft: Draft, *, form: ReturnForm | None = None) -> str:
    """Show a draft, with the form that was refused, if one was."""
    row, policy = draft.row, draft.policy
    replaced = policy_on(_before(policy), policy.effective_from)
    return render_template(
        "subsidy/draft.html",
        draft=row,
        policy=policy,
        replaced=replaced,
        difference=wording.difference(replaced, policy) if replaced else None,
        is_retroactive=row.state.is_open and policy.effective_from < clock.today(),
        may_approve=_may_approve(row),
        names=areas.labels([policy.district]),
        people=names_of([row.made_by, row.changed_by, row.submitted_by, row.decided_by]),
        wording=wording,
        form=form or ReturnForm(formdata=None, data={"version": str(row.version)}),
    )


def _before(policy: Policy) -> list[Policy]:
    """Give the district's earlier policies; a draft that was published is among the others by now."""
    return [
        other
        for other in queries.policy_book()
        if other.district == policy.district and other.effective_from < policy.effective_from
    ]


def waiting() -> int:
    """Give how many drafts wait for the viewer's approval."""
    if not may(Permission.POLICY_APPROVE):
        return 0
    rows = [draft.row for draft in queries.drafts(viewer().scope, open_only=True)]
    return sum(row.state is DraftState.SUBMITTED and _may_approve(row) for row in rows)


counts["subsidy.policies"] = waiting


def _may_approve(row: PolicyDraft) -> bool:
    return viewer().scope.covers(row.district) and are_four_eyes(
        viewer().user_no,
        made_by=row.made_by,
        changed_by=row.changed_by,
        submitted_by=row.submitted_by,
    )
