"""Home of the reasons why an order stays behind: known before planning, or left by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from app.delivery.routing.check import span, time_of_day
from app.delivery.routing.plan import Reason, Unserved
from app.delivery.routing.problem import Kitchen, Order, RoutingProblem, SetAside
from app.delivery.routing.solver.trips import Ground, Shape
from app.text import Text, text

_HARDEST_LAST = (
    Reason.OUTSIDE_CIRCLE,
    Reason.WINDOW_UNREACHABLE,
    Reason.KITCHEN_CAPACITY,
    Reason.NO_RIDER,
    Reason.OVER_BOX,
    Reason.RIDER_TIME,
)
"""An order is told the reason of the kitchen that came nearest to serving it."""

_EASED_BY_COMPANY = (Reason.OUTSIDE_CIRCLE, Reason.WINDOW_UNREACHABLE, Reason.RIDER_TIME)
"""What keeps an order from being served alone, yet not always on a trip with others."""


_ASK_ELSEWHERE = (Reason.OUTSIDE_CIRCLE, Reason.NO_KITCHEN)
"""What another kitchen could mend."""


def set_aside_as(aside: SetAside) -> Unserved:
    """Answer for an order that no plan can hold."""
    if aside.fault is None:
        remedy = text(
            "Order {order} stands twice: delete one of the two, or give it its own id.", order=aside.id
        )
        return Unserved(aside.id, Reason.DUPLICATE, remedy)
    remedy = text("Correct order {order}: {fault}", order=aside.id, fault=aside.fault.as_text())
    return Unserved(aside.id, Reason.INVALID, remedy)


def sent_elsewhere(problem: RoutingProblem, left: Unserved) -> Unserved:
    """Name the kitchen that would reach a door in time but does not cook for it, if there is one."""
    if left.reason not in _ASK_ELSEWHERE:
        return left
    reached = [
        (seconds, kitchen.id)
        for kitchen in problem.kitchens
        if (seconds := problem.reach_seconds(kitchen.id, left.order)) is not None
        and seconds <= problem.rules.max_age_seconds
        and not problem.serves(kitchen.id, left.order)
    ]
    if not reached:
        return left
    seconds, kitchen_id = min(reached)
    remedy = text(
        "Kitchen {kitchen} reaches the door in {minutes} minutes: let it cook for order {order}.",
        kitchen=kitchen_id,
        minutes=-(-seconds // 60),
        order=left.order,
    )
    return replace(left, remedy=remedy)


def hopeless(ground: Ground) -> dict[int, Unserved]:
    """Find the orders that no trip of any kitchen and rider can serve even alone, each with its reason."""
    direct = [_reached_best_alone(ground, number) for number in range(len(ground.kitchens))]
    found = {}
    for index, order in enumerate(ground.orders):
        refusal = refused_alone(ground, index)
        if refusal is not None and not _is_eased(ground, direct, index):
            found[order.id] = refusal
    return found


def _is_eased(ground: Ground, direct: list[list[bool]], index: int) -> bool:
    """Tell whether some kitchen that cannot serve an order alone may yet serve it on a trip with others."""
    for number, alone in enumerate(direct):
        if ground.serves[number][index] and not alone[index]:
            refusal = _refusal_by(ground, number, index)
            if refusal is not None and refusal[0] in _EASED_BY_COMPANY:
                return True
    return False


def _reached_best_alone(ground: Ground, number: int) -> list[bool]:
    """Tell for each door whether no way over other doors, served on the way, is quicker out or home.

    On roads it never is, but a matrix may come from elsewhere, and then an order out of reach alone can
    still be in reach of a longer trip.
    """
    durations = ground.durations[number]
    doors = [door for door in range(len(ground.orders)) if ground.serves[number][door]]
    out = {door: durations[0][door + 1] for door in doors}
    home = {door: durations[door + 1][0] for door in doors}
    service = {door: ground.orders[door].service_seconds for door in doors}
    changed = True
    while changed:
        changed = False
        for door, other in permutations(doors, 2):
            step = durations[door + 1][other + 1]
            if out[door] + service[door] + step < out[other]:
                out[other], changed = out[door] + service[door] + step, True
            if step + service[other] + home[other] < home[door]:
                home[door], changed = step + service[other] + home[other], True
    return [
        door in out and (out[door], home[door]) == (durations[0][door + 1], durations[door + 1][0])
        for door in range(len(ground.orders))
    ]


def refused_alone(ground: Ground, index: int) -> Unserved | None:
    """Give the nearest kitchen's reason why no trip serves an order alone; None if one does."""
    refusals = {number: _refusal_by(ground, number, index) for number in _serving(ground, index)}
    return None if None in refusals.values() else _refused_by_the_nearest(ground, index, refusals)


def _serving(ground: Ground, index: int) -> list[int]:
    """List the kitchens that cook for an order."""
    return [number for number in range(len(ground.kitchens)) if ground.serves[number][index]]


def _refused_by_the_nearest(
    ground: Ground, index: int, refusals: Mapping[int, tuple[Reason, Text] | None]
) -> Unserved:
    """Answer with the refusal, of all kitchens that cook for an order, that came nearest to serving it."""
    order = ground.orders[index]
    told = [
        (_HARDEST_LAST.index(refusal[0]), -ground.kitchens[number].id, refusal)
        for number, refusal in refusals.items()
        if refusal is not None
    ]
    if not told:
        remedy = text(
            "Name a kitchen that cooks for order {order}, with the minutes to its door.", order=order.id
        )
        return Unserved(order.id, Reason.NO_KITCHEN, remedy)
    return Unserved(order.id, *max(told, key=lambda refusal: refusal[:2])[2])


