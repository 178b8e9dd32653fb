"""Home of the pages of the log of hot meals: a sitting's entries, what is missing, a month to print."""

from __future__ import annotations

from datetime import date, timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens.rules import Sitting
from app.delivery.forms.food import CookedForm, SampleForm, TemperatureForm
from app.delivery.models import DayPlan
from app.delivery.queries import released_run
from app.delivery.queries.food import HotDay, hot_days
from app.delivery.queries.freshness import batches_of, cooking_on
from app.delivery.rules.food import is_hot, kept_until, read_month
from app.delivery.rules.freshness import EATEN_WITHIN_SECONDS, MOST_BATCHES
from app.delivery.rules.proof import run_code, second_of
from app.delivery.service.food import CookedAt, keep_sample, note_cooked, note_temperature
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

_REFUSED = 422
_LOOKED_BACK = timedelta(days=7)
Answer = Response | tuple[str, int]


@bp.get("/kitchens/<site_code>/food")
@require(Permission.DELIVERY_VIEW)
def food(site_code: str) -> str:
    """Show a kitchen's sitting: how hot each run was loaded, what was kept, and the forms for both."""
    on, sitting = asked()
    return _page(site_code, on, sitting)


@bp.post("/kitchens/<site_code>/cooked")
@require(Permission.DELIVERY_RECORD)
def cooked(site_code: str) -> Answer:
    """Write when a batch of a sitting was cooked."""
    on, sitting = asked()
    code, form, at = kitchen_named(site_code).site_code, CookedForm(), clock.now()
    if form.validate_on_submit():
        try:
            new = CookedAt(on, sitting, form.seconds(second_of(at)), form.numbered)
            with transaction():
                note_cooked(code, new, by=viewer(), at=at)
            notice(text("Noted."))
            return redirect(url_for("delivery.food", site_code=code, on=on, sitting=sitting.value))
        except DomainError as error:
            form.refuse(error)
    return _page(code, on, sitting, cooked_form=form), _REFUSED


@bp.post("/runs/<int:run_id>/temperature")
@require(Permission.DELIVERY_RECORD)
def measure(run_id: int) -> Answer:
    """Write how hot a run was loaded."""
    plan, form = _plan(run_id), TemperatureForm()
    code, on, sitting = plan.kitchen_code, plan.served_on, plan.sitting
    if form.validate_on_submit():
        try:
            note = (form.note.data or "").strip()
            with transaction():
                note_temperature(run_id, form.degrees.data, note, by=viewer(), at=clock.now())
            notice(text("Noted."))
            return redirect(url_for("delivery.food", site_code=code, on=on, sitting=sitting.value))
        except DomainError as error:
            form.refuse(error)
    return _page(code, on, sitting, refused=(run_id, form)), _REFUSED


@bp.post("/kitchens/<site_code>/samples")
@require(Permission.DELIVERY_RECORD)
def sample(site_code: str) -> Answer:
    """Write what was kept of a dish."""
    on, sitting = asked()
    code, form = kitchen_named(site_code).site_code, SampleForm()
    if form.validate_on_submit():
        try:
            dish = form.dish.data.strip()
            with transaction():
                keep_sample(code, on, sitting, dish=dish, grams=form.grams.data, by=viewer(), at=clock.now())
            notice(text("Noted."))
            return redirect(url_for("delivery.food", site_code=code, on=on, sitting=sitting.value))
        except DomainError as error:
            form.refuse(error)
    return _page(code, on, sitting, sample_form=form), _REFUSED


@bp.get("/food")
@require(Permission.DELIVERY_VIEW)
def missing_food() -> str:
    """Show today, and what was not written in the last seven days, within the scope."""
    today = clock.today()
    days = hot_days(viewer().scope, today - _LOOKED_BACK, today)
    return render_template(
        "delivery/food_missing.html",
        days=[day for day in reversed(days) if day.is_missing or day.plan.served_on == today],
        missing=sum(day.is_missing for day in days),
        complete=sum(not day.is_missing for day in days),
        month=today.strftime("%Y-%m"),
    )


@bp.get("/kitchens/<site_code>/food/<month>")
@require(Permission.DELIVERY_VIEW)
def food_month(site_code: str, month: str) -> str:
    """Show a kitchen's month, laid out to be printed."""
    first, end = read_month(month)
    site = kitchen_named(site_code)
    days = hot_days(viewer().scope, first, end - timedelta(days=1), kitchen_code=site.site_code)
    return render_template(
        "delivery/food_month.html",
        site=site,
        month=month,
        earlier=(first - timedelta(days=1)).strftime("%Y-%m"),
        later=end.strftime("%Y-%m"),
        days=days,
        people=users.names_of(_hands(days)),
        kept_until=kept_until,
        is_hot=is_hot,
    )


def _plan(run_id: int) -> DayPlan:
    found = released_run(run_id, viewer().scope)
    if found is None:
        raise NotFound(
            text("There is no released run {code}, or it is not yours to see.", code=run_code(run_id))
        )
    return found[0]


def _hands(days: list[HotDay]) -> set[str]:
    measured = {each.noted_by for day in days for each in day.temperatures.values()}
    measured |= {each.noted_by for day in days for each in day.batches.values()}
    return measured | {each.kept_by for day in days for each in day.samples}


def _page(
    site_code: str,
    on: date,
    sitting: Sitting,
    *,
    refused: tuple[int, TemperatureForm] | None = None,
    sample_form: SampleForm | None = None,
    cooked_form: CookedForm | None = None,
) -> str:
    site = kitchen_named(site_code)
    batches = batches_of(on, sitting, site.site_code)
    days = hot_days(viewer().scope, on, on, kitchen_code=site.site_code)
    day = next((each for each in days if each.plan.sitting is sitting), None)
    forms = {run.id: TemperatureForm(formdata=None) for run in day.plan.runs} if day is not None else {}
    if refused is not None:
        forms[refused[0]] = refused[1]
    return render_template(
        "delivery/food.html",
        site=site,
        on=on,
        sitting=sitting,
        day=day,
        forms=forms,
        batches=sorted(batches.items()),
        most_batches=MOST_BATCHES,
        eaten_within=EATEN_WITHIN_SECONDS,
        cooked_form=cooked_form or CookedForm(formdata=None),
        cooking=cooking_on(on, sitting, [site.site_code])[site.site_code],
        is_today=on == clock.today(),
        sample_form=sample_form or SampleForm(formdata=None),
        month=on.strftime("%Y-%m"),
        people=users.names_of(_hands(days) | {each.noted_by for each in batches.values()}),
        kept_until=kept_until,
        is_hot=is_hot,
    )
