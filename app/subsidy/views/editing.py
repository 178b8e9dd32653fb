"""Home of the pages that a policy is written on; layers and rates come and go without a script."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import require, viewer
from app.errors import DomainError
from app.roles import Permission
from app.subsidy import service
from app.subsidy.forms import PolicyForm
from app.subsidy.forms.arranging import arranged
from app.subsidy.rules import Layer, Policy, Rate
from app.subsidy.rules.drafts import DraftState
from app.subsidy.views.blueprint import bp
from app.subsidy.views.drafts import found
from app.subsidy.views.policies import found as published
from app.text import text
from app.transaction import transaction
from app.web.notices import notice, warning


@bp.get("/drafts/new")
@require(Permission.POLICY_EDIT)
def new_draft() -> str:
    """Show the form for a new policy: the usual one, or as a published one stands."""
    like = request.args.get("like", type=int)
    return _page(_usual() if like is None else PolicyForm.of(published(like).policy, is_new=True))


@bp.post("/drafts/new")
@require(Permission.POLICY_EDIT)
def begin_draft() -> Response | str | tuple[str, int]:
    """Begin a draft as it was typed."""
    form = _typed()
    if request.form.get("act"):
        return _page(form)
    if form.validate_on_submit():
        try:
            with transaction():
                draft_id = service.begin_draft(form.policy(), by=viewer(), at=clock.now()).id
            return _saved(draft_id)
        except DomainError as error:
            form.refuse(error)
    return _page(form), 422


@bp.get("/drafts/<int:draft_id>/edit")
@require(Permission.POLICY_EDIT)
def edit_draft(draft_id: int) -> Response | str:
    """Show the form of a draft that can still be changed."""
    draft = found(draft_id)
    if draft.row.state is not DraftState.DRAFT:
        warning(text("This draft cannot be changed as it stands."))
        return redirect(url_for("subsidy.draft", draft_id=draft_id))
    return _page(PolicyForm.of(draft.policy, version=draft.row.version), draft_id)


@bp.post("/drafts/<int:draft_id>/edit")
@require(Permission.POLICY_EDIT)
def change_draft(draft_id: int) -> Response | str | tuple[str, int]:
    """Save a draft as it was typed."""
    found(draft_id)
    form = _typed()
    if request.form.get("act"):
        return _page(form, draft_id)
    if form.validate_on_submit():
        try:
            with transaction():
                service.change_draft(draft_id, form.policy(), version=form.seen, by=viewer(), at=clock.now())
            return _saved(draft_id)
        except DomainError as error:
            form.refuse(error)
    return _page(form, draft_id), 422


def _usual() -> PolicyForm:
    """Give what a new policy begins from: one layer of the district, its one rate still to be written."""
    layer = Layer("district", "", (Rate(amount_fen=0),))
    form = PolicyForm.of(Policy("", clock.today(), viewer().scope.area, (layer,)), is_new=True)
    form.layers[0].form.rates[0].form.amount.data = None
    return form


def _typed() -> PolicyForm:
    """Give the form as it was typed, with what was added, removed or moved."""
    typed = arranged(request.form.to_dict(flat=False), request.form.get("act", ""))
    return PolicyForm(formdata=MultiDict(typed))


def _page(form: PolicyForm, draft_id: int | None = None) -> str:
    return render_template("subsidy/edit.html", form=form, draft_id=draft_id)


def _saved(draft_id: int) -> Response:
    notice(text("The draft is saved. Look it over, then submit it."))
    return redirect(url_for("subsidy.draft", draft_id=draft_id))
