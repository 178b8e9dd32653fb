"""Home of the pages on papers: all that end soon, and those of one site with the form."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.errors import DomainError, NotFound
from app.oversight.forms.papers import PaperForm
from app.oversight.queries import papers as queries
from app.oversight.rules.papers import PaperState, state_of
from app.oversight.service.papers import enter_paper, let_paper_go
from app.oversight.views.blueprint import bp
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

_REFUSED = 422


@bp.get("/papers")
@require(Permission.OVERSIGHT_VIEW)
def papers() -> str:
    """Show the licences and certificates of the viewer's sites, those that end first first."""
    scope, today = viewer().scope, clock.today()
    found = queries.papers(scope, today)
    return render_template(
        "oversight/papers.html",
        ending=[each for each in found if state_of(each.valid_until, today) is not PaperState.HOLDS],
        holding=[each for each in found if state_of(each.valid_until, today) is PaperState.HOLDS],
        unlicensed=queries.kitchens_unlicensed(scope, today),
        state_of=state_of,
        today=today,
    )


@bp.get("/papers/<site_code>")
@require(Permission.OVERSIGHT_ENTER)
def site_papers(site_code: str) -> str:
    """Show the papers of one site, and the form for another or a renewal."""
    return _site_page(site_code)


@bp.post("/papers/<site_code>")
@require(Permission.OVERSIGHT_ENTER)
def enter_site_paper(site_code: str) -> Response | tuple[str, int]:
    """Write down a paper of a site."""
    form = PaperForm()
    if form.validate_on_submit():
        try:
            with transaction():
                enter_paper(site_code, form.paper(), by=viewer(), at=clock.now())
            notice(text("Saved."))
            return redirect(url_for("oversight.site_papers", site_code=site_code))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _site_page(site_code, form), _REFUSED


@bp.post("/papers/let-go/<int:paper_id>")
@require(Permission.OVERSIGHT_ENTER)
def let_site_paper_go(paper_id: int) -> Response:
    """Let a paper go that the site needs no more."""
    with transaction():
        site_code = let_paper_go(paper_id, by=viewer(), at=clock.now())
    notice(text("The paper is gone from the list."))
    return redirect(url_for("oversight.site_papers", site_code=site_code))


def _site_page(site_code: str, form: PaperForm | None = None) -> str:
    site = canteens.site_of(site_code, viewer().scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return render_template(
        "oversight/site_papers.html",
        site=site,
        papers=queries.papers_of(site_code),
        state_of=state_of,
        today=clock.today(),
        form=form or PaperForm(formdata=None),
        empty=EmptyForm(),
    )
