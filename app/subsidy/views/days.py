"""Home of the page of the calendar: holidays, and weekend days that are worked."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from flask_babel import format_date
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.subsidy import queries, service
from app.subsidy.forms import DayForm
from app.subsidy.forms.days import HOLIDAY, WORKED
from app.subsidy.rules.announced import is_announced, not_announced
from app.subsidy.rules.calendar import CALENDAR_YEARS
from app.subsidy.views.blueprint import bp
from app.text import text
from app.transaction import transaction
from app.web.notices import notice, warning


@bp.get("/calendar")
@require(Permission.POLICY_VIEW)
def calendar() -> str:
    """Show the days of a year that are not what their weekday says, and the form for one."""
    year = request.args.get("year", type=int)
    if year is None or year not in CALENDAR_YEARS:
        year = clock.today().year
    return _page(_blank(request.args.get("day", "")), year)


@bp.post("/calendar")
@require(Permission.POLICY_EDIT)
def set_day() -> Response | tuple[str, int]:
    """Write down what a day is."""
    form = DayForm()
    if form.validate_on_submit():
        try:
            with transaction():
                note = " ".join((form.note.data or "").split())
                service.set_day(form.on.data, note, is_workday=form.is_workday, by=viewer(), at=clock.now())
            notice(text("The day is written down."))
            return redirect(url_for("subsidy.calendar", year=form.on.data.year))
        except DomainError as error:
            form.refuse(error)
    return _page(form, form.on.data.year if form.on.data else clock.today().year), 422


@bp.post("/calendar/<int:year>/announced")
@require(Permission.POLICY_EDIT)
def enter_announced(year: int) -> Response:
    """Write down a year's announced days."""
    try:
        with transaction():
            count = service.enter_announced(year, by=viewer(), at=clock.now())
        notice(text("{count} days are written down. What was there already stays.", count=count))
    except DomainError as error:
        warning(error.message)
    return redirect(url_for("subsidy.calendar", year=year))


@bp.post("/calendar/<day>/remove")
@require(Permission.POLICY_EDIT)
def remove_day(day: str) -> Response:
    """Let a day be again what its weekday says."""
    on = _day(day)
    if on is None:
        raise NotFound(text("Nothing is written down for {day}.", day=day))
    with transaction():
        service.remove_day(on, by=viewer(), at=clock.now())
    notice(text("The day is again what its weekday says."))
    return redirect(url_for("subsidy.calendar", year=on.year))


def _day(written: str) -> date | None:
    try:
        return clock.day_written(written)
    except ValueError:
        return None


def _blank(written: str) -> DayForm:
    """Give the form as it is opened: empty, or with a day that is written down already."""
    on = _day(written)
    row = queries.calendar_day(on) if on else None
    data = (
        {"on": row.on, "kind": WORKED if row.is_workday else HOLIDAY, "note": row.note}
        if row
        else {"kind": HOLIDAY}
    )
    return DayForm(formdata=None, data=data)


def _page(form: DayForm, year: int) -> str:
    return render_template(
        "subsidy/calendar.html",
        form=form,
        year=year,
        not_announced=None if is_announced(year) else not_announced(year),
        days=[(row, format_date(row.on, "EEEE")) for row in queries.calendar_days(year)],
        years=sorted({*queries.calendar_years(), year - 1, year, year + 1}, reverse=True),
    )
