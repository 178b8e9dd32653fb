"""Home of the page where a person changes a plan by hand, and sees at once what that costs and breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import partial

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.forms.handwork import GiveForm, HandForm, LeaveForm, LockForm, MoveForm
from app.delivery.models import Rider, Run, Subscription
from app.delivery.routing import handwork
from app.delivery.routing.check import violations
from app.delivery.routing.handwork import Choice, NoSuchPlace
from app.delivery.routing.timetable import Place
from app.delivery.rules.explanation import cost, with_names
from app.delivery.rules.reasons import REASONS, whole_minutes
from app.delivery.service.handwork import Change, PlanInHand, change_plan, lock_run, plan_in_hand
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named, name_of
from app.errors import Conflict, DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice, warning


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run with its place among its rider's trips; one that `waits` has begun by the clock alone."""

    run: Run
    place: Place
    has_begun: bool
    waits: bool

    @property
    def stays(self) -> bool:
        """Tell whether nobody may change it now."""
        return self.has_begun or self.run.is_locked


@dataclass(frozen=True, slots=True)
class WholeRun:
    """A run that somebody wants to change as a whole, and the forms to do it."""

    run: Run
    give: GiveForm
    leave: LeaveForm


@bp.get("/kitchens/<site_code>/by-hand")
@require(Permission.DELIVERY_PLAN)
def by_hand(site_code: str) -> str:
    """Show a kitchen's newest plan to be changed; with a door or a run in the address, what that could be."""
    on, sitting = asked()
    held = plan_in_hand(on, sitting, kitchen_named(site_code), at=clock.now())
    named, door = _doors(held), request.args.get("door", type=int)
    found = _choices(held, door) if door is not None else []
    runs = list(_shown(held))
    riders = {rider.id: rider for rider in _riders(held)}
    name = name_of(on)
    say_named = partial(
        with_names,
        riders={each.id: each.name for each in riders.values()},
        doors={each.id: name(each) for each in named.values()},
    )
    return render_template(
        "delivery/by_hand.html",
        on=on,
        sitting=sitting,
        kitchen=held.day.kitchen,
        plan=held.plan,
        runs=runs,
        whole=_whole(held, runs, request.args.get("run", type=int)),
        form=HandForm(formdata=None, seen=held.mark),
        broken=[say_named(said) for said in violations(held.problem, held.routes)],
        subscriptions=named,
        riders=riders,
        door=door,
        found=[(choice, [say_named(said) for said in choice.broken]) for choice in found],
        name_of=name,
        known=queries.riders_before(on, sitting, held.day.kitchen.site_code),
        reasons=REASONS,
        cost=cost,
        minutes=whole_minutes,
    )


@bp.post("/kitchens/<site_code>/by-hand/move")
@require(Permission.DELIVERY_PLAN)
def move_door(site_code: str) -> Response:
    """Move a door to another place."""
    form = MoveForm()
    return _done(site_code, form, lambda: partial(handwork.with_door, order=form.door.data, spot=form.spot))


@bp.post("/kitchens/<site_code>/by-hand/give")
@require(Permission.DELIVERY_PLAN)
def give_run(site_code: str) -> Response:
    """Let another rider ride a run."""
    form = GiveForm()
    return _done(site_code, form, lambda: partial(handwork.with_rider, place=form.place, rider=form.to.data))


@bp.post("/kitchens/<site_code>/by-hand/leave")
@require(Permission.DELIVERY_PLAN)
def leave_at(site_code: str) -> Response:
    """Let a run leave at another minute."""
    form = LeaveForm()
    return _done(site_code, form, lambda: partial(handwork.departing, place=form.place, depart=form.second))


