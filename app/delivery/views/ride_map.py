"""Home of the map of a kitchen's rides, as a picture of its own: only who looks at it waits for the roads."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, render_template

from app.access import Permission, require
from app.delivery import queries
from app.delivery.models import DayPlan, Subscription
from app.delivery.rules import picture
from app.delivery.rules.doors import MAX_AGE_SECONDS
from app.delivery.service.roads import travel_from
from app.delivery.travel.estimate import Location, location_of
from app.delivery.travel.roads import sight
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named
from app.errors import NotFound
from app.text import text


@bp.get("/kitchens/<site_code>/map.svg")
@require(Permission.DELIVERY_VIEW)
def ride_map(site_code: str) -> Response:
    """Draw a kitchen's newest plan from above: over the roads where they are loaded."""
    on, sitting = asked()
    kitchen = kitchen_named(site_code)
    plan, place = queries.plan_of(on, sitting, site_code), location_of(kitchen)
    if plan is None or place is None:
        raise NotFound(
            text(
                "There is no plan of kitchen {kitchen} for this day and sitting yet. Plan first.",
                kitchen=site_code,
            )
        )
    drawn = _drawn(plan, place)
    numbers = [run.number for run in plan.runs]
    answer = make_response(
        render_template("delivery/map.svg", rides=drawn, numbers=numbers, colour_of=picture.colour_of)
    )
    answer.mimetype = "image/svg+xml"
    return answer


def _drawn(plan: DayPlan, kitchen: Location) -> picture.RideMap:
    runs = [_places([stop.subscription for stop in run.stops]) for run in plan.runs]
    left_out = _places([left.subscription for left in plan.unserved])
    travel = travel_from(kitchen, plan.served_on)
    if travel.roads is None:
        return picture.ride_map(kitchen, runs, left_out)
    seen = sight(
        travel.roads,
        [kitchen, *(door for run in runs for door in run)],
        picture.legs_of(runs),
        seconds=MAX_AGE_SECONDS,
        box=picture.box_of_map(kitchen),
    )
    return picture.ride_map(kitchen, runs, left_out, seen)


def _places(subscriptions: Sequence[Subscription]) -> list[Location]:
    places = [location_of(subscription.resident) for subscription in subscriptions]
    return [place for place in places if place is not None]
