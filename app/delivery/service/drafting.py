"""Home of drafting a sitting's plan: read what is due, let go of the database, plan, and check the plan.

Planning takes seconds, so it holds nothing of the database; `keep_plan` writes what came out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from app import clock
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.queries.delays import delays_on, held_up
from app.delivery.routing.check import violations
from app.delivery.routing.day_to_plan import DayAmongOthers, DayToPlan
from app.delivery.routing.documents import problem_from_json
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.replanning import News
from app.delivery.routing.solver import BrokenPlan, Effort
from app.delivery.routing.solver import Stop as Ending
from app.delivery.routing.solver.crew import Crew
from app.delivery.rules.doors import LOAD_SECONDS
from app.delivery.rules.proof import second_of
from app.delivery.service.planning import Draft, problem_of, route_plan_of
from app.delivery.service.roads import travel_from
from app.delivery.travel.estimate import location_of
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text

Drafted = Draft | DomainError | None
"""What came of drafting a kitchen's plan: the draft, why there is none, or nothing if its turn never came."""


def draft_plan(
    on: date,
    sitting: Sitting,
    kitchen_code: str,
    *,
    effort: Effort,
    by: Actor,
    at: datetime,
    stop: Ending | None = None,
) -> Draft:
    """Plan one kitchen's sitting and check the plan; nothing is written.

    Asking `stop`, from another thread, ends the planning with the best plan so far.

    Among equals residents keep the rider whom they know. Locked runs stay. Where a plan is in force for today
    or a later day, little of it changes, and nothing that is being loaded or on its way.

    Never call it inside a transaction: the read one ends before the planning begins.
    Raises: NotFound for an unknown kitchen; DomainError when it has no coordinates, or when the plan breaks a
    promise, with every promise that it breaks.
    """
    read = _read(on, sitting, kitchen_code, by=by, at=at)
    # Nothing is held open while planning takes its seconds.
    db.session.rollback()
    try:
        plan = read.day.planned(effort, stop)
    except BrokenPlan as broken:
        raise _misfit(broken) from broken
    _ensure_sound(read.day.problem, plan, kitchen_code)
    return Draft(on, sitting, kitchen_code, read.day.problem, plan, network_id=read.network_id)


def draft_plans(
    on: date,
    sitting: Sitting,
    kitchen_codes: Sequence[str],
    *,
    effort: Effort,
    by: Actor,
    at: datetime,
    stop: Ending,
) -> Iterator[tuple[str, Drafted]]:
    """Plan many kitchens' sittings as `draft_plan` does, side by side where the effort has several workers.

    The effort is for all of them together, reading included where there are many. Each kitchen's draft comes
    in its turn while others are still being planned; once `stop` is asked, those under way give their best
    plan so far, and the others nothing.
    """
    with Crew(effort, stop, pieces=len(kitchen_codes)) as crew:
        read: dict[str, _Read] = {}
        refused: dict[str, DomainError] = {}
        for code in kitchen_codes:
            try:
                read[code] = _read(on, sitting, code, by=by, at=at)
            except DomainError as error:
                refused[code] = error
        db.session.rollback()
        pieces = [DayAmongOthers(each.day, effort.seed) for each in read.values()]
        plans = crew.answers(pieces, [1 + len(each.day.problem.orders) for each in read.values()])
        for code in kitchen_codes:
            if code in refused:
                yield code, refused[code]
            else:
                yield code, _drafted(read[code], next(plans), on=on, sitting=sitting, code=code)


def _drafted(
    read: _Read, plan: RoutePlan | BrokenPlan | None, *, on: date, sitting: Sitting, code: str
) -> Drafted:
    """Check what came of planning a kitchen's day."""
    if plan is None:
        return None
    if isinstance(plan, BrokenPlan):
        return _misfit(plan)
    try:
        _ensure_sound(read.day.problem, plan, code)
    except DomainError as error:
        return error
    return Draft(on, sitting, code, read.day.problem, plan, network_id=read.network_id)


