"""Home of the page on who is away: since when, until when, and whom somebody has to ask."""

from __future__ import annotations

from functools import partial

from flask import render_template

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.care.queries import away as queries
from app.care.views.blueprint import bp
from app.residents.rules.facts import age_on
from app.roles import Permission
from app.web.paging import page_of


@bp.get("/away")
@require(Permission.CARE_VIEW)
def away() -> str:
    """Show who is away today, the longest first."""
    today, scope = clock.today(), viewer().scope
    page = page_of(queries.away(scope, today))
    people = queries.people([each.resident_id for each in page.rows])
    return render_template(
        "care/away.html",
        today=today,
        page=page,
        people=people,
        places=areas.labels([each.residence_area for each in people.values()]),
        long_away=queries.count_long_away(scope, today),
        is_long=partial(queries.is_long_away, on=today),
        age=lambda each: age_on(each.birth_on, today),
    )
