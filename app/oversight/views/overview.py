"""Home of oversight's own page, from which its parts are entered."""

from __future__ import annotations

from flask import render_template

from app.access import require
from app.oversight.views.blueprint import bp
from app.oversight.views.parts import open_parts
from app.roles import Permission


@bp.get("")
@require(Permission.OVERSIGHT_VIEW)
def overview() -> str:
    """Show the parts of oversight that the viewer may enter."""
    return render_template("oversight/overview.html", parts=open_parts())