@bp.post("/kitchens/<site_code>/by-hand/lock")
@require(Permission.DELIVERY_PLAN)
def lock_a_run(site_code: str) -> Response:
    """Lock a run against planning again, or unlock it."""
    on, sitting = asked()
    site, form = kitchen_named(site_code), LockForm()
    back = _address(site_code, on, sitting)
    if not form.validate_on_submit():
        raise NotFound(text("This plan has no such run."))
    number, locked = form.run.data, bool(form.locked.data)
    try:
        with transaction():
            lock_run(
                on,
                sitting,
                site,
                number,
                locked=locked,
                seen=form.seen.data or "",
                by=viewer(),
                at=clock.now(),
            )
    except Conflict as error:
        warning(error.message)
        return redirect(back)
    done = text("Locked: planning again leaves this run as it is.") if locked else text("Unlocked.")
    notice(done)
    return redirect(f"{back}#run-{number}")


def _done(site_code: str, form: HandForm, wanted: Callable[[], Change]) -> Response:
    on, sitting = asked()
    site = kitchen_named(site_code)
    back = _address(site_code, on, sitting)
    if not form.validate_on_submit():
        warning(text("Nothing was changed: enter a time like 11:20, and choose a rider."))
        return redirect(back)
    try:
        with transaction():
            change_plan(on, sitting, site, wanted(), seen=form.seen.data or "", by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        warning(error.message)
        return redirect(back)
    notice(text("The draft is changed. Riders see nothing of it until it is released."))
    return redirect(back)


def _address(site_code: str, on: date, sitting: Sitting) -> str:
    return url_for("delivery.by_hand", site_code=site_code, on=on.isoformat(), sitting=sitting.value)


def _choices(held: PlanInHand, door: int) -> list[Choice]:
    """Give where a door could go of what has not begun.

    Raises: NotFound for a door that the plan does not know, or that has no place.
    """
    try:
        found = handwork.choices(held.problem, held.routes, door)
    except NoSuchPlace as error:
        raise NotFound(text("This plan has no such door, or nobody knows where it is.")) from error
    may_ride = {rider.id for rider in _riders(held)} - held.day.crew.held_back.keys()
    locked = {stop.subscription_id for run in held.plan.runs if run.is_locked for stop in run.stops}
    return [
        choice
        for choice in found
        if choice.spot.rider in may_ride
        and not held.has_begun(choice.depart)
        and (choice.spot.is_own_trip or not locked & {choice.behind, choice.before})
    ]


def _shown(held: PlanInHand) -> Iterator[ShownRun]:
    """Give the runs in their order; one is found again by its number among its rider's trips."""
    ridden: Counter[int] = Counter()
    late = {run.id for run in held.day.too_early}
    for run in held.plan.runs:
        place = Place(run.rider_id, ridden[run.rider_id])
        ridden[run.rider_id] += 1
        has_begun = held.has_begun(run.depart_seconds)
        yield ShownRun(run, place, has_begun, waits=has_begun and run.id in late)


def _whole(held: PlanInHand, runs: Sequence[ShownRun], number: int | None) -> WholeRun | None:
    """Give the run with a number to be changed as a whole; nothing when it has begun or is locked."""
    for each in runs:
        if each.run.number == number and not each.stays:
            at = {"seen": held.mark, "rider": each.place.rider, "number": each.place.number}
            hour, minute = divmod(each.run.depart_seconds // 60, 60)
            not_asked = {each.place.rider, *held.day.crew.held_back}
            others = [rider for rider in _riders(held) if rider.id not in not_asked]
            return WholeRun(
                each.run,
                GiveForm(formdata=None, **at).offer(others),
                LeaveForm(formdata=None, **at, depart=time(hour, minute)),
            )
    return None


def _riders(held: PlanInHand) -> list[Rider]:
    """Give the riders of the day whom the plan knows, and those whom it sends."""
    known = {rider.id for rider in held.problem.riders}
    sent = {run.rider_id: run.rider for run in held.plan.runs}
    there = {rider.id: rider for rider in held.day.riders if rider.id in known}
    return list((there | sent).values())


def _doors(held: PlanInHand) -> dict[int, Subscription]:
    stops = [stop.subscription for run in held.plan.runs for stop in run.stops]
    return {each.id: each for each in (*stops, *(left.subscription for left in held.plan.unserved))}
