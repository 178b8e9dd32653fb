"""Home of writing the log of hot meals: a run's temperature at loading, a sample that was kept."""

from __future__ import annotations

from datetime import date, datetime

from app.access import Actor
from app.audit import service as audit
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models.food import FoodSample, LoadingTemperature
from app.delivery.rules.food import ensure_explained, ensure_sample
from app.delivery.rules.proof import run_code
from app.errors import NotFound
from app.extensions import db
from app.text import text


def note_temperature(run_id: int, degrees: int, note: str, *, by: Actor, at: datetime) -> None:
    """Write how hot a run's meals were when they were loaded; a later entry replaces it, and both stay.

    Raises: NotFound outside the scope; DomainError for a cold meal without a word.
    """
    if queries.released_run(run_id, by.scope) is None:
        raise NotFound(
            text("There is no released run {code}, or it is not yours to see.", code=run_code(run_id))
        )
    ensure_explained(degrees, note)
    db.session.add(
        LoadingTemperature(run_id=run_id, degrees=degrees, note=note, noted_at=at, noted_by=by.user_no)
    )
    db.session.flush()
    audit.record("food.measured", f"run:{run_id}", by=by, at=at, detail={"degrees": degrees})


def keep_sample(
    kitchen_code: str, on: date, sitting: Sitting, *, dish: str, grams: int, by: Actor, at: datetime
) -> None:
    """Write what was kept of a dish as a sample.

    Raises: NotFound outside the scope; DomainError when it is too small.
    """
    if site_of(kitchen_code, by.scope) is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    ensure_sample(grams)
    db.session.add(
        FoodSample(
            kitchen_code=kitchen_code,
            served_on=on,
            sitting=sitting,
            dish=dish,
            grams=grams,
            kept_at=at,
            kept_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"on": on.isoformat(), "sitting": sitting.value, "grams": grams}
    audit.record("food.sample_kept", f"site:{kitchen_code}", by=by, at=at, detail=detail)
