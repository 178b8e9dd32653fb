"""Home of the page on which a canteen's year is assessed; earlier assessments stay in sight."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.awards import queries, service
from app.awards.forms import AssessmentForm
from app.awards.rules.year import Year
from app.awards.views.blueprint import bp
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import SiteKind
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.get("/<int:year>/assessments/<site_code>")
@require(Permission.AWARDS_ASSESS)
def assess(year: int, site_code: str) -> str:
    """Show the form of an assessment, and what was assessed before."""
    return _page(Year(year), _canteen(site_code), AssessmentForm())


@bp.post("/<int:year>/assessments/<site_code>")
@require(Permission.AWARDS_ASSESS)
def take_assessment(year: int, site_code: str) -> Response | tuple[str, int]:
    """Write down what was found."""
    period, site, form = Year(year), _canteen(site_code), AssessmentForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.assess(site_code, period, form.finding, by=viewer(), at=clock.now())
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            notice(text("The assessment of {site} is written down.", site=site_code))
            return redirect(url_for("awards.year", year=year))
    return _page(period, site, form), 422


def _canteen(site_code: str) -> Site:
    site = canteens.site_of(site_code, viewer().scope)
    if site is None or site.kind is not SiteKind.CANTEEN:
        raise NotFound(text("There is no canteen {code}.", code=site_code))
    return site


def _page(year: Year, site: Site, form: AssessmentForm) -> str:
    earlier = queries.assessments_of(site.site_code, year)
    return render_template(
        "awards/assess.html",
        year=year,
        site=site,
        form=form,
        earlier=earlier,
        people=users.names_of({each.assessed_by for each in earlier}),
        tenths=service.tenths,
    )
