"""Home of why a delivery is left out, in the words of the people who plan, and what they can do about it."""

from __future__ import annotations

from app.delivery.routing.plan import Reason
from app.delivery.rules.doors import MAX_AGE_SECONDS
from app.delivery.travel.estimate import NO_WAY_SECONDS
from app.text import Text, text

REASONS = {
    Reason.OUTSIDE_CIRCLE: text("too far from the kitchen"),
    Reason.WINDOW_UNREACHABLE: text("the door's hours cannot be met"),
    Reason.OVER_BOX: text("more meals than a box holds"),
    Reason.NO_RIDER: text("no rider on this day"),
    Reason.RIDER_TIME: text("the riders' time is used up"),
    Reason.KITCHEN_CAPACITY: text("the kitchen cooks no more"),
    Reason.INVALID: text("no coordinates of the address"),
    Reason.DUPLICATE: text("entered twice"),
    Reason.NO_KITCHEN: text("no kitchen cooks for it"),
}
"""What each reason is called on a screen and on paper."""

_REMEDIES = {
    Reason.WINDOW_UNREACHABLE: text("Agree another time with the resident, or open the kitchen earlier."),
    Reason.OVER_BOX: text("Split the delivery into two, or give a rider a larger box."),
    Reason.NO_RIDER: text("Find a rider for this kitchen on this weekday."),
    Reason.RIDER_TIME: text("Find one more rider, or lengthen a rider's shift."),
    Reason.KITCHEN_CAPACITY: text("Let the kitchen cook more, or let another kitchen help."),
    Reason.INVALID: text("Enter the coordinates of the address on the resident's page, then plan again."),
    Reason.DUPLICATE: text("End one of the two subscriptions."),
    Reason.NO_KITCHEN: text("Begin a new subscription with a kitchen that cooks."),
}


def remedy(reason: Reason, *, ride_seconds: int | None = None) -> Text:
    """Say what a planner can do about a delivery that was left out.

    >>> str(remedy(Reason.OUTSIDE_CIRCLE, ride_seconds=1100))[:60]
    'The ride takes about 19 minutes, 15 are allowed. Let a neare'
    """
    if reason is not Reason.OUTSIDE_CIRCLE:
        return _REMEDIES[reason]
    if ride_seconds is None:
        return text("Let a nearer kitchen cook for this door, or let the resident be fetched or visited.")
    if ride_seconds >= NO_WAY_SECONDS:
        return text(
            "No road that may be ridden leads to this door. Correct its coordinates on the resident's page, "
            "or let the resident be fetched or visited."
        )
    return text(
        "The ride takes about {minutes} minutes, {allowed} are allowed. Let a nearer kitchen cook for this "
        "door, or let the resident be fetched or visited.",
        minutes=whole_minutes(ride_seconds),
        allowed=MAX_AGE_SECONDS // 60,
    )


def whole_minutes(seconds: int) -> int:
    """Give seconds in minutes, begun ones counting: nobody is promised less than it takes.

    >>> whole_minutes(841), whole_minutes(840)
    (15, 14)
    """
    return -(-seconds // 60)
