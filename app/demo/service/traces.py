"""Home of what the demo's cheats leave elsewhere than at the till: rides, calls, and an old account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from app.auth import service as auth
from app.auth.models import UserRole
from app.auth.rules import NewUser
from app.demo.rules.answers import answered
from app.demo.rules.chance import stream
from app.demo.rules.cheats import Cheat, Plot
from app.demo.rules.land import DISTRICT
from app.demo.service.ridden import ride_in_month
from app.extensions import db
from app.month import month_of
from app.oversight.queries.calls import tasks_of
from app.oversight.service.calls import draw_sample, write_answer
from app.roles import COMMAND, Actor, Role

_NAME = "郑国强"


def leave_traces(
    planned: Plot | None, actors: Mapping[str, Actor], *, seed: int, at: datetime
) -> tuple[Cheat, ...]:
    """Ride, call and let an old account stand in the plot's month; give the cheats that this shows."""
    if planned is None:
        return ()
    officer = actors["officer"]
    return (
        *ride_in_month(planned, seed=seed, by=officer, at=at),
        *_call(planned, seed=seed, by=officer, at=at),
        _old_account(at=at),
    )


def _call(planned: Plot, *, seed: int, by: Actor, at: datetime) -> list[Cheat]:
    """Draw the month's sample, and call most of it; give who denies what was made up."""
    sample = draw_sample(month_of(planned.days[0]), seed=seed, by=by, at=at)
    random = stream(seed, "calls")
    found = []
    for task in tasks_of(sample.id, by.scope):
        is_made_up = (task.resident_no, task.site_code) in planned.pretended
        outcome = answered(random, is_made_up=is_made_up)
        if outcome is None:
            continue
        write_answer(task.id, outcome, "", turn=1, by=by, at=at)
        if is_made_up and outcome.is_answer:
            found.append(Cheat("calls_contradict", f"{task.resident_no}:{task.site_code}"))
    return found


def _old_account(*, at: datetime) -> Cheat:
    """Let somebody hold roles that check each other, as from before such were refused; nobody signs in."""
    new = NewUser("zheng", _NAME, secrets.token_urlsafe(), frozenset({Role.FINANCE}), DISTRICT, None)
    user = auth.let_in(new, by=COMMAND, at=at)
    user.roles.append(UserRole(role=Role.STREET_REVIEWER))
    db.session.flush()
    return Cheat("conflicting_roles", user.user_no)
