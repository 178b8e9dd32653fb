"""Home of the page that makes a draft from a policy's file."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.errors import BadFile, DomainError, RowError
from app.roles import Permission
from app.subsidy import service
from app.subsidy.forms import PolicyFileForm
from app.subsidy.views.blueprint import bp
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.get("/import")
@require(Permission.POLICY_EDIT)
def choose_file() -> str:
    """Show the form that takes a policy's file."""
    return render_template("subsidy/import.html", form=PolicyFileForm(), faults=())


@bp.post("/import")
@require(Permission.POLICY_EDIT)
def take_file() -> Response | tuple[str, int]:
    """Make a draft from a policy's file, or show everything that is wrong with it."""
    form = PolicyFileForm()
    faults: tuple[RowError, ...] = ()
    if form.validate_on_submit():
        try:
            policy = form.policy()
            with transaction():
                draft_id = service.begin_draft(policy, by=viewer(), at=clock.now()).id
            notice(
                text(
                    "The file is now a draft of {reference}; nothing is published yet. Look it over, then "
                    "submit it.",
                    reference=policy.reference,
                )
            )
            return redirect(url_for("subsidy.draft", draft_id=draft_id))
        except BadFile as error:
            form.refuse(error)
            faults = error.rows
        except DomainError as error:
            form.refuse(error)
    return render_template("subsidy/import.html", form=form, faults=faults), 422
