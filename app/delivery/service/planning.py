"""Home of a sitting's plan in two languages: orders become a problem, its checked plan becomes rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.audit import service as audit
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan, Run, Stop, Subscription, UnservedDelivery
from app.delivery.routing.documents import problem_to_json
from app.delivery.routing.faults import Fault
from app.delivery.routing.plan import Objective, Reason, Route, RoutePlan, Trip, Unserved
from app.delivery.routing.plan import Stop as PlannedStop
from app.delivery.routing.problem import (
    Kitchen,
    Location,
    Matrix,
    Order,
    Rider,
    RoutingProblem,
    Rules,
    SetAside,
)
from app.delivery.rules.days import HOURS
from app.delivery.rules.doors import LOAD_SECONDS, MAX_AGE_SECONDS, door_seconds
from app.delivery.rules.quality import quality
from app.delivery.rules.reasons import remedy, whole_minutes
from app.delivery.service.roads import Travel
from app.delivery.travel.estimate import location_of
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import Text, text

KITCHEN = 1
"""The kitchen's id in the problem of its own day."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan of one kitchen's sitting that nobody has kept yet; one made by hand may break promises."""

    on: date
    sitting: Sitting
    kitchen_code: str
    problem: RoutingProblem
    plan: RoutePlan
    is_by_hand: bool = False
    network_id: int | None = None


def route_plan_of(plan: DayPlan) -> RoutePlan:
    """Read a plan back from its rows, in the words of the planner."""
    trips: dict[int, list[Trip]] = {}
    for run in plan.runs:
        stops = tuple(PlannedStop(stop.subscription_id, stop.handover_seconds) for stop in run.stops)
        trips.setdefault(run.rider_id, []).append(
            Trip(KITCHEN, run.depart_seconds, stops, run.return_seconds)
        )
    return RoutePlan(
        routes=tuple(Route(rider, tuple(ridden)) for rider, ridden in trips.items()),
        unserved=tuple(
            Unserved(left.subscription_id, left.reason, remedy(left.reason, ride_seconds=left.ride_seconds))
            for left in plan.unserved
        ),
        objective=Objective(plan.unserved_weight, plan.riders, plan.ride_seconds),
        bound=Objective(plan.bound_unserved_weight, plan.bound_riders, plan.bound_ride_seconds),
        proven=plan.is_proven,
        seconds=0.0,
    )


def problem_of(
    site: Site,
    place: Location,
    due: Sequence[Subscription],
    riders: Sequence[queries.Duty],
    *,
    on: date,
    sitting: Sitting,
    travel: Travel,
    opens: int = 0,
) -> RoutingProblem:
    """Put a kitchen's day into the words of the planner.

    Order ids are subscription ids. A door without coordinates is set aside as invalid, so that it comes back
    with its reason. Nothing leaves before `opens`, where the kitchen is late.
    """
    hours, doors_times = HOURS[sitting], queries.door_times_on(on)
    doors = [(each, location_of(each.resident)) for each in due]
    orders = tuple(
        Order(
            id=each.id,
            location=door,
            amount=each.meals,
            service_seconds=door_seconds(each.floor, has_lift=each.has_lift, times=doors_times),
            priority=each.priority,
            window=hours.doors,
        )
        for each, door in doors
        if door is not None
    )
    return RoutingProblem(
        name=f"{site.site_code} {on.isoformat()} {sitting.value}",
        rules=Rules(max_age_seconds=MAX_AGE_SECONDS, load_seconds=LOAD_SECONDS),
        kitchens=(
            Kitchen(id=KITCHEN, location=place, open=(max(hours.kitchen[0], opens), hours.kitchen[1])),
        ),
        orders=orders,
        riders=tuple(
            Rider(
                id=each.id,
                capacity=each.capacity,
                window=each.window,
            )
            for each in riders
        ),
        matrices={
            KITCHEN: Matrix(
                orders=tuple(order.id for order in orders),
                durations=travel.between([place, *(door for _, door in doors if door is not None)]),
            )
        },
        set_aside=tuple(_without_place(each) for each, door in doors if door is None),
    )


def _without_place(subscription: Subscription) -> SetAside:
    """Set a door aside whose place nobody knows; the instance says so too, and reads back alike."""
    return SetAside(
        id=subscription.id,
        priority=subscription.priority,
        written={
            "id": subscription.id,
            "location": [],
            "amount": subscription.meals,
            "priority": subscription.priority,
        },
        fault=Fault(
            "location",
            text("The address has no coordinates."),
            text("Enter them on the resident's page."),
        ),
    )


def outcome_of(draft: Draft) -> Text:
    """Say what came out of planning a kitchen."""
    plan = draft.plan
    return text(
        "{served} of {orders} deliveries in {trips} runs by {riders} riders, "
        "{minutes} minutes at most; {quality}",
        served=len(plan.served),
        orders=len(draft.problem.orders) + len(draft.problem.set_aside),
        trips=len(plan.trips),
        riders=plan.objective.riders,
        minutes=whole_minutes(plan.longest_age_seconds),
        quality=quality(plan.objective, plan.bound),
    )


def keep_plan(draft: Draft, *, by: Actor, at: datetime) -> DayPlan:
    """Write a draft as the sitting's newest plan: in place of an earlier draft, beside a released plan.

    Of two who plan the same sitting at once, the later one's draft stays.
    """
    name = plan_name(draft.kitchen_code, draft.on, draft.sitting)
    lock_names(db.session, "plan", [name])
    earlier = queries.plan_of(draft.on, draft.sitting, draft.kitchen_code)
    replaced = earlier is not None and not earlier.is_released
    kept = _rows(draft, by=by, at=at)
    if earlier is not None:
        kept.revision = earlier.revision + (not replaced)
        locked = {_ridden(run) for run in earlier.runs if run.is_locked}
        for run in kept.runs:
            run.is_locked = _ridden(run) in locked
    if replaced:
        db.session.delete(earlier)
        db.session.flush()
    db.session.add(kept)
    db.session.flush()
    audit.record(
        "delivery.changed_by_hand" if draft.is_by_hand else "delivery.planned",
        f"plan:{name}",
        by=by,
        at=at,
        detail={
            "orders": len(draft.problem.orders) + len(draft.problem.set_aside),
            "runs": len(kept.runs),
            "unserved": len(kept.unserved),
            "revision": kept.revision,
            "replaced": replaced,
        },
    )
    return kept


def _ridden(run: Run) -> tuple[object, ...]:
    """Give what makes a run the same run in two plans."""
    return run.rider_id, run.depart_seconds, *(stop.subscription_id for stop in run.stops)


def plan_name(kitchen_code: str, on: date, sitting: Sitting) -> str:
    """Name a kitchen's sitting on a day: what the trail calls its plans, and what who changes them holds."""
    return f"{kitchen_code}:{on.isoformat()}:{sitting.value}"


