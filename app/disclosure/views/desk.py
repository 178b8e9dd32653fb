"""Home of the office's page of what is published: each month with its button, and the way to every poster."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.disclosure import queries
from app.disclosure.service.publish import publish_month
from app.disclosure.views.blueprint import bp, office
from app.errors import DomainError
from app.month import parse_month
from app.roles import Permission
from app.settlement import queries as settlement
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice, warning

_MONTHS = 24


@bp.get("")
@require(Permission.STATEMENTS_VIEW)
def desk() -> str:
    """Show which months are published, and where everybody reads them."""
    published = {each.month: each for each in queries.published_months()}
    return render_template(
        "disclosure/desk.html",
        months=[
            (str(each.month), published.get(str(each.month))) for each in settlement.months(viewer().scope)
        ][:_MONTHS],
        sites=queries.sites_shown(viewer().scope, clock.today()),
        office=office(),
        form=EmptyForm(),
    )


@bp.post("/months/<month>")
@require(Permission.STATEMENTS_APPROVE)
def publish(month: str) -> Response:
    """Publish what a month's approved statements come to."""
    try:
        with transaction():
            published = publish_month(parse_month(month), _area(), by=viewer(), at=clock.now())
        notice(text("Published: {rows} rows of {month}.", rows=len(published.rows), month=published.month))
    except DomainError as error:
        warning(error.message)
    answer: Response = redirect(url_for("disclosure.desk"))
    return answer


def _area() -> str:
    return viewer().scope.area or office().district
