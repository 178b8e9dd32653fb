"""Home of the pages of the forecast: what to cook, how forecasts fared, what is known of the days to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.queries.opening import closures, closures_of
from app.canteens.rules import Sitting
from app.errors import DomainError, NotFound
from app.extensions import db
from app.oversight.forms.forecast import NoteForm
from app.oversight.queries import covers as queries
from app.oversight.rules.charts import Chart, Item, chart
from app.oversight.rules.outlook import AHEAD, Expected, Fared, Series, Soon, arrivals, soon
from app.oversight.service import forecast as service
from app.oversight.service.sums import refresh_sums
from app.oversight.views.blueprint import bp
from app.roles import Permission
from app.text import Text, text
from app.till.rules.balance import SiteSitting
from app.till.views import portions
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

REFUSED = 422
_PAST = 14
_CURVE = timedelta(weeks=4)
_EACH_DAY = 1
"""What is held against what came is what was expected the day before: it is cooked by."""


@dataclass(frozen=True, slots=True)
class Row:
    """One site on the list: what is expected of each sitting, what has come, and what its kitchen cooks."""

    site: Site
    expected: Mapping[Sitting, Expected]
    came: Mapping[Sitting, int]
    cooks: Mapping[Sitting, Expected]


@bp.get("/forecast")
@require(Permission.MEALS_VIEW)
def covers() -> str | Response:
    """Show what is expected of a day at every site of the viewer's."""
    scope, today = viewer().scope, clock.today()
    if scope.site_code is not None:
        return redirect(url_for("oversight.site_covers", site_code=scope.site_code))
    day = _asked_day(today)
    expected = queries.expected_on([day], scope)
    sites = [site for site in _sites() if site.facts.is_open_on(day)]
    came = queries.covers_at([site.site_code for site in sites], day, day) if day == today else {}
    return render_template(
        "oversight/covers.html",
        kitchens=[_row(site, day, expected, came) for site in sites if site.kitchen_code is None],
        points=[_row(site, day, expected, came) for site in sites if site.kitchen_code is not None],
        day=day,
        today=today,
        days=[today + timedelta(days=each) for each in range(AHEAD)],
        made_on=queries.newest_made_on(scope),
        worse=_worse(queries.trials(scope)),
        sitting_kinds=list(Sitting),
        form=EmptyForm(),
    )


