"""Home of the queries on kitchens that are late: the newest word counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock
from app.canteens.rules import Sitting
from app.delivery.models import DayPlan, Run, StopReport
from app.delivery.models.delays import KitchenDelay
from app.delivery.rules.delays import waiting_runs
from app.delivery.rules.proof import second_of
from app.extensions import db


def delays_on(on: date, sitting: Sitting, kitchen_codes: Sequence[str]) -> dict[str, KitchenDelay]:
    """Give what was noted last of each of these kitchens that is late for a sitting."""
    rows = db.session.execute(
        select(KitchenDelay)
        .options(selectinload(KitchenDelay.waiting))
        .where(
            KitchenDelay.served_on == on,
            KitchenDelay.sitting == sitting,
            KitchenDelay.kitchen_code.in_(kitchen_codes),
        )
        .order_by(KitchenDelay.id)
    ).scalars()
    return {delay.kitchen_code: delay for delay in rows}


def held_up(plan: DayPlan | None, delay: KitchenDelay | None) -> tuple[Run, ...]:
    """Give a plan's runs that depart before their meals are ready, and have not left before it was known."""
    if plan is None or delay is None:
        return ()
    noted = second_of(delay.noted_at) if clock.on(delay.noted_at) == delay.served_on else -1
    return waiting_runs(plan.runs, delay.ready_seconds, noted, {each.run_id for each in delay.waiting})


def runs_reported(run_ids: Collection[int]) -> frozenset[int]:
    """Give which of these runs somebody has reported a stop of: they have left for certain."""
    rows = db.session.execute(
        select(StopReport.run_id).where(StopReport.run_id.in_(run_ids)).distinct().order_by(StopReport.run_id)
    )
    return frozenset(row.run_id for row in rows)
