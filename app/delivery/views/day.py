"""Home of the pages of a day: every kitchen's plan of a sitting, one kitchen's runs, its route sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from io import BytesIO

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens.models import Site
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.forms import PlanForm, ReleaseForm, SittingForm
from app.delivery.models import DayPlan, Rider, Subscription
from app.delivery.queries.cases import cases_of
from app.delivery.routing.plan import Objective
from app.delivery.routing.solver import Effort
from app.delivery.rules import picture
from app.delivery.rules.days import HOURS, parse_day, parse_sitting
from app.delivery.rules.doors import honorific
from app.delivery.rules.explanation import with_names
from app.delivery.rules.proof import Outcome, outcomes_counted, run_code, second_of
from app.delivery.rules.quality import quality
from app.delivery.rules.reasons import REASONS, remedy, whole_minutes
from app.delivery.rules.release import mark_of
from app.delivery.service import changes_of, concerns_of, draft_plan, keep_plan
from app.delivery.service import jobs as _jobs  # noqa: F401 - a kind of background work
from app.delivery.service.sheets import route_sheets, sheets_name
from app.delivery.views.blueprint import bp
from app.delivery.views.ground import map_ground
from app.errors import DomainError, NotFound
from app.jobs.views import hand_over
from app.residents.rules.facts import age_on
from app.roles import Permission
from app.text import Text, text
from app.transaction import transaction
from app.web.filters import clock_time
from app.web.notices import notice, warning

LONGEST_REQUEST_SECONDS = 20.0
"""What a page may spend on planning altogether; more is done in the background."""


@bp.get("")
@require(Permission.DELIVERY_VIEW)
def day() -> str:
    """Show a sitting of a day over all kitchens within the scope."""
    on, sitting = asked()
    kitchens = queries.kitchens_of_day(on, sitting, viewer().scope)
    return render_template(
        "delivery/day.html",
        on=on,
        sitting=sitting,
        sittings=Sitting,
        hours=HOURS[sitting],
        earlier=on - timedelta(days=1),
        later=on + timedelta(days=1),
        days=queries.kitchen_days(on, sitting, kitchens, with_people=False),
        plan_form=_plan_form(on, sitting),
        release_form=SittingForm(formdata=None, on=on.isoformat(), sitting=sitting.value),
        quality=quality_of,
        minutes=whole_minutes,
        roads=queries.road_network(),
        confirmed=queries.confirmed_kitchens(on, sitting, [site.site_code for site in kitchens]),
    )


@bp.get("/kitchens/<site_code>")
@require(Permission.DELIVERY_VIEW)
def kitchen(site_code: str) -> str:
    """Show one kitchen's plan of a sitting: its runs, stops, and what was left out."""
    on, sitting = asked()
    return kitchen_page(on, sitting, kitchen_named(site_code))


def kitchen_page(on: date, sitting: Sitting, site: Site, form: ReleaseForm | None = None) -> str:
    """Write a kitchen's page; with `form` the release that was refused."""
    (shown,) = queries.kitchen_days(on, sitting, [site])
    noted = concerns_of(shown) if shown.is_draft else ()
    named, riders, name = _doors(shown), _riders(shown), name_of(on)
    proofs = queries.proofs(on, sitting, list(named.values()))
    told, hands = _told(shown.released, proofs), _hands(shown) | _reporters(proofs)
    return render_template(
        "delivery/kitchen.html",
        on=on,
        today=clock.today(),
        sitting=sitting,
        day=shown,
        going={each.id for each in shown.due.going},
        concerns=noted,
        changes=changes_of(shown),
        subscriptions=named,
        riders=riders,
        sentence_of=partial(
            with_names,
            riders={each.id: each.name for each in riders.values()},
            doors={each.id: name(each) for each in named.values()},
        ),
        release_form=form or ReleaseForm(formdata=None),
        seen=mark_of(noted),
        people=users.names_of(hands) | queries.rider_names(hands),
        proofs=proofs,
        cases=cases_of(on, list(named)),
        told=told,
        familiar=shown.familiar(queries.riders_before(on, sitting, site.site_code)),
        run_code=run_code,
        second_handed_over=_second_handed_over,
        plan_form=_plan_form(on, sitting, site.site_code),
        quality=quality_of,
        minutes=whole_minutes,
        name_of=name,
        reasons=REASONS,
        remedy=remedy,
        colour_of=picture.colour_of,
        clock_face=_clock_face(shown.plan),
        ground=map_ground(),
    )


@bp.get("/kitchens/<site_code>/sheets.pdf")
@require(Permission.DELIVERY_VIEW)
def sheets(site_code: str) -> Response:
    """Give a kitchen's route sheets of a sitting as PDF."""
    on, sitting = asked()
    site = kitchen_named(site_code)
    ways = request.args.get("ways") == "yes"
    pdf = route_sheets(on, sitting, site.site_code, at=clock.now(), with_ways=ways)
    return send_file(
        BytesIO(pdf),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=sheets_name(on, sitting, site),
    )