def _rows(draft: Draft, *, by: Actor, at: datetime) -> DayPlan:
    plan = draft.plan
    trips = sorted(
        ((trip, route.rider) for route in plan.routes for trip in route.trips),
        key=lambda ridden: (ridden[0].depart, ridden[1]),
    )
    return DayPlan(
        served_on=draft.on,
        sitting=draft.sitting,
        kitchen_code=draft.kitchen_code,
        instance=problem_to_json(draft.problem),
        made_at=at,
        made_by=by.user_no,
        road_network_id=draft.network_id,
        unserved_weight=plan.objective.unserved_weight,
        riders=plan.objective.riders,
        ride_seconds=plan.objective.ride,
        bound_unserved_weight=plan.bound.unserved_weight,
        bound_riders=plan.bound.riders,
        bound_ride_seconds=plan.bound.ride,
        is_proven=plan.proven,
        runs=[
            Run(
                rider_id=rider,
                number=number,
                depart_seconds=trip.depart,
                return_seconds=trip.back,
                stops=_stops(draft.problem, trip),
            )
            for number, (trip, rider) in enumerate(trips, start=1)
        ],
        unserved=[
            UnservedDelivery(
                subscription_id=left.order,
                reason=left.reason,
                ride_seconds=None
                if left.reason is Reason.INVALID
                else draft.problem.ride_seconds(KITCHEN, None, left.order),
            )
            for left in plan.unserved
        ],
    )


def _stops(problem: RoutingProblem, trip: Trip) -> list[Stop]:
    """Give a trip's doors; the latest hand-over is where the meal grows too old or the door's hours end."""
    too_old = trip.depart + problem.rules.max_age_seconds
    return [
        Stop(
            position=position,
            subscription_id=stop.order,
            handover_seconds=stop.handover,
            latest_seconds=min(too_old, problem.order_by_id[stop.order].window[1]),
        )
        for position, stop in enumerate(trip.stops, start=1)
    ]
