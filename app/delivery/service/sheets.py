"""Home of the route sheets: one kitchen's plan of a sitting as a paper for its riders.

The paper is Chinese, whatever the language of whoever prints it. Riders' pages say what a door needs and no
more: no identity number, no category, no illness, the phone masked. The last page is for the planner.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from datetime import date, datetime

import segno
from flask_babel import force_locale

from app.areas.queries import labels as area_labels
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.delivery import queries
from app.delivery.models import DayPlan, Run, Stop, Subscription, UnservedDelivery
from app.delivery.queries.cases import order_on
from app.delivery.queries.freshness import cooking_on
from app.delivery.rules.cases import MealGoes
from app.delivery.rules.doors import LOAD_SECONDS, MAX_AGE_SECONDS, MapApp, honorific, map_links
from app.delivery.rules.freshness import MealEnd
from app.delivery.rules.proof import run_code
from app.delivery.rules.reasons import REASONS, remedy
from app.delivery.service.cover import told_cover
from app.delivery.service.ways import ways_of
from app.errors import NotFound
from app.paper import printed
from app.place import Point
from app.residents.models import Resident
from app.residents.rules.absence import Absence
from app.residents.rules.contact import masked_phone
from app.residents.rules.facts import age_on
from app.text import Text, text
from app.web.filters import clock_time
from app.web.language import say

FORM = "delivery/route_sheets.typ"
CHINESE = "zh_Hans_CN"
_GOES = {MealGoes.KITCHEN: "餐带回厨房", MealGoes.NEIGHBOUR: "餐交给备注里写明的邻居，没有写的带回厨房"}
_WEEKDAYS = "一二三四五六日"
_NO_FILE_NAME = re.compile(r"[^\w（）()·-]")


def route_sheets(
    on: date, sitting: Sitting, kitchen_code: str, *, at: datetime, with_ways: bool = False
) -> bytes:
    """Print a kitchen's route sheets for a sitting: a page per run, and one for the planner.

    With `with_ways`, a second page for each run says the way street by street, where roads are loaded.

    They follow the plan that is in force. Before the first release each page is marked as a draft, which
    nobody rides by. A stop whose subscription has ended since the plan was made is struck through.
    Raises: NotFound when nobody has planned the sitting yet.
    """
    plan = queries.plan_to_print(on, sitting, kitchen_code)
    if plan is None:
        raise NotFound(
            text(
                "There is no plan of kitchen {kitchen} for this day and sitting yet. Plan first.",
                kitchen=kitchen_code,
            )
        )
    due = queries.due(on, sitting, [kitchen_code])[kitchen_code]
    with force_locale(CHINESE):
        data = _data(plan, due, with_ways=with_ways)
    return printed(FORM, data, at=at.replace(microsecond=0))


def _data(plan: DayPlan, due: queries.DueSubscriptions, *, with_ways: bool) -> dict[str, object]:
    going, order = {each.id for each in due.going}, order_on(plan.served_on)
    covers = queries.covers_ridden({run.rider_id for run in plan.runs}, plan.served_on)
    cooking = cooking_on(plan.served_on, plan.sitting, [plan.kitchen_code])[plan.kitchen_code]
    return {
        "kitchen": plan.kitchen.name,
        "kitchen_code": plan.kitchen_code,
        "kitchen_place": area_labels([plan.kitchen.area_code])[plan.kitchen.area_code],
        "day": f"{plan.served_on.year}年{plan.served_on.month}月{plan.served_on.day}日",
        "weekday": f"星期{_WEEKDAYS[plan.served_on.weekday()]}",
        "sitting": say(plan.sitting.label),
        "made_at": plan.made_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "revision": plan.revision,
        "released_at": plan.released_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        if plan.released_at is not None
        else "",
        "max_minutes": MAX_AGE_SECONDS // 60,
        "wait_minutes": order.wait_minutes,
        "meal_goes": _GOES[order.meal],
        "runs": [
            _run(run, plan, going)
            | _end(cooking.end_of(run.depart_seconds))
            | {"cover": _said(told_cover(covers.get(run.rider_id)))}
            | {"ways": _ways(plan, run) if with_ways else []}
            for run in plan.runs
        ],
        "unserved": [_left_out(each) for each in plan.unserved],
        "away": [_away(subscription, absence) for subscription, absence in due.away],
        "staying": [
            {**_who(subscription), "status": say(status.label)} for subscription, status in due.staying
        ],
    }


def _end(end: MealEnd) -> dict[str, object]:
    return {"until": clock_time(end.until_seconds), "cooked": say(end.told)}


def _away(subscription: Subscription, absence: Absence) -> dict[str, object]:
    back = f"{absence.back_on.month}月{absence.back_on.day}日" if absence.back_on else "未知"
    return {**_who(subscription), "reason": say(absence.reason.label), "back": back}


def _run(run: Run, plan: DayPlan, going: Collection[int]) -> dict[str, object]:
    trips = [each.number for each in plan.runs if each.rider_id == run.rider_id]
    map_app = run.rider.map_app
    before: list[Site | Resident] = [plan.kitchen, *(stop.subscription.resident for stop in run.stops)]
    return {
        "number": run.number,
        "code": run_code(run.id) if plan.is_released else "",
        "rider": run.rider.name,
        "rider_no": run.rider.rider_no,
        "map_app": say(map_app.label),
        "kitchen_qr": code_of(_at(plan.kitchen), map_app, "供餐厨房"),
        "trip": trips.index(run.number) + 1,
        "trips": len(trips),
        "load_at": clock_time(run.depart_seconds - LOAD_SECONDS),
        "depart": clock_time(run.depart_seconds),
        "latest": clock_time(max(stop.latest_seconds for stop in run.stops)),
        "return": clock_time(run.return_seconds),
        "meals": sum(stop.subscription.meals for stop in run.stops),
        "stops": [
            _stop(stop, plan.served_on, is_going=stop.subscription_id in going)
            | {"qr": code_of(_at(stop.subscription.resident), map_app, f"第{stop.position}站", _at(begins))}
            for begins, stop in zip(before, run.stops, strict=False)
        ],
    }


def _said(sentence: Text | None) -> str:
    return say(sentence) if sentence is not None else ""


def _ways(plan: DayPlan, run: Run) -> list[dict[str, object]]:
    """Give the way to each stop in words, in their order; none where no roads are loaded."""
    found = ways_of(plan, run)
    return [
        {"position": position, "lines": [say(line) for line in lines]}
        for position, lines in sorted(found.items())
    ]


def _stop(stop: Stop, on: date, *, is_going: bool) -> dict[str, object]:
    subscription = stop.subscription
    resident = subscription.resident
    return {
        "position": stop.position,
        "handover": clock_time(stop.handover_seconds),
        "latest": clock_time(stop.latest_seconds),
        "name": honorific(resident.name, sex=resident.sex, age=age_on(resident.birth_on, on)),
        "address": resident.address,
        "stairs": stairs(subscription),
        "diet": subscription.diet,
        "meals": subscription.meals,
        "phone": masked_phone(resident.phone) if resident.phone else "",
        "note": subscription.note,
        "is_going": is_going,
    }


def stairs(subscription: Subscription) -> str:
    """Say on which floor the door is and how to get there."""
    if subscription.floor is None:
        return say(text("has a lift")) if subscription.has_lift else ""
    how = text("has a lift") if subscription.has_lift else text("no lift")
    return say(text("floor {floor}, {how}", floor=subscription.floor, how=how))


def _left_out(left: UnservedDelivery) -> dict[str, object]:
    return {
        **_who(left.subscription),
        "reason": say(REASONS[left.reason]),
        "remedy": say(remedy(left.reason, ride_seconds=left.ride_seconds)),
    }


def _who(subscription: Subscription) -> dict[str, object]:
    resident = subscription.resident
    return {
        "resident_no": resident.resident_no,
        "name": resident.name,
        "address": resident.address,
        "meals": subscription.meals,
    }


def _at(located: Site | Resident) -> Point | None:
    if located.latitude is None or located.longitude is None:
        return None
    return Point(located.latitude, located.longitude)


def code_of(place: Point | None, map_app: MapApp, called: str, begins: Point | None = None) -> str:
    """Draw the link that opens the ride to a place in a map app as SVG; nothing without coordinates."""
    if place is None:
        return ""
    drawing = io.BytesIO()
    segno.make(map_links(place, called=called, begins=begins)[map_app.value], error="m").save(
        drawing, kind="svg", border=1, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue().decode()


def sheets_name(on: date, sitting: Sitting, kitchen: Site) -> str:
    """Name a kitchen's file so that a person finds it: 2026-11-23-lunch-C01-裕南街老年食堂.pdf."""
    name = _NO_FILE_NAME.sub("", kitchen.name)
    return f"{on.isoformat()}-{sitting.value}-{kitchen.site_code}-{name}.pdf"
