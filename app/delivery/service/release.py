"""Home of the release: a plan that a named person has looked at becomes the one that riders ride by."""

from __future__ import annotations

from datetime import date, datetime

from app.audit import service as audit
from app.canteens.models import Site
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan, Run
from app.delivery.queries import KitchenDay
from app.delivery.routing.check import violations
from app.delivery.routing.documents import problem_from_json
from app.delivery.rules.freshness import MealEnd
from app.delivery.rules.release import Concern, Day, Outing, RiderChange, changes, concerns, mark_of
from app.delivery.service.crew import without_papers
from app.delivery.service.planning import plan_name, route_plan_of
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.meals.queries import price_on
from app.roles import Actor
from app.text import Text, text
from app.web.filters import clock_time


def release_plan(
    on: date, sitting: Sitting, kitchen_code: str, *, seen: str, by: Actor, at: datetime
) -> DayPlan:
    """Release a kitchen's draft for a sitting; a plan released before stays, and is in force no more.

    `seen` is the mark of the concerns that the person was shown (`rules.release.mark_of`): a plan with
    concerns that nobody has seen is not released.
    Raises: NotFound outside the scope or without a plan; Conflict when it is released already, or when
    something has changed since it was looked at; DomainError when it sends nobody or a rider without papers,
    or the meal has no price.
    """
    site = site_of(kitchen_code, by.scope)
    if site is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    name = plan_name(kitchen_code, on, sitting)
    lock_names(db.session, "plan", [name])
    (day,) = queries.kitchen_days(on, sitting, [site])
    plan, found = _draft_of(day), concerns_of(day)
    if mark_of(found) != seen:
        raise Conflict(
            text(
                "{name}: {count} points to note have not been seen as they are now. "
                "Read them on the kitchen's page, then release.",
                name=site.name,
                count=len(found),
            )
        )
    _ensure_riders_may(day, plan)
    price_fen = _price_of(site, on, sitting)
    plan.released_at, plan.released_by, plan.price_fen = at, by.user_no, price_fen
    db.session.flush()
    detail = {
        "revision": plan.revision,
        "runs": len(plan.runs),
        "doors": day.served,
        "concerns": [f"{each.kind.value}:{each.subject}" for each in found],
        "price_fen": price_fen,
    }
    audit.record("delivery.released", f"plan:{name}", by=by, at=at, detail=detail)
    return plan


def _draft_of(day: KitchenDay) -> DayPlan:
    """Give the plan that there is to release.

    Raises: NotFound without a plan; Conflict when it is released already; DomainError when it sends nobody.
    """
    plan, name = day.plan, day.kitchen.name
    if plan is None:
        raise NotFound(text("{name} is not planned for this sitting yet. Plan first.", name=name))
    if plan.is_released:
        raise Conflict(text("The plan of {name} is released already. Nothing was changed.", name=name))
    if not plan.runs:
        raise DomainError(
            text("The plan of {name} sends nobody out, so there is nothing to release.", name=name)
        )
    return plan


def _ensure_riders_may(day: KitchenDay, plan: DayPlan) -> None:
    """Refuse a plan that sends a rider without papers, but for runs that are in force already.

    Raises: DomainError.
    """
    before = _outings(day.released) if day.released else {}
    for rider, outings in _outings(plan).items():
        held = day.crew.held_back.get(rider)
        if held is not None and any(outing not in before.get(rider, []) for outing in outings):
            raise without_papers(held)


def _price_of(site: Site, on: date, sitting: Sitting) -> int:
    price_fen = price_on(site.site_code, sitting, on)
    if price_fen is None:
        raise DomainError(
            text(
                "{name} has no price for this sitting, so delivered meals could not be recorded. "
                "Enter the price on the site's page first.",
                name=site.name,
            )
        )
    return price_fen


def concerns_of(day: KitchenDay) -> tuple[Concern, ...]:
    """Give what must be seen before a kitchen's newest plan is released."""
    plan = day.plan
    if plan is None:
        return ()
    beside = Day(
        carried={stop.subscription_id for run in plan.runs for stop in run.stops} - day.done,
        left_out={left.subscription_id for left in plan.unserved} - day.done,
        due={each.id for each in day.due.going} - day.done,
        riders=[run.rider_id for run in plan.runs],
        present=[rider.id for rider in day.riders],
    )
    broken = violations(problem_from_json(plan.instance), route_plan_of(plan))
    old = [_too_old(*each) for each in day.too_old]
    return concerns(beside, [*broken, *map(_too_early, day.too_early), *old])


def _too_early(run: Run) -> Text:
    return text(
        "Run {number} leaves at {time}, before the late kitchen has its meals. Plan again.",
        number=run.number,
        time=clock_time(run.depart_seconds),
    )


def _too_old(run: Run, end: MealEnd, doors: int) -> Text:
    return text(
        "Run {number}: {count} doors are reached after {until}, when its meals must not be eaten any more "
        "({why}). Let it leave sooner, or cook another batch for it.",
        number=run.number,
        count=doors,
        until=clock_time(end.until_seconds),
        why=end.told,
    )


def changes_of(day: KitchenDay) -> tuple[RiderChange, ...]:
    """Give what the newest plan would change for whom, beside the plan in force; nothing without one."""
    if day.plan is None or day.released is None or day.plan is day.released:
        return ()
    return changes(_outings(day.released), _outings(day.plan))


def _outings(plan: DayPlan) -> dict[int, list[Outing]]:
    found: dict[int, list[Outing]] = {}
    for run in plan.runs:
        doors = tuple((stop.subscription_id, stop.handover_seconds) for stop in run.stops)
        found.setdefault(run.rider_id, []).append(Outing(run.depart_seconds, doors))
    return found
