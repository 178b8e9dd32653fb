"""Home of the pages on what kitchens buy: the month's kitchens, and the form of one."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.errors import DomainError, NotFound
from app.month import Month, parse_month
from app.oversight.forms.checks import PurchasesForm, purchases_form
from app.oversight.queries import cases
from app.oversight.queries.purchases import purchases_of
from app.oversight.rules.purchases import Food
from app.oversight.service.purchases import enter_purchases
from app.oversight.views.blueprint import bp
from app.oversight.views.checks import asked_month
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

_REFUSED = 422


@bp.get("/purchases")
@require(Permission.PURCHASES_ENTER)
def purchases() -> str:
    """Show what each kitchen of the scope bought in a month, as far as it was entered."""
    month = asked_month()
    kitchens = canteens.kitchens(viewer().scope)
    return render_template(
        "oversight/checks/purchases.html",
        month=str(month),
        months=sorted({str(month), *cases.months_with_meals()}, reverse=True),
        kitchens=kitchens,
        bought=purchases_of(month, {site.site_code for site in kitchens}),
        foods=Food,
    )


@bp.get("/purchases/<site_code>/<month>")
@require(Permission.PURCHASES_ENTER)
def purchase(site_code: str, month: str) -> str:
    """Show the form for one kitchen's month."""
    return _purchase_page(_kitchen(site_code), parse_month(month), None)


@bp.post("/purchases/<site_code>/<month>")
@require(Permission.PURCHASES_ENTER)
def enter_purchase(site_code: str, month: str) -> Response | tuple[str, int]:
    """Write down what a kitchen bought in a month."""
    site, period = _kitchen(site_code), parse_month(month)
    form = purchases_form(_grams(site, period))
    if form.validate_on_submit():
        try:
            with transaction():
                enter_purchases(site_code, period, form.bought(), by=viewer(), at=clock.now())
            notice(text("Saved."))
            return redirect(url_for("oversight.purchases", month=month))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _purchase_page(site, period, form), _REFUSED


def _kitchen(site_code: str) -> Site:
    found = canteens.site_of(site_code, viewer().scope)
    if found is None:
        raise NotFound(text("There is no site {code}.", code=site_code))
    return found


def _grams(site: Site, month: Month) -> dict[Food, int]:
    return {food: each.grams for (_, food), each in purchases_of(month, {site.site_code}).items()}


def _purchase_page(site: Site, month: Month, form: PurchasesForm | None) -> str:
    held = purchases_of(month, {site.site_code})
    return render_template(
        "oversight/checks/purchase.html",
        site=site,
        month=str(month),
        held=held.values(),
        foods=Food,
        people=users.names_of({each.entered_by for each in held.values()}),
        form=form or purchases_form(_grams(site, month)),
    )
