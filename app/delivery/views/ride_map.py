"""Home of the map of rides: as a picture, and as what a map that moves draws."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, jsonify, make_response, render_template

from app import clock
from app.access import require, viewer
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.forms.described import GROUND, MAP
from app.delivery.models import DayPlan, Run, Subscription
from app.delivery.rules import picture
from app.delivery.rules.doors import MAX_AGE_SECONDS
from app.delivery.service.roads import travel_from, travel_on
from app.delivery.travel.box import box_of_tile
from app.delivery.travel.estimate import Location, location_of
from app.delivery.travel.roads import Sight, ground, sight
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named, name_of
from app.errors import NotFound
from app.roles import Permission
from app.text import text
from app.web.described import ANY_WORDS, DAY, PAGE, Told, described, one_of, whole
from app.web.filters import clock_time

GROUND_ZOOM = 14
"""The size in which streets are handed out: a tile is some 2 km across."""

_TILES = 1 << GROUND_ZOOM


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


@bp.get("/kitchens/<site_code>/map.json")
@described(
    {
        200: Told("The newest plan, to be drawn.", MAP),
        422: Told("This is no day, or no sitting.", ANY_WORDS, PAGE),
    },
    query={"on": DAY, "sitting": one_of(Sitting)},
)
@require(Permission.DELIVERY_VIEW)
def rides_on_map(site_code: str) -> dict[str, object]:
    """Give a kitchen's newest plan as a map draws it."""
    on, sitting = asked()
    kitchen = kitchen_named(site_code)
    plan = queries.plan_of(on, sitting, site_code)
    if plan is None:
        raise NotFound(text("There is no such plan."))
    return _on_map(plan, kitchen, plan.runs, [left.subscription for left in plan.unserved])


@bp.get("/runs/<int:run_id>/map.json")
@described({200: Told("The run, to be drawn.", MAP)})
@require(Permission.DELIVERY_RECORD)
def run_on_map(run_id: int) -> dict[str, object]:
    """Give one run as a map draws it."""
    found = queries.released_run(run_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such plan."))
    plan, run = found
    return _on_map(plan, plan.kitchen, [run], [])


@bp.get("/ground/<int:x>/<int:y>.json")
@described(
    {200: Told("The streets, where roads are loaded.", GROUND)}, query={"roads": whole("Which roads.")}
)
@require(Permission.DELIVERY_VIEW)
def ground_of_map(x: int, y: int) -> Response:
    """Give the streets of one tile of the map: of the roads that are loaded, and of nobody."""
    travel = travel_on(clock.today())
    if travel.roads is None or not (0 <= x < _TILES and 0 <= y < _TILES):
        raise NotFound(text("No roads are loaded."))
    lines = ground(travel.roads, box_of_tile(x, y, GROUND_ZOOM))
    answer = jsonify([[_latitude_first(place) for place in line] for line in lines])
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _on_map(
    plan: DayPlan, kitchen: Site, runs: Sequence[Run], left_out: Sequence[Subscription]
) -> dict[str, object]:
    place, name = location_of(kitchen), name_of(plan.served_on)
    seen = _seen(plan, place, [_doors(run) for run in runs]) if place else None
    rides = seen.rides if seen else None
    lines = picture.by_run([_doors(run) for run in runs], rides) if rides is not None else [None] * len(runs)
    return {
        "kitchen": {"at": _latitude_first(place), "name": kitchen.name} if place else None,
        "circle": [[_latitude_first(each) for each in ring] for ring in seen.circle] if seen else [],
        "runs": [
            {
                "number": run.number,
                "rider": run.rider.name,
                "legs": [[_latitude_first(each) for each in leg] for leg in line] if line else [],
                "stops": [
                    {
                        "at": _latitude_first(door),
                        "position": stop.position,
                        "name": name(stop.subscription),
                        "time": clock_time(stop.handover_seconds),
                    }
                    for stop in run.stops
                    if (door := location_of(stop.subscription.resident)) is not None
                ],
            }
            for run, line in zip(runs, lines, strict=True)
        ],
        "left_out": [
            {"at": _latitude_first(door), "name": name(each)}
            for each in left_out
            if (door := location_of(each.resident)) is not None
        ],
    }


def _latitude_first(place: Location) -> list[float]:
    return [round(place[1], 6), round(place[0], 6)]


def _doors(run: Run) -> list[Location]:
    return _places([stop.subscription for stop in run.stops])


def _seen(plan: DayPlan, kitchen: Location, runs: Sequence[Sequence[Location]]) -> Sight | None:
    """Give what the roads show of rides; None where none are loaded, or none reaches the kitchen."""
    travel = travel_from(kitchen, plan.served_on)
    if travel.roads is None:
        return None
    return sight(
        travel.roads,
        [kitchen, *(door for run in runs for door in run)],
        picture.legs_of(runs),
        seconds=MAX_AGE_SECONDS,
        box=picture.box_of_map(kitchen),
    )


def _drawn(plan: DayPlan, kitchen: Location) -> picture.RideMap:
    runs = [_doors(run) for run in plan.runs]
    left_out = _places([left.subscription for left in plan.unserved])
    return picture.ride_map(kitchen, runs, left_out, _seen(plan, kitchen, runs))


def _places(subscriptions: Sequence[Subscription]) -> list[Location]:
    places = [location_of(subscription.resident) for subscription in subscriptions]
    return [place for place in places if place is not None]