def _ensure_sound(problem: RoutingProblem, plan: RoutePlan, kitchen_code: str) -> None:
    broken = violations(problem, plan)
    if broken:
        raise DomainError(
            text(
                "The plan of kitchen {kitchen} was thrown away, since it breaks promises: {broken}",
                kitchen=kitchen_code,
                broken=reduce(lambda told, more: text("{told} {more}", told=told, more=more), broken),
            )
        )


def _misfit(broken: BrokenPlan) -> DomainError:
    """Say which promises what must stay would break."""
    return DomainError(
        text(
            "What is on its way, or locked, does not fit what is known of the day: {broken} "
            "Correct the shift, the box or the delivery, or unlock the run, then plan again.",
            broken=" ".join(broken.args[0]),
        )
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A kitchen's day as it was read, and the road network that its minutes come from."""

    day: DayToPlan
    network_id: int | None


def _read(on: date, sitting: Sitting, kitchen_code: str, *, by: Actor, at: datetime) -> _Read:
    """Read what is due and not handed over yet, who rides, how far it is, and what is in force."""
    site = site_of(kitchen_code, by.scope)
    if site is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    place = location_of(site)
    if place is None:
        raise DomainError(
            text("Kitchen {name} has no coordinates. Enter them on its page, then plan.", name=site.name)
        )
    going = queries.due(on, sitting, [kitchen_code])[kitchen_code].going
    done = queries.handed_over(on, [each.id for each in going])
    riders = queries.crews_on(on, [kitchen_code])[kitchen_code].duties
    released = queries.released_plan_of(on, sitting, kitchen_code)
    delay = delays_on(on, sitting, [kitchen_code]).get(kitchen_code)
    ready = delay.ready_seconds if delay is not None else 0
    if released is None or on < clock.on(at):
        due = [each for each in going if each.id not in done]
        known = queries.riders_so_far(on, sitting, kitchen_code)
        travel = travel_from(place, on)
        problem = problem_of(site, place, due, riders, on=on, sitting=sitting, travel=travel, opens=ready)
        drafted = queries.plan_of(on, sitting, kitchen_code)
        if drafted is None or not _locked(drafted):
            return _Read(DayToPlan(problem, known), travel.network_id)
        news = News(-1, kept=_locked(drafted))
        day = DayToPlan(problem, known, route_plan_of(drafted), news, change_seconds=0)
        return _Read(day, travel.network_id)
    second = second_of(at) if on == clock.on(at) else 0
    waiting = {run.id for run in held_up(released, delay)}
    begun = [
        run for run in released.runs if run.depart_seconds - LOAD_SECONDS <= second and run.id not in waiting
    ]
    on_their_way = {stop.subscription_id for run in begun for stop in run.stops}
    due = [each for each in going if each.id not in done or each.id in on_their_way]
    there = {each.id for each in riders}
    # Who is gone ends what has begun within the hours that they were planned for.
    hours = {each.id: each.window for each in problem_from_json(released.instance).riders}
    gone = {
        run.rider_id: queries.Duty(run.rider, kitchen_code, hours[run.rider_id])
        for run in released.runs
        if run.rider_id not in there
    }
    travel = travel_from(place, on, in_force=released)
    riders = (*riders, *gone.values())
    # What left before the kitchen fell behind was allowed to.
    opens = min([ready, *(run.depart_seconds for run in begun)])
    problem = problem_of(site, place, due, riders, on=on, sitting=sitting, travel=travel, opens=opens)
    held = frozenset((run.rider_id, run.depart_seconds) for run in released.runs if run.id in waiting)
    news = News(second, frozenset(gone), _locked(released), held, ready)
    return _Read(DayToPlan(problem, {}, route_plan_of(released), news), travel.network_id)


def _locked(plan: DayPlan) -> frozenset[tuple[int, int]]:
    """Give the runs that stay as they are, by rider and departure."""
    return frozenset((run.rider_id, run.depart_seconds) for run in plan.runs if run.is_locked)
