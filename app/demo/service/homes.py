"""Home of the demo's homes: whom to call about two residents, a photo at a door, a policy that waits."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from uuid import UUID, uuid5

from app.canteens.rules import Sitting
from app.clock import on
from app.delivery import queries as delivery
from app.delivery.models import Run, Stop
from app.delivery.queries.cases import ended_cases, open_cases
from app.delivery.rules.entitlement import DEFAULT
from app.delivery.rules.family import NewContact, Relation
from app.delivery.rules.proof import Outcome, StopReport, Via
from app.delivery.service import issue_links, take_reports
from app.delivery.service.entitlement import propose_delivery_policy
from app.delivery.service.family import add_contact, issue_family_link
from app.delivery.service.photos import note_consent, take_photo
from app.extensions import db
from app.roles import Actor, Scope

_NUMBERS = UUID("5b0f6c1e-43a5-4c4c-8b8e-54c1a6d0f6b2")
_MINUTES_AGO = 12
_PHOTO_DAYS = 30
_CALLED = (
    ("陈建华", Relation.CHILD, "13900000001"),
    ("周明", Relation.NEIGHBOUR, "13900000002"),
)
"""Invented people; no such numbers are given out."""


def meet_families(officer: Actor, *, at: datetime) -> dict[str, int]:
    """Keep whom to call where nobody answered, take a photo at another door, and leave a policy waiting."""
    today = on(at)
    missed = [each.case.subscription for each in open_cases(Scope())]
    missed += [each.subscription for each in db.session.execute(ended_cases(Scope())).scalars()]
    for number in dict.fromkeys(each.resident.resident_no for each in missed):
        for name, relation, phone in _CALLED:
            new = NewContact(name, relation, phone, today - timedelta(days=30))
            kept = add_contact(number, new, by=officer, at=at)
        issue_family_link(kept.id, today + timedelta(days=90), by=officer, at=at)
    photos = _photo(officer, {each.id for each in missed}, at=at)
    _propose(today, officer, at=at)
    return {"families": len(missed), "photos": photos}


def _photo(officer: Actor, missed: set[int], *, at: datetime) -> int:
    """Let one household agree, its rider hand over and take a drawn photo there; give how many there are."""
    plans = delivery.released_plans(on(at), Sitting.LUNCH, _kitchens(at))
    doors = [(run, stop) for plan in plans.values() for run in plan.runs for stop in run.stops]
    door = next((each for each in doors if each[1].subscription_id not in missed), None)
    if door is None:
        return 0
    run, stop = door
    note_consent(stop.subscription.resident.resident_no, on(at), by=officer, at=at)
    issue_links(on(at), stop.subscription.kitchen_code, by=officer, at=at)
    link = delivery.links_of([run.rider_id], on(at))[run.rider_id]
    taken_at = at - timedelta(minutes=_MINUTES_AGO)
    take_reports([_handed_over(run, stop, taken_at)], by=Actor(run.rider.rider_no), at=taken_at)
    raw = {
        "id": str(uuid5(_NUMBERS, f"photo:{run.id}:{stop.position}")),
        "run": run.id,
        "position": stop.position,
        "taken_at": taken_at.isoformat(),
        "image": base64.b64encode((files("app.demo") / "hand_over.jpg").read_bytes()).decode(),
    }
    return int(take_photo(link.link_id, raw, days=_PHOTO_DAYS, at=at).message is None)


def _kitchens(at: datetime) -> list[str]:
    return [site.site_code for site in delivery.kitchens_of_day(on(at), Sitting.LUNCH, Scope())]


def _handed_over(run: Run, stop: Stop, taken_at: datetime) -> StopReport:
    return StopReport(
        id=uuid5(_NUMBERS, f"{run.id}:{stop.position}"),
        run_id=run.id,
        position=stop.position,
        outcome=Outcome.HANDED_OVER,
        happened_at=taken_at,
        via=Via.LINK,
        reported_by=run.rider.rider_no,
        note="",
    )


def _propose(today: date, officer: Actor, *, at: datetime) -> None:
    """Leave a policy for a second person: from the first of the month after next, from 75 years on."""
    first = (today.replace(day=1) + timedelta(days=62)).replace(day=1)
    new = replace(DEFAULT, from_on=first, reference="天民发〔2026〕9号（示例）", min_age=75)
    propose_delivery_policy(new, by=officer, at=at)
