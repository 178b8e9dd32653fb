"""Home of a plan explained in words: where each trip's minutes go, and what moving a door would cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app.delivery.routing.check import span, time_of_day
from app.delivery.routing.explanation import ExplainedStop, ExplainedTrip, Move
from app.delivery.routing.replanning import Change, Visit
from app.text import Text, text


def told(trips: Iterable[ExplainedTrip]) -> Iterator[tuple[Text, tuple[Text, ...]]]:
    """Give a sentence for each trip, and one for each of its doors."""
    for trip in trips:
        yield told_trip(trip), tuple(told_stop(stop) for stop in trip.stops)


def told_trip(trip: ExplainedTrip) -> Text:
    """Tell what a trip's time goes into, and how much later it could depart."""
    return text(
        "Rider {rider} loads {meals} meals (box: {capacity}) at kitchen {kitchen} at {load}, "
        "leaves at {depart}, is back at {back}: {ride} riding, {service} at doors, {wait} waiting; "
        "could leave {spare} later.",
        rider=trip.rider,
        kitchen=trip.kitchen,
        load=time_of_day(trip.load_at),
        depart=time_of_day(trip.depart),
        back=time_of_day(trip.back),
        ride=span(trip.ride_seconds),
        service=span(trip.service_seconds),
        wait=span(trip.wait_seconds),
        spare=span(trip.spare_seconds),
        meals=trip.meals,
        capacity=trip.capacity,
    )


def told_stop(stop: ExplainedStop) -> Text:
    """Tell how old a meal is at a door, how much is spare, and what moving the door would cost."""
    return text(
        "{time} order {order}: {age} after leaving, {spare} to spare; {move}",
        time=time_of_day(stop.handover),
        order=stop.order,
        age=span(stop.age_seconds),
        spare=span(stop.spare_seconds),
        move=text("no other trip could take it.") if stop.move is None else told_move(stop.move),
    )


def told_move(move: Move) -> Text:
    """Tell where else a door could be, and what that costs."""
    where = text("rider {rider} at {depart}", rider=move.rider, depart=time_of_day(move.depart))
    if move.is_own_trip:
        place = text("with {where}, on a trip of its own", where=where)
    elif move.behind is None:
        place = text("with {where}, before order {order}", where=where, order=move.before)
    else:
        place = text("with {where}, after order {order}", where=where, order=move.behind)
    return text("{place}, it would cost {cost}.", place=place, cost=cost(move.riders, move.ride_seconds))


def told_change(change: Change) -> Text:
    """Tell what is different at a door since the plan before."""
    return text(
        "order {order}: {now}, before {then}",
        order=change.order,
        now=_visit(change.after),
        then=_visit(change.before),
    )


def _visit(visit: Visit | None) -> Text:
    if visit is None:
        return text("nobody")
    rider, second = visit
    return text("rider {rider} at {time}", rider=rider, time=time_of_day(second))


def cost(riders: int, ride_seconds: int) -> Text:
    """Tell what a change costs a plan, or saves where it is negative."""
    riding = text("{span} more riding", span=span(ride_seconds)) if ride_seconds else text("no more riding")
    if ride_seconds < 0:
        riding = text("{span} less riding", span=span(-ride_seconds))
    if riders > 0:
        return text("one more rider and {riding}", riding=riding)
    if riders < 0:
        return text("one rider less and {riding}", riding=riding)
    return riding


def with_names(said: Text, riders: Mapping[int, str], doors: Mapping[int, str]) -> Text:
    """Let a sentence of the check name people, where it has the numbers of rider and order.

    >>> str(with_names(text("Rider {rider} carries order {order}.", rider=7, order=3), {7: "Chen"}, {}))
    'Rider Chen carries order 3.'
    """
    values = dict(said.values)
    for gap, names in (("rider", riders), ("order", doors)):
        number = values.get(gap)
        if isinstance(number, int):
            values[gap] = names.get(number, number)
    return replace(said, values=values)
