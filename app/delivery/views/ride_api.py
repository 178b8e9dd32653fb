"""Home of what a rider's phone asks and sends: its runs of the day, and what became of each stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app import clock
from app.access import rider_only
from app.canteens.models import Site
from app.delivery import queries
from app.delivery.forms import described as forms
from app.delivery.models import DayPlan, RiderLink, Run, Stop
from app.delivery.queries.cases import order_on
from app.delivery.queries.delays import delays_on, held_up
from app.delivery.queries.freshness import cooking_on
from app.delivery.queries.photos import households_agreed
from app.delivery.rules.doors import LOAD_SECONDS, honorific, map_links
from app.delivery.rules.links import AT_MOST, building_of, opens_until
from app.delivery.rules.photos import LARGEST_BYTES
from app.delivery.rules.proof import instant_of
from app.delivery.service import Batch, take_from_phone
from app.delivery.service.cover import told_cover
from app.delivery.service.links import note_phones_sent
from app.delivery.service.photos import take_photo
from app.delivery.service.sheets import stairs
from app.delivery.service.ways import ways_of
from app.delivery.views.credential import this_link
from app.extensions import csrf
from app.place import Point
from app.residents.models import Resident
from app.residents.rules.contact import masked_phone
from app.residents.rules.facts import age_on
from app.text import text
from app.till.forms import count_in, json_body, list_in
from app.till.rules.quarantine import Problem, Unfit
from app.till.rules.records import instant_in, uuid_in
from app.till.views.answers import refuse_in_json, refused
from app.transaction import transaction
from app.web.described import Told, described
from app.web.description import REFUSAL
from app.web.filters import clock_time
from app.web.language import say

bp = Blueprint("rides_api", __name__, url_prefix="/api/v1/rides")
csrf.exempt(bp)  # No cookie lets a rider in, so no other page can act in their name.
refuse_in_json(bp)

_LARGEST_PHOTO = LARGEST_BYTES * 3 // 2
_TOO_MUCH = Told("More than is taken at once.", REFUSAL)


@bp.get("/day")
@described({200: Told("The rides of the link's day.", forms.RIDES)})
@rider_only
def day() -> ResponseReturnValue:
    """Give the rider's runs of the link's day: what a door needs, no more; nothing once it has expired."""
    link, at = this_link(), clock.now()
    is_open = at < opens_until(link.served_on)
    runs = queries.runs_of(link.rider_id, link.served_on) if is_open else ()
    return {
        "day": link.served_on.isoformat(),
        "rider": link.rider.name,
        "cover": _cover(link),
        "expired": not is_open,
        "open_until": _written(opens_until(link.served_on)),
        "runs": _runs(link, runs),
        "no_answer": _no_answer(link.served_on),
        "server_time": _written(at),
    }


@bp.get("/ways")
@described({200: Told("The ways, where roads are loaded.", forms.WAYS)})
@rider_only
def ways() -> ResponseReturnValue:
    """Give the way to each stop in words, by run and position, where roads are loaded; a phone keeps it."""
    link = this_link()
    is_open = clock.now() < opens_until(link.served_on)
    runs = queries.runs_of(link.rider_id, link.served_on) if is_open else ()
    return {
        "ways": {
            f"{run.id}:{position}": [say(line) for line in way]
            for plan, run in runs
            for position, way in ways_of(plan, run).items()
        }
    }


@bp.post("/phones")
@described({200: Told("The numbers of the link's doors; each is on the trail.", forms.PHONES)})
@rider_only
def phones() -> ResponseReturnValue:
    """Hand over the whole phone numbers of the link's doors: a phone keeps them, to call without network."""
    link, at = this_link(), clock.now()
    runs = queries.runs_of(link.rider_id, link.served_on) if at < opens_until(link.served_on) else ()
    doors = {
        f"{run.id}:{stop.position}": stop.subscription.resident for _plan, run in runs for stop in run.stops
    }
    numbers = {key: resident.phone for key, resident in doors.items() if resident.phone}
    shown = {doors[key].resident_no for key in numbers}
    rider_no, since = link.rider.rider_no, link.issued_at
    with transaction():
        note_phones_sent(rider_no, shown, since=since, at=at)
    return {"phones": numbers}


@bp.post("/reports")
@described(
    {200: Told("A receipt for each, in their order.", forms.REPORTED), 413: _TOO_MUCH}, body=forms.REPORTS
)
@rider_only
def reports() -> ResponseReturnValue:
    """Take what a phone reports; answer once it is committed."""
    at, link_id = clock.now(), this_link().link_id
    body = json_body(request.get_data())
    sent = list_in(body, "reports")
    if len(sent) > AT_MOST:
        return refused(
            413, "too_many", text("A batch holds at most {most} records. Send fewer at once.", most=AT_MOST)
        )
    batch = Batch(
        sent, count_in(body, "unsent"), _skew_seconds(body.get("phone_time"), at), _phone(body.get("phone"))
    )
    with transaction():
        receipts = take_from_phone(link_id, batch, at=at)
    return {
        "receipts": [
            {
                "id": receipt.id,
                "status": receipt.status,
                "message": say(receipt.message) if receipt.message else "",
            }
            for receipt in receipts
        ],
        "server_time": _written(at),
    }


