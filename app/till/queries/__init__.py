"""Every `select` of the till."""

from app.till.queries.closes import closes_by_id
from app.till.queries.devices import (
    last_tablet_id,
    tablet_locked,
    tablet_named,
    tablet_numbered,
    tablet_of_code,
    tablet_of_token,
    tablets,
    tablets_by_number,
    tablets_in,
)
from app.till.queries.records import (
    RevisedMeal,
    decided,
    kept_apart,
    revised,
    settled_since,
    sites_of_records,
    witnesses,
)
from app.till.queries.roster import (
    ROSTER_LOOK_BACK,
    Habit,
    RosterPerson,
    changed_since,
    habits,
    newest_change,
    roster_numbers,
    roster_people,
    subsidised,
)

__all__ = [
    "ROSTER_LOOK_BACK",
    "Habit",
    "RevisedMeal",
    "RosterPerson",
    "changed_since",
    "closes_by_id",
    "decided",
    "habits",
    "kept_apart",
    "last_tablet_id",
    "newest_change",
    "revised",
    "roster_numbers",
    "roster_people",
    "settled_since",
    "sites_of_records",
    "subsidised",
    "tablet_locked",
    "tablet_named",
    "tablet_numbered",
    "tablet_of_code",
    "tablet_of_token",
    "tablets",
    "tablets_by_number",
    "tablets_in",
    "witnesses",
]
