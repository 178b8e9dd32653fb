"""Home of the pages on a month's portions: how every site stands, and a kitchen's sittings one by one."""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.errors import DomainError, NotFound
from app.extensions import db
from app.month import Month, parse_month
from app.roles import Permission
from app.settlement import queries
from app.settlement import service as months
from app.settlement.forms import ExplainForm, OrderForm
from app.settlement.rules.portions import standing, standings
from app.settlement.views.blueprint import bp
from app.text import Text, text
from app.till import queries as till
from app.till import service
from app.till.rules.balance import Balance, BalanceState
from app.transaction import transaction
from app.web.notices import notice
from app.web.paging import page_of_rows

_Answer = Redirect | tuple[str, int]


class Show(StrEnum):
    """Which sittings are shown."""

    ALL = "all"
    DIFFERING = "differing"
    OPEN = "open"

    @property
    def label(self) -> Text:
        """Give its name for a screen."""
        return _SHOW_LABELS[self]

    def takes(self, balance: Balance) -> bool:
        """Tell whether a sitting is shown."""
        if self is Show.OPEN:
            return bool(balance.open_faults)
        return self is Show.ALL or balance.state is not BalanceState.BALANCED


_SHOW_LABELS = {
    Show.ALL: text("all sittings"),
    Show.DIFFERING: text("all that differ or are not counted"),
    Show.OPEN: text("what a statement waits for"),
}


@bp.get("/<month>/portions")
@require(Permission.STATEMENTS_VIEW)
def portions(month: str) -> str:
    """Show how the portions of every site stand in a month."""
    return _overview(parse_month(month), OrderForm(kitchens=canteens.kitchens(viewer().scope)))


@bp.post("/<month>/portions/order")
@require(Permission.SITES_EDIT)
def order_counts(month: str) -> _Answer:
    """Order kitchens to count portions from a day on."""
    period, form = parse_month(month), OrderForm(kitchens=canteens.kitchens(viewer().scope))
    if not form.validate_on_submit():
        return _overview(period, form), 422
    with transaction():
        new = service.order_counts(form.chosen, form.day, by=viewer(), at=clock.now())
    notice(text("{count} kitchens count from {day} on.", count=new, day=form.day))
    return redirect(url_for("settlement.portions", month=period))


@bp.get("/<month>/portions.csv")
@require(Permission.STATEMENTS_VIEW)
def portions_csv(month: str) -> Response:
    """Hand out the balance of every sitting as CSV: of all sites, or of one and whom it cooks for."""
    site_code, target = request.args.get("site") or None, BytesIO()
    found = months.month_portions(parse_month(month), viewer().scope, site_code=site_code)
    months.portions_csv(target, found)
    target.seek(0)
    return send_file(target, mimetype="text/csv", as_attachment=True, download_name="portions.csv")


@bp.get("/<month>/portions/<site_code>")
@require(Permission.STATEMENTS_VIEW)
def site_portions(month: str, site_code: str) -> str:
    """Show a site's sittings of a month, with those of whom it cooks for."""
    return _page(parse_month(month), _site(site_code), ExplainForm(None))


@bp.post("/<month>/portions/<site_code>")
@require(Permission.MEALS_MEND)
def explain(month: str, site_code: str) -> _Answer:
    """Say why a sitting does not balance."""
    period, site, form = parse_month(month), _site(site_code), ExplainForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.explain(form.explained(), by=viewer(), at=clock.now())
            notice(text("Explained. It counts until a figure changes."))
            return redirect(
                url_for("settlement.site_portions", month=period, site_code=site_code, show="open")
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(period, site, form), 422


def _overview(period: Month, form: OrderForm) -> str:
    sites = _sites()
    return render_template(
        "settlement/portions.html",
        month=period,
        sites=sorted(sites, key=lambda site: (site.kitchen_code or site.site_code, site.site_code)),
        standings=standings(months.month_portions(period, viewer().scope)),
        orders=till.counting_orders([site.site_code for site in sites]),
        states=BalanceState,
        form=form,
    )


def _page(period: Month, site: Site, form: ExplainForm) -> str:
    found = months.month_portions(period, viewer().scope, site_code=site.site_code)
    wanted = request.args.get("show", "")
    show = Show(wanted) if wanted in set(Show) else Show.ALL
    pairs = till.pairs(_family(site, period), period.first_on, period.last_on)
    return render_template(
        "settlement/site_portions.html",
        month=period,
        site=site,
        sites=canteens.sites_by_code(),
        standing=standing(found),
        page=page_of_rows([balance for balance in found if show.takes(balance)]),
        show=show,
        shows=Show,
        states=BalanceState,
        form=form,
        people=users.names_of({each.explanation.by for each in found if each.explanation is not None}),
        mine={each.site_code for each in _sites()},
        pairs=pairs,
        names=queries.names_of({pair.resident_no for pair in pairs}),
    )


def _family(site: Site, period: Month) -> list[str]:
    """Give a site with its kitchen, and with whom it cooks for."""
    fed = till.fed_by(site.site_code, period.first_on, period.last_on)
    return [site.site_code, *fed, *([site.kitchen_code] if site.kitchen_code else [])]


def _sites() -> list[Site]:
    return list(db.session.execute(canteens.sites(viewer().scope)).scalars())


def _site(site_code: str) -> Site:
    site = canteens.site_of(site_code, viewer().scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return site
