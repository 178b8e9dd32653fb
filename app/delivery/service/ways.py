"""Home of the ways of a run, in words, from the kitchen to each of its doors."""

from __future__ import annotations

from itertools import pairwise

from app.delivery.models import DayPlan, Run
from app.delivery.service.roads import travel_from
from app.delivery.travel.estimate import location_of
from app.delivery.travel.roads import courses
from app.delivery.travel.turns import directions
from app.text import Text


def ways_of(plan: DayPlan, run: Run) -> dict[int, tuple[Text, ...]]:
    """Give the way to each stop of a run, by its position, from where the rider is before.

    A stop is not in it where no way is known: its minutes are estimated, or no road leads there.
    """
    kitchen = location_of(plan.kitchen)
    doors = {stop.position: location_of(stop.subscription.resident) for stop in run.stops}
    known = {position: door for position, door in doors.items() if door is not None}
    if kitchen is None:
        return {}
    travel = travel_from(kitchen, plan.served_on, in_force=plan)
    if travel.roads is None:
        return {}
    places = [kitchen, *known.values()]
    found = courses(travel.roads, places, list(pairwise(range(len(places)))))
    before = dict(zip(known, [0, *known], strict=False))
    return {
        position: directions(way)
        for position, way in zip(known, found, strict=True)
        # Whoever comes from a door that nobody can place comes from elsewhere than from the one before it.
        if way is not None and before[position] == position - 1
    }