def _asked_day(today: date) -> date:
    try:
        asked = clock.day_written(request.args.get("day", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + timedelta(days=AHEAD - 1))


def _sites() -> Sequence[Site]:
    return db.session.execute(canteens.sites(viewer().scope)).scalars().all()


def _row(
    site: Site,
    day: date,
    expected: Mapping[tuple[Series, date], Expected],
    came: Mapping[tuple[str, Sitting, date], int],
) -> Row:
    code = site.site_code
    served, cooked = (
        {
            sitting: expected[Series(code, sitting, is_cooked), day]
            for sitting in Sitting
            if (Series(code, sitting, is_cooked), day) in expected
        }
        for is_cooked in (False, True)
    )
    held = {sitting: came[code, sitting, day] for sitting in Sitting if (code, sitting, day) in came}
    return Row(site, served, held, cooked)


def _worse(trials: Mapping[Series, Fared]) -> int:
    return sum(bool(fared.days) and not fared.beats_median for fared in trials.values())


@dataclass(frozen=True, slots=True)
class SittingOutlook:
    """One sitting on a site's page: its next days, how its forecasts fared, and its chart."""

    series: Series
    days: tuple[Expected, ...]
    trial: Fared | None
    kept: Fared | None
    chart: Chart
    came: int
    soon: Soon | None

    @property
    def today(self) -> Expected | None:
        """Give what is expected of the first day."""
        return next(iter(self.days), None)


@bp.get("/forecast/<site_code>")
@require(Permission.MEALS_VIEW)
def site_covers(site_code: str) -> str:
    """Show a site what it is to cook and to expect in the next two weeks, and how such forecasts fared."""
    site = canteens.site_of(site_code, viewer().scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    today = clock.today()
    made_on = queries.newest_made_on(viewer().scope)
    return render_template(
        "oversight/site_covers.html",
        site=site,
        today=today,
        tomorrow=today + timedelta(days=1),
        made_on=made_on,
        outlooks=_outlooks(site, today),
        notes=queries.notes(today, today + timedelta(days=AHEAD), viewer().scope),
        closures=closures_of(site_code, today, today + timedelta(days=AHEAD)),
    )


def _outlooks(site: Site, today: date) -> list[SittingOutlook]:
    code = site.site_code
    first, last = today - timedelta(days=_PAST), today + timedelta(days=AHEAD - 1)
    expected = queries.expected_of(code, today, last)
    before = queries.kept_forecasts(code, ahead=_EACH_DAY, first=today - service.KEPT, last=today)
    fed = [each.site_code for each in canteens.served_by(code)]
    came = queries.covers_at([code, *fed], today - service.KEPT, today)
    trials = queries.trials(viewer().scope)
    found = []
    for series in sorted({series for series, _ in expected}, key=_in_order):
        feeding = [code, *fed] if series.is_cooked else [code]
        held = {
            day: sum(came.get((each, series.sitting, day), 0) for each in feeding)
            for day in (today - timedelta(days=back) for back in range(service.KEPT.days + 1))
        }
        kept = {each.on: each for which, each in before if which == series}
        days = tuple(each for (which, _), each in sorted(expected.items(), key=_by_day) if which == series)
        found.append(
            SittingOutlook(
                series,
                days,
                trials.get(series),
                _fared(kept, held, today),
                chart([*_past(kept, held, first), *map(_ahead, days)], step=38),
                held[today],
                _soon(series, days, held[today], today),
            )
        )
    return found


def _in_order(series: Series) -> tuple[bool, int]:
    return (not series.is_cooked, list(Sitting).index(series.sitting))


def _by_day(item: tuple[tuple[Series, date], Expected]) -> date:
    return item[0][1]


def _past(kept: Mapping[date, Expected], held: Mapping[date, int], first: date) -> list[Item]:
    items = []
    for back in range(_PAST):
        day = first + timedelta(days=back)
        was = kept.get(day)
        items.append(
            Item(
                f"{day.month}.{day.day}",
                held[day],
                was.low if was else None,
                was.high if was else None,
                was.covers if was else None,
            )
        )
    return items


def _ahead(day: Expected) -> Item:
    return Item(f"{day.on.month}.{day.on.day}", None, day.low, day.high, day.covers)


def _fared(kept: Mapping[date, Expected], held: Mapping[date, int], today: date) -> Fared | None:
    """Hold what was expected the day before against what came, on the days that are over."""
    over = [(each, held[day]) for day, each in kept.items() if day < today]
    if not over:
        return None
    return Fared(
        days=len(over),
        came=sum(came for _, came in over),
        error=sum(abs(each.covers - came) for each, came in over),
        median_error=sum(abs(each.median - came) for each, came in over),
        weekly_error=sum(abs(held.get(each.on - timedelta(weeks=1), 0) - came) for each, came in over),
        within=sum(each.low <= came <= each.high for each, came in over),
    )


def _soon(series: Series, days: Sequence[Expected], came: int, today: date) -> Soon | None:
    """Say what is expected of the rest of a sitting that is being served now."""
    first = next(iter(days), None)
    if first is None or first.on != today or series.is_cooked:
        return None
    times = queries.arrival_times(series.site_code, series.sitting, today - _CURVE, today - timedelta(days=1))
    local = clock.now().astimezone(clock.SHANGHAI)
    minute = local.hour * 60 + local.minute
    if not times or not min(times) <= minute <= max(times):
        return None
    return soon(came, minute, first, arrivals(times))


@bp.post("/forecast/make")
@require(Permission.OVERSIGHT_ENTER)
def forecast_anew() -> Response:
    """Forecast all sites anew, with what has been written down since the night."""
    with transaction():
        refresh_sums()
        count = service.make_forecasts(by=viewer(), at=clock.now())
    notice(text("Forecast anew: {count} sittings.", count=count))
    return redirect(url_for("oversight.covers"))


@bp.get("/forecast/days")
@require(Permission.MEALS_VIEW)
def day_notes() -> str:
    """Show what is written down about days, and the form for more."""
    return _notes_page(_note_form())


@bp.post("/forecast/days")
@require(Permission.OVERSIGHT_ENTER)
def write_day_note() -> Response | tuple[str, int]:
    """Write down what is known of some days."""
    form = _note_form()
    if form.validate_on_submit():
        try:
            with transaction():
                service.write_note(form.note(), by=viewer(), at=clock.now())
            notice(text("Written down. The next forecast knows it."))
            return redirect(url_for("oversight.day_notes"))
        except DomainError as error:
            form.refuse(error)
    return _notes_page(form), REFUSED


@bp.post("/forecast/days/<int:note_id>/back")
@require(Permission.OVERSIGHT_ENTER)
def take_day_note_back(note_id: int) -> Response:
    """Take back what was written down about days."""
    with transaction():
        service.take_note_back(note_id, by=viewer(), at=clock.now())
    notice(text("Taken back."))
    return redirect(url_for("oversight.day_notes"))


def _note_form() -> NoteForm:
    form = NoteForm()
    form.offer()
    return form


def _notes_page(form: NoteForm) -> str:
    today = clock.today()
    since, until = today - timedelta(days=60), today + service.LONGEST_NOTE
    scope = viewer().scope
    return render_template(
        "oversight/day_notes.html",
        form=form,
        notes=queries.notes(since, until, scope),
        closures=closures(since, until, scope),
        speaks_for_all=scope.site_code is None,
        is_mine=lambda note: queries.note_numbered(note.id, scope) is not None,
    )


def _cook_this_many(where: SiteSitting) -> Text | None:
    """Say on the page where portions are counted how many are expected: cooked here, or served here."""
    expected = queries.expected_of(where.site_code, where.served_on, where.served_on)
    cooked = expected.get((Series(where.site_code, where.sitting, is_cooked=True), where.served_on))
    served = expected.get((Series(where.site_code, where.sitting), where.served_on))
    if cooked is not None:
        return text(
            "Cook this many, for all that are served from here: {covers} (four days of five {low} to {high})",
            covers=cooked.covers,
            low=cooked.low,
            high=cooked.high,
        )
    if served is not None:
        return text(
            "Expected here: {covers} (four days of five {low} to {high})",
            covers=served.covers,
            low=served.low,
            high=served.high,
        )
    return None


portions.foretold.append(_cook_this_many)
