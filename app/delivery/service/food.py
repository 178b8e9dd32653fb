"""Home of writing the log of hot meals: when they were cooked, how hot they left, what was kept of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.audit import service as audit
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.clock import on as day_of
from app.delivery import queries
from app.delivery.models.food import CookedBatch, FoodSample, LoadingTemperature
from app.delivery.queries.freshness import batches_of
from app.delivery.rules.days import HOURS
from app.delivery.rules.food import ensure_explained, ensure_sample, ensure_written_on
from app.delivery.rules.freshness import MOST_BATCHES, ensure_cooked_on
from app.delivery.rules.proof import run_code, second_of
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text
from app.web.filters import clock_time


@dataclass(frozen=True, slots=True)
class CookedAt:
    """When a batch of a sitting was cooked, in seconds after midnight; None takes back what was written.

    `batch` is the number of a batch that is written already; None is another batch.
    """

    on: date
    sitting: Sitting
    cooked_seconds: int | None
    batch: int | None = None


def note_cooked(kitchen_code: str, new: CookedAt, *, by: Actor, at: datetime) -> int:
    """Write when a kitchen's meals of a sitting were cooked; a later word on the same batch replaces it.

    From then on the two hours of every run that leaves afterwards are counted from it. Give the batch.
    Raises: NotFound outside the scope; DomainError for a time that cannot be, or more batches than are kept.
    """
    if site_of(kitchen_code, by.scope) is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    batch = _batch(kitchen_code, new)
    if new.cooked_seconds is not None:
        ensure_cooked_on(new.on, HOURS[new.sitting], new.cooked_seconds, today=day_of(at), now=second_of(at))
    db.session.add(
        CookedBatch(
            kitchen_code=kitchen_code,
            served_on=new.on,
            sitting=new.sitting,
            batch=batch,
            cooked_seconds=new.cooked_seconds,
            noted_at=at,
            noted_by=by.user_no,
        )
    )
    db.session.flush()
    cooked = clock_time(new.cooked_seconds) if new.cooked_seconds is not None else None
    detail = {"on": new.on.isoformat(), "sitting": new.sitting.value, "batch": batch, "cooked": cooked}
    audit.record("food.cooked", f"site:{kitchen_code}", by=by, at=at, detail=detail)
    return batch


def _batch(kitchen_code: str, new: CookedAt) -> int:
    """Give the number of the batch that is written: the one that is put right, or the first that is free.

    Raises: DomainError when there is no such batch, or none is free.
    """
    there = batches_of(new.on, new.sitting, kitchen_code)
    if new.batch is not None and new.batch not in there:
        raise DomainError(text("This batch is not there any more. Look again."), field="cooked")
    free = (number for number in range(1, MOST_BATCHES + 1) if number not in there)
    batch = new.batch if new.batch is not None else next(free, None)
    if batch is None:
        raise DomainError(
            text("Up to {most} batches of a sitting are kept. Put one of them right.", most=MOST_BATCHES),
            field="cooked",
        )
    return batch


def note_temperature(run_id: int, degrees: int, note: str, *, by: Actor, at: datetime) -> None:
    """Write how hot a run's meals were when they were loaded; a later entry replaces it, and both stay.

    Raises: NotFound outside the scope; DomainError for a cold meal without a word, or for a day to come or
    long over.
    """
    found = queries.released_run(run_id, by.scope)
    if found is None:
        raise NotFound(
            text("There is no released run {code}, or it is not yours to see.", code=run_code(run_id))
        )
    ensure_written_on(found[0].served_on, today=day_of(at))
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

    Raises: NotFound outside the scope; DomainError when it is too small, or for a day to come or long over.
    """
    if site_of(kitchen_code, by.scope) is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    ensure_sample(grams)
    ensure_written_on(on, today=day_of(at))
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
