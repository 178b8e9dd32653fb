"""The queries of delivery: on subscriptions, riders and plans; always ordered, within a viewer's scope."""

from __future__ import annotations

from app.delivery.queries.entitlement import (
    delivery_policies,
    delivery_policy_on,
    exemption_on,
    exemptions,
)
from app.delivery.queries.links import (
    aside_counts,
    is_aside,
    link_numbered,
    links_of,
    own_runs,
    riders_sent,
    runs_of,
)
from app.delivery.queries.morning import Morning, SinceBefore, confirmed_kitchens, mornings, since_before
from app.delivery.queries.orders import changes_to, day_change, day_changes
from app.delivery.queries.plans import (
    KitchenDay,
    kitchen_days,
    plan_of,
    plan_to_print,
    plans,
    released_plan_of,
    released_plans,
    riders_so_far,
)
from app.delivery.queries.proof import (
    Proof,
    digests_reported,
    handed_over,
    proofs,
    released_run,
    stops_reported,
)
from app.delivery.queries.riders import absences_of, rider, rider_numbers, riders, riders_on
from app.delivery.queries.roads import all_speeds, placed_sites, road_content, road_network, speeds_on
from app.delivery.queries.subscriptions import (
    DueSubscriptions,
    due,
    kitchens,
    kitchens_of_day,
    resident,
    subscription,
    subscriptions,
    subscriptions_of,
)

__all__ = [
    "DueSubscriptions",
    "KitchenDay",
    "Morning",
    "Proof",
    "SinceBefore",
    "absences_of",
    "all_speeds",
    "aside_counts",
    "changes_to",
    "confirmed_kitchens",
    "day_change",
    "day_changes",
    "delivery_policies",
    "delivery_policy_on",
    "digests_reported",
    "due",
    "exemption_on",
    "exemptions",
    "handed_over",
    "is_aside",
    "kitchen_days",
    "kitchens",
    "kitchens_of_day",
    "link_numbered",
    "links_of",
    "mornings",
    "own_runs",
    "placed_sites",
    "plan_of",
    "plan_to_print",
    "plans",
    "proofs",
    "released_plan_of",
    "released_plans",
    "released_run",
    "resident",
    "rider",
    "rider_numbers",
    "riders",
    "riders_on",
    "riders_sent",
    "riders_so_far",
    "road_content",
    "road_network",
    "runs_of",
    "since_before",
    "speeds_on",
    "stops_reported",
    "subscription",
    "subscriptions",
    "subscriptions_of",
]
