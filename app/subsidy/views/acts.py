"""Home of what is done with a draft: submitted, returned, published, discarded."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.roles import Permission
from app.subsidy import service
from app.subsidy.forms import ReturnForm, SeenForm
from app.subsidy.views.blueprint import bp
from app.subsidy.views.drafts import found, review
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.post("/drafts/<int:draft_id>/submit")
@require(Permission.POLICY_EDIT)
def submit(draft_id: int) -> Response:
    """Put a draft forward for approval."""
    with transaction():
        service.submit(draft_id, version=SeenForm().seen, by=viewer(), at=clock.now())
    notice(text("The draft is submitted. A second person approves and publishes it."))
    return _back_to(draft_id)


@bp.post("/drafts/<int:draft_id>/return")
@require(Permission.POLICY_APPROVE)
def return_draft(draft_id: int) -> Response | tuple[str, int]:
    """Give a draft back to be changed."""
    draft = found(draft_id)
    form = ReturnForm()
    if not form.validate_on_submit():
        return review(draft, form=form), 422
    with transaction():
        service.return_draft(
            draft_id, form.reason.data.strip(), version=form.seen, by=viewer(), at=clock.now()
        )
    notice(text("The draft is returned with your reason."))
    return _back_to(draft_id)


@bp.post("/drafts/<int:draft_id>/publish")
@require(Permission.POLICY_APPROVE)
def publish(draft_id: int) -> Response:
    """Approve a draft and publish it."""
    with transaction():
        policy = service.approve_and_publish(draft_id, version=SeenForm().seen, by=viewer(), at=clock.now())
        policy_id, reference = policy.id, policy.reference
    notice(text("The policy {reference} is published.", reference=reference))
    return redirect(url_for("subsidy.policy", policy_id=policy_id))


@bp.post("/drafts/<int:draft_id>/discard")
@require(Permission.POLICY_EDIT)
def discard(draft_id: int) -> Response:
    """Give a draft up."""
    with transaction():
        service.discard(draft_id, version=SeenForm().seen, by=viewer(), at=clock.now())
    notice(text("The draft is discarded."))
    return redirect(url_for("subsidy.drafts"))


def _back_to(draft_id: int) -> Response:
    return redirect(url_for("subsidy.draft", draft_id=draft_id))
