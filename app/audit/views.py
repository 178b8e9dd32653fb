"""Home of the trail's page."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.access import require
from app.audit import queries
from app.audit.rules import act_label
from app.roles import Permission
from app.web.paging import MANY, page_of

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@require(Permission.AUDIT_VIEW)
def trail() -> str:
    """Show the acts, newest first."""
    actor, subject = request.args.get("actor", "").strip(), request.args.get("subject", "").strip()
    page = page_of(queries.entries(actor=actor, subject=subject), most=MANY)
    return render_template("audit/trail.html", page=page, actor=actor, subject=subject, act_label=act_label)
