"""Home of the demo's kitchens today: what they confirmed, cooked, measured and kept, and who is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from app.canteens.rules import Sitting
from app.clock import SHANGHAI, on
from app.delivery import queries as delivery
from app.delivery.models import DayPlan
from app.delivery.rules.delays import NewDelay
from app.delivery.rules.morning import mark_of_list
from app.delivery.rules.proof import second_of
from app.delivery.service.delays import note_delay, runs_in_doubt
from app.delivery.service.food import CookedAt, keep_sample, note_cooked, note_temperature
from app.delivery.service.morning import confirm_morning
from app.roles import Actor, Scope

_LUNCH = Sitting.LUNCH
_CONFIRMED = time(8, 40)
_COOKED = (time(9, 50), time(10, 5), time(10, 12))
_DEGREES = (72, 68, 75, 66, 81)
_DISHES = ("清蒸鲈鱼", "冬瓜排骨汤", "香干炒肉")
_LATE_NOTED, _READY_SECONDS, _WHY = time(10, 20), 11 * 3600 + 600, "停气半小时"


def light_stoves(codes: Sequence[str], busy: frozenset[str], *, by: Actor, at: datetime) -> None:
    """Confirm each kitchen's list and fill its log, but of the last that is not `busy`: that one is late.

    Only what lies behind `at` is written.
    """
    quiet = [code for code in codes if code not in busy]
    late = quiet[-1] if len(codes) > 1 and quiet else None
    plans = delivery.released_plans(on(at), _LUNCH, codes)
    for number, code in enumerate(code for code in codes if code != late):
        _cook(plans[code], number, by=by, at=at)
    _confirm([code for code in codes if code != late], by=by, at=at)
    if late is not None:
        noted_at = min(at, _today(at, _LATE_NOTED))
        waiting = {run.id for run in runs_in_doubt(on(at), _LUNCH, late, at=noted_at)}
        delay = NewDelay(_READY_SECONDS, _WHY, frozenset(waiting))
        note_delay(late, on(at), _LUNCH, delay, by=by, at=noted_at)


def _confirm(codes: Sequence[str], *, by: Actor, at: datetime) -> None:
    """Confirm the morning's list of these kitchens, in time."""
    today, confirmed_at = on(at), min(at, _today(at, _CONFIRMED))
    sites = [site for site in delivery.kitchens_of_day(today, _LUNCH, Scope()) if site.site_code in codes]
    for morning in delivery.mornings(today, _LUNCH, sites):
        seen, code = mark_of_list(morning.lines), morning.kitchen.site_code
        confirm_morning(today, _LUNCH, code, seen=seen, by=by, at=confirmed_at)


def _cook(plan: DayPlan, number: int, *, by: Actor, at: datetime) -> None:
    code, cooked_at = plan.kitchen_code, _today(at, _COOKED[number % len(_COOKED)])
    if cooked_at > at:
        return
    note_cooked(code, CookedAt(on(at), _LUNCH, second_of(cooked_at)), by=by, at=cooked_at)
    for dish in _DISHES:
        keep_sample(code, on(at), _LUNCH, dish=dish, grams=130, by=by, at=cooked_at)
    for place, run in enumerate(plan.runs):
        loaded_at = _today(at, time()) + timedelta(seconds=run.depart_seconds - 60)
        if loaded_at <= at:
            note_temperature(run.id, _DEGREES[place % len(_DEGREES)], "", by=by, at=loaded_at)


def _today(at: datetime, clock_time: time) -> datetime:
    return datetime.combine(on(at), clock_time, tzinfo=SHANGHAI)
