"""Home of the labels on boxes: whose it is, what is in it, which run and stop carries it.

The paper is Chinese. A label says the honorific and the diet and no more: no name, no number, no illness.
"""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import force_locale

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan, Subscription
from app.delivery.rules.doors import honorific
from app.delivery.rules.morning import ORDINARY, diet_named
from app.errors import NotFound
from app.paper import printed
from app.residents.rules.facts import age_on
from app.text import text
from app.web.language import say

FORM = "delivery/box_labels.typ"
CHINESE = "zh_Hans_CN"


def box_labels(on: date, sitting: Sitting, site: Site, *, at: datetime) -> bytes:
    """Print a label for each box of a kitchen's sitting, by run and stop of the plan in force.

    What no run carries comes last, without a run. Raises: NotFound when nothing is due.
    """
    going = queries.due(on, sitting, [site.site_code])[site.site_code].going
    if not going:
        raise NotFound(text("Nothing is due at this sitting, so there are no labels to print."))
    places = _places(queries.released_plan_of(on, sitting, site.site_code))
    last = (10**9, 0)
    ordered = sorted(going, key=lambda each: (places.get(each.id, last), each.id))
    with force_locale(CHINESE):
        data = {
            "kitchen": site.name,
            "when": f"{on.month}月{on.day}日 {say(sitting.label)}",
            "labels": [label for each in ordered for label in _labels(each, places.get(each.id), on)],
        }
    return printed(FORM, data, at=at.replace(microsecond=0))


def _places(plan: DayPlan | None) -> dict[int, tuple[int, int]]:
    """Give the run and the stop that carry each subscription."""
    runs = plan.runs if plan else []
    return {stop.subscription_id: (run.number, stop.position) for run in runs for stop in run.stops}


def _labels(subscription: Subscription, place: tuple[int, int] | None, on: date) -> list[dict[str, object]]:
    resident = subscription.resident
    label = {
        "name": honorific(resident.name, sex=resident.sex, age=age_on(resident.birth_on, on)),
        "diet": diet_named(subscription.diet) or say(ORDINARY),
        "is_ordinary": not diet_named(subscription.diet),
        "place": f"{place[0]}-{place[1]}" if place else "",
    }
    boxes = subscription.meals
    return [{**label, "box": f"{box}/{boxes}" if boxes > 1 else ""} for box in range(1, boxes + 1)]
