"""Home of planning a kitchen beside: what the page of a day does at once for a few."""

from __future__ import annotations

from datetime import date
from threading import Event, Thread

from app import clock
from app.canteens.rules import Sitting
from app.delivery.routing.solver import Effort, Stop
from app.delivery.service.drafting import draft_plan
from app.delivery.service.planning import keep_plan, outcome_of
from app.jobs.service import Work, kind
from app.roles import Actor, Permission
from app.text import Text, text

_GLANCE_SECONDS = 0.5


def _about(arguments: dict[str, str]) -> Text:
    sitting = Sitting(arguments["sitting"]).label
    return text(
        "{kitchen}, {day}, {sitting}", kitchen=arguments["name"], day=arguments["on"], sitting=sitting
    )


@kind("delivery.plan", text("Plan a district’s rides"), permission=Permission.DELIVERY_PLAN, about=_about)
def plan(work: Work, *, by: Actor, on: str, sitting: str, site_code: str, name: str, seconds: float) -> None:
    """Plan one kitchen's sitting; what is cancelled in mid-planning is not kept."""
    del name
    stop, over = Stop(), Event()
    watching = Thread(target=_stop_when_unwanted, args=(work, stop, over), daemon=True)
    watching.start()
    try:
        draft = draft_plan(
            date.fromisoformat(on),
            Sitting(sitting),
            site_code,
            effort=Effort(seconds=seconds),
            by=by,
            at=clock.now(),
            stop=stop,
        )
    finally:
        over.set()
        watching.join()
    with work.act() as act:
        keep_plan(draft, by=by, at=clock.now())
        act.done(outcome_of(draft))


def _stop_when_unwanted(work: Work, stop: Stop, over: Event) -> None:
    while not over.wait(_GLANCE_SECONDS):
        if work.is_unwanted:
            stop.ask()
