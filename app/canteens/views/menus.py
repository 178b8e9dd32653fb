"""Home of the pages of menus: a site's week, and the dishes of a day."""

from __future__ import annotations

from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens.forms.menus_file import MENUS_FILE
from app.canteens.forms.opening import MenuForm
from app.canteens.models import Site
from app.canteens.queries.menus import menus_at, menus_of
from app.canteens.rules import Sitting, week_of
from app.canteens.service.menus import copy_last_week, write_menu
from app.canteens.service.menus_file import import_menus
from app.canteens.views.blueprint import REFUSED, Answer, bp, known_site, saved
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.imports import ImportPage
from app.web.notices import notice

_IMPORT = ImportPage(
    MENUS_FILE,
    import_menus,
    title=text("Take in a file of menus"),
    name="menus",
    back="canteens.sites",
    permission=Permission.MENUS_ENTER,
    hint=text(
        "Columns may be named in Chinese: 助餐点编号, 日期, 餐次, 菜品. Dishes of a sitting stand in "
        "one cell, between 、; behind a dish its price and marks, like “清蒸鲈鱼 18 低盐”. "
        "Whoever writes for one site may leave its code out."
    ),
)
_WEEK = timedelta(weeks=1)
_FAR = timedelta(days=366)


@bp.get("/<site_code>/menu")
@require(Permission.SITES_VIEW)
def menu(site_code: str) -> str:
    """Show what a site cooks in a week, and the way to each day."""
    site, days = known_site(site_code), week_of(_asked(request.args.get("week", "")))
    return render_template(
        "canteens/menu.html",
        site=site,
        days=days,
        sittings=list(Sitting),
        menu=menus_at([site], days[0], days[-1])[site.site_code],
        own=menus_of([site_code], days[0], days[-1]).get(site_code, {}),
        before=days[0] - _WEEK,
        after=days[0] + _WEEK,
        today=clock.today(),
        form=EmptyForm(),
    )


@bp.post("/<site_code>/menu/copy")
@require(Permission.MENUS_ENTER)
def copy_menu(site_code: str) -> Response:
    """Take over the menu of the week before."""
    known_site(site_code)
    monday = week_of(_asked(request.form.get("week", "")))[0]
    with transaction():
        count = copy_last_week(site_code, monday, by=viewer(), at=clock.now())
    notice(text("{count} sittings taken over from the week before.", count=count))
    return redirect(url_for("canteens.menu", site_code=site_code, week=monday.isoformat()))


@bp.get("/menus/import")
@require(Permission.MENUS_ENTER)
def import_menus_form() -> str:
    """Show the form for a file of menus."""
    return _IMPORT.show()


@bp.post("/menus/import")
@require(Permission.MENUS_ENTER)
def import_menus_file() -> Response | tuple[str, int]:
    """Take in a file of menus."""
    return _IMPORT.answer()


@bp.get("/<site_code>/menu/<day>")
@require(Permission.MENUS_ENTER)
def menu_of_day(site_code: str, day: str) -> str:
    """Show the form for the dishes of a day."""
    site, on = known_site(site_code), _day(day)
    form = MenuForm(formdata=None)
    form.show(menus_of([site_code], on, on).get(site_code, {}), on)
    return _day_page(site, on, form)


@bp.post("/<site_code>/menu/<day>")
@require(Permission.MENUS_ENTER)
def save_menu(site_code: str, day: str) -> Answer:
    """Write down the dishes of a day."""
    site, on, form = known_site(site_code), _day(day), MenuForm()
    if form.validate_on_submit():
        try:
            written = form.menu()
            with transaction():
                write_menu(site_code, on, written, by=viewer(), at=clock.now())
            return saved("canteens.menu", site_code=site_code, week=week_of(on)[0].isoformat())
        except DomainError as error:
            form.refuse(error)
    return _day_page(site, on, form), REFUSED


def _day_page(site: Site, on: date, form: MenuForm) -> str:
    form.name_sittings()
    return render_template(
        "canteens/menu_day.html", site=site, day=on, form=form, sittings=list(Sitting), week=week_of(on)[0]
    )


def _asked(written: str) -> date:
    """Give the day that is asked for, within a year; today where none is."""
    today = clock.today()
    try:
        asked = date.fromisoformat(written)
    except ValueError:
        return today
    return asked if abs(asked - today) <= _FAR else today


def _day(written: str) -> date:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise NotFound(text("There is no such day.")) from None
    if abs(found - clock.today()) > _FAR:
        raise NotFound(text("There is no such day."))
    return found
