"""The verbs of delivery: keep subscriptions and riders, plan and release rides, print route sheets."""

from __future__ import annotations

from app.delivery.service.cover import end_cover, note_cover
from app.delivery.service.drafting import draft_plan, draft_plans
from app.delivery.service.entitlement import entitlement_of, grant_exemption, publish_delivery_policy
from app.delivery.service.links import (
    Batch,
    PhoneReceipt,
    issue_links,
    link_of_token,
    link_token,
    revoke_link,
    take_from_phone,
)
from app.delivery.service.morning import confirm_morning
from app.delivery.service.orders import cancel_day, order_once, take_back_change
from app.delivery.service.planning import Draft, keep_plan
from app.delivery.service.proof import key_back, take_reports
from app.delivery.service.release import changes_of, concerns_of, release_plan
from app.delivery.service.riders import (
    add_rider,
    choose_map,
    end_absence,
    end_waiver,
    enter_papers,
    note_absence,
    retire_rider,
    waive_papers,
)
from app.delivery.service.roads import decide_speeds, keep_roads, read_extract, travel_on
from app.delivery.service.subscriptions import begin_subscription, end_subscription

__all__ = [
    "Batch",
    "Draft",
    "PhoneReceipt",
    "add_rider",
    "begin_subscription",
    "cancel_day",
    "changes_of",
    "choose_map",
    "concerns_of",
    "confirm_morning",
    "decide_speeds",
    "draft_plan",
    "draft_plans",
    "end_absence",
    "end_cover",
    "end_subscription",
    "end_waiver",
    "enter_papers",
    "entitlement_of",
    "grant_exemption",
    "issue_links",
    "keep_plan",
    "keep_roads",
    "key_back",
    "link_of_token",
    "link_token",
    "note_absence",
    "note_cover",
    "order_once",
    "publish_delivery_policy",
    "read_extract",
    "release_plan",
    "retire_rider",
    "revoke_link",
    "take_back_change",
    "take_from_phone",
    "take_reports",
    "travel_on",
    "waive_papers",
]