@bp.post("/photos")
@described(
    {
        200: Told("The phone may let go of it; `message` says why it was not taken.", forms.PHOTO_TAKEN),
        413: _TOO_MUCH,
    },
    body=forms.PHOTO,
)
@rider_only
def photos() -> ResponseReturnValue:
    """Take one photo of a hand-over; answer once it is committed. A phone lets go of what was answered."""
    at, link_id = clock.now(), this_link().link_id
    if (request.content_length or 0) > _LARGEST_PHOTO:
        return refused(413, "too_large", text("This is no photo, or it is too large."))
    body = json_body(request.get_data())
    with transaction():
        receipt = take_photo(link_id, body.get("photo"), days=_photo_days(), at=at)
    return {
        "id": receipt.id,
        "message": say(receipt.message) if receipt.message else "",
        "server_time": _written(at),
    }


def _photo_days() -> int:
    days: int = current_app.config["MEAL_CIRCLE"].photo_days
    return days


def _phone(given: object) -> UUID | None:
    """Read the number that a phone drew for its link; None for what is none."""
    try:
        return uuid_in(given, Problem.NO_ID)
    except Unfit:
        return None


def _skew_seconds(phone_time: object, at: datetime) -> int | None:
    try:
        return clock.seconds_ahead(instant_in(phone_time), at)
    except Unfit:
        return None


def _written(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")


def _cover(link: RiderLink) -> str:
    """Say for whom or where the rider rides that day; empty without a cover."""
    told = told_cover(queries.covers_ridden([link.rider_id], link.served_on).get(link.rider_id))
    return say(told) if told is not None else ""


def _no_answer(on: date) -> dict[str, object]:
    """Give what a rider does with a meal that nobody takes: how long to wait, and where it goes."""
    order = order_on(on)
    return {"wait": order.wait_minutes, "meal": order.meal}


def _runs(link: RiderLink, runs: Sequence[tuple[DayPlan, Run]]) -> list[dict[str, object]]:
    return [
        {
            "run": run.id,
            "number": run.number,
            "sitting": say(plan.sitting.label),
            "kitchen": plan.kitchen.name,
            "maps": _maps(plan.kitchen, called="供餐厨房"),
            "load_at": clock_time(run.depart_seconds - LOAD_SECONDS),
            "depart": clock_time(run.depart_seconds),
            "meals": sum(stop.subscription.meals for stop in run.stops),
            "late": _late(plan, run),
            "map": link.rider.map_app.value,
            "stops": _stops(plan, run, on=link.served_on),
        }
        | _end(plan, run)
        for plan, run in runs
    ]


def _end(plan: DayPlan, run: Run) -> dict[str, object]:
    """Give until when the run's meals may be eaten, and what that is counted from."""
    cooking = cooking_on(plan.served_on, plan.sitting, [plan.kitchen_code])[plan.kitchen_code]
    end = cooking.end_of(run.depart_seconds)
    until_at = _written(instant_of(plan.served_on, end.until_seconds))
    return {"until": clock_time(end.until_seconds), "until_at": until_at, "cooked": say(end.told)}


def _late(plan: DayPlan, run: Run) -> dict[str, str]:
    """Say from when the run's meals are ready and why, while its kitchen is late; empty when it is not."""
    delay = delays_on(plan.served_on, plan.sitting, [plan.kitchen_code]).get(plan.kitchen_code)
    if delay is None or run.id not in {each.id for each in held_up(plan, delay)}:
        return {}
    return {"ready": clock_time(delay.ready_seconds), "reason": delay.reason}


def _stops(plan: DayPlan, run: Run, *, on: date) -> list[dict[str, object]]:
    doors = [stop.subscription for stop in run.stops]
    known = queries.proofs(on, plan.sitting, doors)
    due = queries.due(on, plan.sitting, [plan.kitchen_code])[plan.kitchen_code].going
    going = {each.id for each in due}
    agreed = households_agreed([door.resident_id for door in doors])
    before: list[Site | Resident] = [plan.kitchen, *(stop.subscription.resident for stop in run.stops)]
    return [
        _stop(stop, on, known[stop.subscription_id], is_going=stop.subscription_id in going)
        | {"maps": _maps(stop.subscription.resident, called=_called(stop), begins=_place(begins))}
        | {"photo": stop.subscription.resident_id in agreed}
        for begins, stop in zip(before, run.stops, strict=False)
    ]


def _called(stop: Stop) -> str:
    return say(text("Stop {position}", position=stop.position))


def _stop(stop: Stop, on: date, proof: queries.Proof, *, is_going: bool) -> dict[str, object]:
    subscription, resident = stop.subscription, stop.subscription.resident
    return {
        "position": stop.position,
        "name": honorific(resident.name, sex=resident.sex, age=age_on(resident.birth_on, on)),
        "address": resident.address or "",
        "building": building_of(resident.address or "", _place(resident)),
        "stairs": stairs(subscription),
        "diet": subscription.diet,
        "note": subscription.note,
        "meals": subscription.meals,
        "masked": masked_phone(resident.phone) if resident.phone else "",
        "handover": clock_time(stop.handover_seconds),
        "latest": clock_time(stop.latest_seconds),
        "is_going": is_going,
        "outcome": proof.outcome,
    }


def _place(located: Site | Resident) -> tuple[float, float] | None:
    if located.latitude is None or located.longitude is None:
        return None
    return located.latitude, located.longitude


def _maps(
    located: Site | Resident, *, called: str, begins: tuple[float, float] | None = None
) -> dict[str, str]:
    place = _place(located)
    if place is None:
        return {}
    return map_links(Point(*place), called=called, begins=None if begins is None else Point(*begins))
