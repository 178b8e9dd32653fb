"""Home of the pages of sites: the list, a page each, registering, prices, and taking in a file."""

from __future__ import annotations

from flask import Response, current_app, render_template, request
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.canteens import queries, service
from app.canteens.forms.file import SITES_FILE
from app.canteens.forms.screen import PriceForm, SiteForm, street_choices
from app.canteens.models import Site
from app.canteens.queries.opening import closures_of, weeks_ahead, weeks_of
from app.canteens.rules import LONGEST_CLOSURE, WEEKDAYS, SiteKind, Sitting
from app.canteens.views.blueprint import REFUSED, Answer, bp, known_site, saved
from app.errors import DomainError
from app.place import Point
from app.roles import Permission
from app.sheet.cells import Unreadable
from app.text import text
from app.transaction import transaction
from app.web.imports import ImportPage
from app.web.paging import page_of

_IMPORT = ImportPage(
    SITES_FILE,
    service.import_sites,
    title=text("Take in a file of sites"),
    name="sites",
    back="canteens.sites",
    permission=Permission.SITES_EDIT,
)
_PER_PAGE = 100


@bp.get("")
@require(Permission.SITES_VIEW)
def sites() -> str:
    """Show the sites of the viewer's area, narrowed by name, street and kind."""
    query, area = request.args.get("q", "").strip(), request.args.get("area", "")
    kind = next((each for each in SiteKind if each == request.args.get("kind")), None)
    page = page_of(queries.sites(viewer().scope, query=query, area=area, kind=kind), per_page=_PER_PAGE)
    return render_template(
        "canteens/sites.html",
        page=page,
        places=areas.labels(site.area_code for site in page.rows),
        query=query,
        area=area,
        kind=kind,
        kinds=list(SiteKind),
        streets=street_choices(_prefix()),
        today=clock.today(),
    )


@bp.get("/<site_code>")
@require(Permission.SITES_VIEW)
def site(site_code: str) -> str:
    """Show one site."""
    found = known_site(site_code)
    return render_template(
        "canteens/site.html",
        site=found,
        place=areas.labels([found.area_code])[found.area_code],
        is_open=found.facts.is_open_on(clock.today()),
        prices=queries.prices_of(site_code),
        serves=queries.served_by(site_code),
        on_map=_on_map(found),
        week=weeks_of([site_code], clock.today()).get(site_code, {}),
        ahead=weeks_ahead([site_code], clock.today(), clock.today() + 2 * LONGEST_CLOSURE).get(site_code, []),
        weekdays=WEEKDAYS,
        sittings=list(Sitting),
        closures=closures_of(site_code, clock.today(), clock.today() + 2 * LONGEST_CLOSURE),
        month=clock.today().strftime("%Y-%m"),
    )


def _on_map(found: Site) -> tuple[float, float] | None:
    if found.latitude is None or found.longitude is None:
        return None
    return Point(found.latitude, found.longitude).as_gcj02()


@bp.get("/new")
@require(Permission.SITES_EDIT)
def new() -> str:
    """Show the form for a new site."""
    form = SiteForm()
    form.offer(viewer().scope, _prefix())
    return render_template("canteens/site_form.html", form=form, site=None)


@bp.post("/new")
@require(Permission.SITES_EDIT)
def register() -> Answer:
    """Register a site."""
    form = SiteForm()
    form.offer(viewer().scope, _prefix())
    if form.validate_on_submit():
        try:
            if not form.site_code.data:
                raise Unreadable(text("The site code is missing."), text("Fill it in."), field="site_code")
            record = form.record(form.site_code.data)
            with transaction():
                service.register_site(record, by=viewer(), at=clock.now())
            return saved("canteens.site", site_code=record.site_code)
        except DomainError as error:
            form.refuse(error)
    return render_template("canteens/site_form.html", form=form, site=None), REFUSED


@bp.get("/<site_code>/edit")
@require(Permission.SITES_EDIT)
def edit(site_code: str) -> str:
    """Show the form with what is kept about a site."""
    found = known_site(site_code)
    form = SiteForm()
    form.show(found)
    form.offer(viewer().scope, _prefix(), but=site_code)
    return render_template("canteens/site_form.html", form=form, site=found)


@bp.post("/<site_code>/edit")
@require(Permission.SITES_EDIT)
def save(site_code: str) -> Answer:
    """Correct what is kept about a site."""
    form = SiteForm()
    form.offer(viewer().scope, _prefix(), but=site_code)
    if form.validate_on_submit():
        try:
            with transaction():
                service.edit_site(form.record(site_code), by=viewer(), at=clock.now())
            return saved("canteens.site", site_code=site_code)
        except DomainError as error:
            form.refuse(error)
    return render_template("canteens/site_form.html", form=form, site=known_site(site_code)), REFUSED


@bp.get("/<site_code>/price")
@require(Permission.SITES_EDIT)
def price(site_code: str) -> str:
    """Show the form for a price."""
    return render_template("canteens/price.html", form=PriceForm(), site=known_site(site_code))


@bp.post("/<site_code>/price")
@require(Permission.SITES_EDIT)
def set_price(site_code: str) -> Answer:
    """Set a price from a day on."""
    form = PriceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.set_price(
                    site_code,
                    Sitting(form.sitting.data),
                    from_on=form.from_on.data,
                    price_fen=form.price_fen(),
                    by=viewer(),
                    at=clock.now(),
                )
            return saved("canteens.site", site_code=site_code)
        except DomainError as error:
            form.refuse(error)
    return render_template("canteens/price.html", form=form, site=known_site(site_code)), REFUSED


@bp.get("/import")
@require(Permission.SITES_EDIT)
def import_form() -> str:
    """Show the form for a file of sites."""
    return _IMPORT.show()


@bp.post("/import")
@require(Permission.SITES_EDIT)
def import_file() -> Redirection | Response | tuple[str, int]:
    """Take in a file of sites."""
    return _IMPORT.answer()


def _prefix() -> str:
    district: str = current_app.config["MEAL_CIRCLE"].district
    return viewer().scope.area or district