@bp.post("/plan")
@require(Permission.DELIVERY_PLAN)
def plan() -> Redirect:
    """Plan a sitting of a day for one kitchen, or for all within the scope."""
    form, by = PlanForm(), viewer()
    on, sitting = parse_day(form.on.data or ""), parse_sitting(form.sitting.data or "")
    if not form.validate_on_submit():
        raise DomainError(text("Choose how long to plan."))
    code = form.kitchen.data
    kitchens = [kitchen_named(code)] if code else list(queries.kitchens_of_day(on, sitting, by.scope))
    # What the sites are called is kept, since planning lets go of the rows.
    names = {site.site_code: site.name for site in kitchens}
    seconds = float(form.seconds.data)
    if len(names) > 1 and seconds * len(names) > LONGEST_REQUEST_SECONDS:
        return _plan_beside(on, sitting, names, seconds)
    planned = 0
    for site_code, name in names.items():
        try:
            effort = Effort(seconds=seconds)
            locked = queries.locked_runs(on, sitting, site_code)
            draft = draft_plan(on, sitting, site_code, effort=effort, by=by, at=clock.now())
            with transaction():
                keep_plan(draft, by=by, at=clock.now())
            _tell_lost_locks(locked, queries.locked_runs(on, sitting, site_code))
            planned += 1
        except DomainError as error:
            warning(text("{name}: {outcome}", name=name, outcome=error.message))
    if planned:
        notice(text("Planned {count} kitchens.", count=planned))
    return redirect(
        url_for(
            "delivery.kitchen" if code else "delivery.day",
            on=on.isoformat(),
            sitting=sitting.value,
            **({"site_code": code} if code else {}),
        )
    )


def _plan_beside(on: date, sitting: Sitting, names: Mapping[str, str], seconds: float) -> Redirect:
    """Let many kitchens be planned in the background, each by itself."""
    asked = {"on": on.isoformat(), "sitting": sitting.value, "seconds": seconds}
    return hand_over(
        "delivery.plan", [{**asked, "site_code": code, "name": name} for code, name in names.items()]
    )


def _tell_lost_locks(before: Mapping[tuple[int, int], str], after: Mapping[tuple[int, int], str]) -> None:
    """Say whose locked run is no longer as it was: nobody can ride it who is away."""
    for (_, depart), name in sorted((place, name) for place, name in before.items() if place not in after):
        warning(
            text(
                "The locked run of {rider} at {time} could not stay: the rider is away, or may not ride.",
                rider=name,
                time=clock_time(depart),
            )
        )


def quality_of(plan: DayPlan) -> Text:
    """Say how good a plan is."""
    return quality(
        Objective(plan.unserved_weight, plan.riders, plan.ride_seconds),
        Objective(plan.bound_unserved_weight, plan.bound_riders, plan.bound_ride_seconds),
    )


def asked() -> tuple[date, Sitting]:
    """Give the day and the sitting that the address asks for: today's lunch when it does not say.

    Raises: DomainError for what is no day or no sitting.
    """
    written = request.args.get("on", "")
    return (
        parse_day(written) if written else clock.today(),
        parse_sitting(request.args.get("sitting", Sitting.LUNCH.value)),
    )


def kitchen_named(site_code: str) -> Site:
    """Give a site within the viewer's scope.

    Raises: NotFound.
    """
    site = site_of(site_code, viewer().scope)
    if site is None:
        raise NotFound(text("There is no kitchen {code}.", code=site_code))
    return site


def _plan_form(on: date, sitting: Sitting, kitchen_code: str = "") -> PlanForm:
    return PlanForm(formdata=None, on=on.isoformat(), sitting=sitting.value, kitchen=kitchen_code)


def _doors(day: queries.KitchenDay) -> dict[int, Subscription]:
    """Give every subscription that a page on this day may name, by its id."""
    stops = [stop for plan in (day.released, day.plan) if plan for run in plan.runs for stop in run.stops]
    left = day.plan.unserved if day.plan else []
    named = [stop.subscription for stop in stops] + [each.subscription for each in left]
    return {each.id: each for each in (*day.due.going, *named)}


def _riders(day: queries.KitchenDay) -> dict[int, Rider]:
    """Give every rider whom a plan of this day names, by their id."""
    plans = [plan for plan in (day.released, day.plan) if plan]
    return {run.rider_id: run.rider for plan in plans for run in plan.runs}


def _hands(day: queries.KitchenDay) -> set[str]:
    """Give who made and released the plans of this day."""
    plans = [plan for plan in (day.released, day.plan) if plan]
    late = {day.delay.noted_by} if day.delay else set()
    return late | {hand for plan in plans for hand in (plan.made_by, plan.released_by) if hand}


def _reporters(proofs: Mapping[int, queries.Proof]) -> set[str]:
    return {report.reported_by for proof in proofs.values() for report in proof.reports}


def _told(plan: DayPlan | None, proofs: Mapping[int, queries.Proof]) -> Mapping[Outcome | None, int] | None:
    """Count what became of the stops of the plan in force; nothing before there is one."""
    if plan is None:
        return None
    return outcomes_counted([proofs[stop.subscription_id].outcome for run in plan.runs for stop in run.stops])


def name_of(on: date) -> Callable[[Subscription], str]:
    """Give how a resident is called here: by name for those who may look them up, else as riders do."""
    by = viewer()

    def name(subscription: Subscription) -> str:
        resident = subscription.resident
        areas = (resident.residence_area, resident.registered_area)
        if by.may(Permission.RESIDENTS_VIEW) and any(by.scope.covers(area) for area in areas):
            return resident.name
        return honorific(resident.name, sex=resident.sex, age=age_on(resident.birth_on, on))

    return name


def _second_handed_over(proof: queries.Proof) -> int:
    """Give the second of the day of a hand-over that stands; -1 without one."""
    stands = proof.stands
    is_done = stands is not None and stands.outcome is Outcome.HANDED_OVER
    return second_of(stands.happened_at) if stands is not None and is_done else -1


def _clock_face(plan: DayPlan | None) -> picture.Clock | None:
    if plan is None or not plan.runs:
        return None
    return picture.clock_of(
        [
            picture.Ridden(
                rider=run.rider.name,
                number=run.number,
                depart=run.depart_seconds,
                back=run.return_seconds,
                handovers=tuple(stop.handover_seconds for stop in run.stops),
            )
            for run in plan.runs
        ]
    )
