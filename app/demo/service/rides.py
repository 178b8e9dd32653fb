"""Home of the demo's rides of today: lunches planned and released, two doors not opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from app.auth.queries import user_named
from app.canteens.rules import Sitting
from app.clock import on
from app.delivery import queries as delivery
from app.delivery.models import Run, Stop
from app.delivery.queries.cases import cases_of
from app.delivery.routing.solver import Effort
from app.delivery.rules.cases import CaseOutcome, Step, StepResult
from app.delivery.rules.proof import Outcome, StopReport, Via
from app.delivery.rules.release import mark_of
from app.delivery.service import Draft, concerns_of, draft_plan, keep_plan, release_plan, take_reports
from app.delivery.service.cases import close_case, note_step
from app.demo.service.homes import meet_families
from app.demo.service.stoves import light_stoves
from app.errors import NotFound
from app.roles import Actor, Scope
from app.text import text

_EFFORT = Effort(seconds=0.5)
_REPORTS = UUID("0b6d0a0e-6a53-4f55-9d4f-2f1b0f5f3a61")
_LUNCH = Sitting.LUNCH


@dataclass(frozen=True, slots=True)
class _Missed:
    """A door that nobody answered: so many minutes ago, and what was done about it since."""

    minutes_ago: int
    note: str
    step: tuple[int, StepResult, str]
    closed: tuple[int, CaseOutcome, str] | None = None


_MISSED = (
    _Missed(
        95, "敲了三次", (92, StepResult.REACHED, "接了电话"), (88, CaseOutcome.WELL, "在午睡，没听见敲门")
    ),
    _Missed(40, "门锁着，屋里没声音", (33, StepResult.NOT_REACHED, "响了很久没人接")),
)


def draft_rides(*, by: Actor, at: datetime) -> list[Draft]:
    """Plan today's lunch of every kitchen; nothing is written, and no transaction may be open."""
    kitchens = delivery.kitchens_of_day(on(at), _LUNCH, Scope())
    codes = [site.site_code for site in kitchens]
    drafts = [draft_plan(on(at), _LUNCH, code, effort=_EFFORT, by=by, at=at) for code in codes]
    return [draft for draft in drafts if draft.plan.routes]


def ride_today(drafts: Sequence[Draft], *, at: datetime) -> dict[str, int]:
    """Release today's plans, then let two doors stay closed: one case is over, and one waits."""
    officer, worker = _actor("officer"), _actor("worker")
    codes = [draft.kitchen_code for draft in drafts]
    for draft in drafts:
        keep_plan(draft, by=officer, at=at)
    for day in delivery.kitchen_days(on(at), _LUNCH, delivery.kitchens_of_day(on(at), _LUNCH, Scope())):
        if day.kitchen.site_code in codes:
            seen = mark_of(concerns_of(day))
            release_plan(on(at), _LUNCH, day.kitchen.site_code, seen=seen, by=officer, at=at)
    doors = _doors(codes, worker, at=at)
    for missed, (run, stop) in zip(_MISSED, doors, strict=False):
        is_near = worker.scope.covers(stop.subscription.resident.residence_area)
        _knock(missed, run, stop, by=worker if is_near else officer, at=at)
    knocked = frozenset(stop.subscription.kitchen_code for _, stop in doors[: len(_MISSED)])
    light_stoves(codes, knocked, by=officer, at=at)
    homes = meet_families(officer, at=at)
    return {"plans": len(drafts), "cases": min(len(doors), len(_MISSED)), **homes}


def _doors(codes: Sequence[str], worker: Actor, *, at: datetime) -> list[tuple[Run, Stop]]:
    """Give the doors of today: those that the demo's community worker sees come first."""
    plans = delivery.released_plans(on(at), _LUNCH, codes)
    doors = [(run, stop) for plan in plans.values() for run in plan.runs for stop in run.stops]
    covers = worker.scope.covers
    return sorted(
        doors,
        key=lambda door: (not covers(door[1].subscription.resident.residence_area), door[0].id),
    )


def _knock(missed: _Missed, run: Run, stop: Stop, *, by: Actor, at: datetime) -> None:
    knocked_at = at - timedelta(minutes=missed.minutes_ago)
    report = StopReport(
        id=uuid5(_REPORTS, f"{run.id}:{stop.position}"),
        run_id=run.id,
        position=stop.position,
        outcome=Outcome.NO_ANSWER,
        happened_at=knocked_at,
        via=Via.LINK,
        reported_by=run.rider.rider_no,
        note=missed.note,
    )
    take_reports([report], by=Actor(run.rider.rider_no), at=knocked_at)
    case_id = cases_of(on(at), [stop.subscription_id])[stop.subscription_id]
    minutes, result, note = missed.step
    stepped_at = at - timedelta(minutes=minutes)
    note_step(case_id, Step.RESIDENT, result, note=note, turn=1, by=by, at=stepped_at)
    if missed.closed is not None:
        minutes, outcome, words = missed.closed
        close_case(case_id, outcome, note=words, by=by, at=at - timedelta(minutes=minutes))


def _actor(username: str) -> Actor:
    user = user_named(username)
    if user is None:
        raise NotFound(text("The demo has no user {username}.", username=username))
    return user.actor