def _refusal_by(ground: Ground, number: int, index: int) -> tuple[Reason, Text] | None:
    """Give the reason why one kitchen cannot serve an order even on a trip of its own."""
    kitchen, order = ground.kitchens[number], ground.orders[index]
    ride = ground.durations[number][0][index + 1]
    if ride > ground.max_age:
        return Reason.OUTSIDE_CIRCLE, text(
            "The ride from kitchen {kitchen} takes {ride}, {over} more than allowed: let a nearer "
            "kitchen cook for this door, or let the resident be fetched or visited.",
            kitchen=kitchen.id,
            ride=span(ride),
            over=span(ride - ground.max_age),
        )
    label = ground.way(number, (index,))
    if label is None:
        return Reason.WINDOW_UNREACHABLE, _window_remedy(ground, kitchen, order, ride)
    if kitchen.capacity is not None and order.amount > kitchen.capacity:
        return Reason.KITCHEN_CAPACITY, text(
            "Kitchen {kitchen} cooks {capacity} meals and the order alone needs {amount}: let it cook more, "
            "or let another kitchen help.",
            kitchen=kitchen.id,
            capacity=kitchen.capacity,
            amount=order.amount,
        )
    return _refusal_by_riders(ground, number, index)


def _window_remedy(ground: Ground, kitchen: Kitchen, order: Order, ride: int) -> Text:
    """Say when kitchen and door do not meet."""
    opens, closes = kitchen.open
    return text(
        "Riders reach the door from {first} to {last}, but it is to be served from {opens} to {closes}: "
        "agree another time, or open kitchen {kitchen} at another.",
        first=time_of_day(opens + ride),
        last=time_of_day(closes + ground.max_age),
        opens=time_of_day(order.window[0]),
        closes=time_of_day(order.window[1]),
        kitchen=kitchen.id,
    )


def _refusal_by_riders(ground: Ground, number: int, index: int) -> tuple[Reason, Text] | None:
    """Give the reason why no rider of a kitchen can serve an order even on a trip of its own."""
    kitchen, order = ground.kitchens[number], ground.orders[index]
    riders = [rider for r, rider in enumerate(ground.riders) if ground.employs[r][number]]
    if not riders:
        return Reason.NO_RIDER, text("Find a rider for kitchen {kitchen}.", kitchen=kitchen.id)
    box = ground.box[number]
    if order.amount > box:
        return Reason.OVER_BOX, text(
            "The order is {amount} meals and the largest box holds {box}: split it into several orders, or "
            "take a box for {amount} meals.",
            amount=order.amount,
            box=box,
        )
    shapes = ground.shapes(number, 1 << index)
    strong = [rider for rider in riders if rider.capacity >= order.amount]
    if any(_fits_shift(ground, shape, rider.window) for rider in strong for shape in shapes):
        return None
    needed = min(shape.length for shape in shapes) + ground.load
    return Reason.RIDER_TIME, text(
        "Loading and riding there and back takes {needed}, leaving between {first} and {last}; no "
        "rider's shift holds that: ask a rider to come at that time.",
        needed=span(needed),
        first=time_of_day(min(shape.early for shape in shapes)),
        last=time_of_day(max(shape.late for shape in shapes)),
    )


def _fits_shift(ground: Ground, shape: Shape, shift: tuple[int, int]) -> bool:
    """Tell whether a shift holds a trip, its loading included."""
    start, end = shift
    depart = max(start + ground.load, shape.early)
    return depart <= shape.late and depart + shape.length <= end


def left_behind(ground: Ground, index: int, cooked: Sequence[int]) -> Unserved:
    """Answer for an order that found no place in the plan."""
    refusals = {
        number: _refusal_by(ground, number, index) or _refusal_by_full(ground, number, index, cooked[number])
        for number in _serving(ground, index)
    }
    able = [number for number, refusal in refusals.items() if refusal is None]
    if not able:
        return _refused_by_the_nearest(ground, index, refusals)
    return Unserved(ground.orders[index].id, Reason.RIDER_TIME, _rider_remedy(ground, index, able))


def _refusal_by_full(ground: Ground, number: int, index: int, cooked: int) -> tuple[Reason, Text] | None:
    """Give the reason why a kitchen that cooks so much already cannot cook for an order too."""
    kitchen, order = ground.kitchens[number], ground.orders[index]
    if kitchen.capacity is None or cooked + order.amount <= kitchen.capacity:
        return None
    return Reason.KITCHEN_CAPACITY, text(
        "The kitchens that could cook for this door are full: let kitchen {kitchen} cook {amount} meals "
        "more, or let another kitchen help.",
        kitchen=kitchen.id,
        amount=cooked + order.amount - kitchen.capacity,
    )


def _rider_remedy(ground: Ground, index: int, kitchens: Iterable[int]) -> Text:
    """Say from when to when one more rider at one of some kitchens would carry an order."""
    order = ground.orders[index]
    shape = min(
        (shape for number in kitchens for shape in ground.shapes(number, 1 << index)),
        key=lambda shape: (shape.length, shape.early),
    )
    return text(
        "The riders' time is used up: one more rider at kitchen {kitchen} from {first} to {last}, with room "
        "for {amount} meals, would carry it.",
        kitchen=ground.kitchens[shape.kitchen].id,
        first=time_of_day(max(0, shape.early - ground.load)),
        last=time_of_day(shape.early + shape.length),
        amount=order.amount,
    )
