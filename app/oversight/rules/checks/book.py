"""Home of the book of checks: every question that a month is asked, in the order in which pages list them."""

from __future__ import annotations

from app.errors import NotFound
from app.oversight.rules.checks.counts import (
    all_the_same,
    beyond_peers,
    beyond_seats,
    flat_counts,
    no_rest_day_dip,
)
from app.oversight.rules.checks.kitchens import (
    beyond_portions,
    purchases_per_cover,
)
from app.oversight.rules.checks.offices import (
    calls_contradict,
    conflicting_roles,
    own_work_reviewed,
)
from app.oversight.rules.checks.people import (
    after_death,
    from_afar,
    more_than_registered,
    shared_phone,
    staff_eating,
    while_away,
)
from app.oversight.rules.checks.places import (
    kitchen_and_point,
    two_far_sites,
)
from app.oversight.rules.checks.rides import (
    impossible_trip,
    rider_at_two_places,
    without_proof,
)
from app.oversight.rules.checks.till import (
    bursts,
    by_hand,
    late_in_bulk,
    outside_hours,
    undone_before_close,
)
from app.oversight.rules.checks.vocabulary import Check
from app.text import text

CHECKS: tuple[Check, ...] = (
    flat_counts,
    no_rest_day_dip,
    beyond_peers,
    all_the_same,
    beyond_seats,
    after_death,
    while_away,
    shared_phone,
    more_than_registered,
    from_afar,
    staff_eating,
    bursts,
    outside_hours,
    late_in_bulk,
    by_hand,
    undone_before_close,
    two_far_sites,
    kitchen_and_point,
    rider_at_two_places,
    impossible_trip,
    without_proof,
    beyond_portions,
    purchases_per_cover,
    conflicting_roles,
    own_work_reviewed,
    calls_contradict,
)
"""Every check: its words, its parameters and how it looks stand together in its own module."""

_BY_NAME = {check.name: check for check in CHECKS}


def check_named(name: str) -> Check:
    """Give a check by its name.

    Raises: NotFound.
    """
    if name not in _BY_NAME:
        raise NotFound(text("There is no check {name}.", name=name))
    return _BY_NAME[name]
