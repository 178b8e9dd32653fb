"""Home of changing a sitting's plan by hand: the newest plan becomes a draft with one thing changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app import clock
from app.audit import service as audit
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.queries import KitchenDay
from app.delivery.routing.documents import problem_from_json
from app.delivery.routing.handwork import NoSuchPlace
from app.delivery.routing.plan import RoutePlan, Trip
from app.delivery.routing.problem import RoutingProblem
from app.delivery.rules.doors import LOAD_SECONDS
from app.delivery.rules.proof import second_of
from app.delivery.service.crew import without_papers
from app.delivery.service.planning import Draft, keep_plan, plan_name, route_plan_of
from app.errors import Conflict, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text

Change = Callable[[RoutingProblem, RoutePlan], RoutePlan]
"""What a person wants of a plan: one of `routing.handwork`."""


@dataclass(frozen=True)
class PlanInHand:
    """A kitchen's newest plan as it can be changed; what loads by the second `begun` is left alone."""

    day: KitchenDay
    plan: DayPlan
    problem: RoutingProblem
    routes: RoutePlan
    begun: int

    @cached_property
    def mark(self) -> str:
        """Give what tells this plan from any other that sends somebody elsewhere or at another time."""
        days = [[route.rider, [_ridden(trip) for trip in route.trips]] for route in self.routes.routes]
        left = [each.order for each in self.routes.unserved]
        return hashlib.sha256(json.dumps([days, left]).encode()).hexdigest()[:16]

    def has_begun(self, depart: int) -> bool:
        """Tell whether a trip that departs then is being loaded, or is on its way."""
        return depart - LOAD_SECONDS <= self.begun

    def leaves_begun(self, changed: RoutePlan) -> bool:
        """Tell whether a changed plan has every trip that has begun, and no other that would have."""
        begun, changed_begun = (
            {(rider, trip) for rider, trip in _all_ridden(routes) if self.has_begun(trip.depart)}
            for routes in (self.routes, changed)
        )
        return begun == changed_begun

    def leaves_locked(self, changed: RoutePlan) -> bool:
        """Tell whether a changed plan has every locked trip as it is."""
        locked = {(run.rider_id, run.depart_seconds) for run in self.plan.runs if run.is_locked}
        held = {(rider, trip) for rider, trip in _all_ridden(self.routes) if (rider, trip.depart) in locked}
        return held <= _all_ridden(changed)


def _all_ridden(routes: RoutePlan) -> set[tuple[int, Trip]]:
    return {(route.rider, trip) for route in routes.routes for trip in route.trips}


def _ridden(trip: Trip) -> list[object]:
    return [trip.depart, [[stop.order, stop.handover] for stop in trip.stops]]


def plan_in_hand(on: date, sitting: Sitting, site: Site, *, at: datetime) -> PlanInHand:
    """Give a kitchen's newest plan as it can be changed.

    Raises: NotFound without a plan.
    """
    (day,) = queries.kitchen_days(on, sitting, [site])
    if day.plan is None:
        raise NotFound(text("{name} is not planned for this sitting yet. Plan first.", name=site.name))
    plan = day.plan
    return PlanInHand(day, plan, problem_from_json(plan.instance), route_plan_of(plan), _begun(day, on, at))


def _begun(day: KitchenDay, on: date, at: datetime) -> int:
    """Give the second by which loaded trips are left alone: none before anything is released."""
    if day.released is None or on > clock.on(at):
        return -1
    return second_of(at) if on == clock.on(at) else 24 * 3600


def change_plan(
    on: date, sitting: Sitting, site: Site, change: Change, *, seen: str, by: Actor, at: datetime
) -> DayPlan:
    """Change a kitchen's newest plan as somebody wants it, whatever promise that breaks; keep it as a draft.

    `seen` is the mark of the plan that they looked at. A released plan stays in force, the draft beside it.
    Raises: NotFound without a plan; Conflict when it is not that plan any more, has no such trip or door, or
    when the change touches a trip that has begun or is locked; DomainError for a rider without papers.
    """
    lock_names(db.session, "plan", [plan_name(site.site_code, on, sitting)])
    held = plan_in_hand(on, sitting, site, at=at)
    if held.mark != seen:
        raise _changed_meanwhile(site)
    try:
        changed = change(held.problem, held.routes)
    except NoSuchPlace as error:
        raise _changed_meanwhile(site) from error
    if not held.leaves_begun(changed):
        raise Conflict(
            text("A run that is being loaded or on its way cannot be changed here. Call the rider instead.")
        )
    if not held.leaves_locked(changed):
        raise Conflict(text("A locked run stays as it is. Unlock it first."))
    _ensure_riders_may(held, changed)
    measured_on = held.plan.road_network_id
    draft = Draft(on, sitting, site.site_code, held.problem, changed, is_by_hand=True, network_id=measured_on)
    return keep_plan(draft, by=by, at=at)


def lock_run(
    on: date, sitting: Sitting, site: Site, number: int, *, locked: bool, seen: str, by: Actor, at: datetime
) -> None:
    """Lock a run of a kitchen's newest plan, so that planning again leaves it as it is; or unlock it.

    `seen` is the mark of the plan that they looked at. Nothing changes for the rider.
    Raises: NotFound without a plan; Conflict when it is not that plan any more, or has no such run.
    """
    name = plan_name(site.site_code, on, sitting)
    lock_names(db.session, "plan", [name])
    held = plan_in_hand(on, sitting, site, at=at)
    run = next((each for each in held.plan.runs if each.number == number), None)
    if run is None or held.mark != seen:
        raise _changed_meanwhile(site)
    if run.is_locked == locked:
        return
    run.is_locked = locked
    act = "delivery.run_locked" if locked else "delivery.run_unlocked"
    audit.record(act, f"plan:{name}", by=by, at=at, detail={"run": number, "rider": run.rider.rider_no})


def _ensure_riders_may(held: PlanInHand, changed: RoutePlan) -> None:
    """Refuse to give anything to a rider without papers; what they have may be taken from them.

    Raises: DomainError.
    """
    doors = _doors(held.routes)
    for rider, now in _doors(changed).items():
        unready = held.day.crew.held_back.get(rider)
        if unready is not None and now - doors.get(rider, set()):
            raise without_papers(unready)


def _doors(routes: RoutePlan) -> dict[int, set[int]]:
    return {
        route.rider: {stop.order for trip in route.trips for stop in trip.stops} for route in routes.routes
    }


def _changed_meanwhile(site: Site) -> Conflict:
    return Conflict(
        text(
            "The plan of {name} was changed meanwhile. Look at it as it is now, then change it.",
            name=site.name,
        )
    )
