"""Home of the queries on cooking: what each kitchen wrote of a sitting, and what is assumed without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.canteens.rules import Sitting
from app.delivery.models.food import CookedBatch
from app.delivery.queries.cases import order_on
from app.delivery.rules.freshness import Cooking
from app.extensions import db

Batches = dict[int, CookedBatch]
"""The last word on each batch of a sitting, by its number; those taken back are left out."""


def batches_between(
    first: date, last: date, kitchen_codes: Collection[str]
) -> defaultdict[tuple[str, date, Sitting], Batches]:
    """Give what these kitchens wrote of some days, by kitchen, day and sitting."""
    rows = db.session.execute(
        select(CookedBatch)
        .where(CookedBatch.kitchen_code.in_(kitchen_codes), CookedBatch.served_on.between(first, last))
        .order_by(CookedBatch.id)
    ).scalars()
    found: defaultdict[tuple[str, date, Sitting], Batches] = defaultdict(dict)
    for row in rows:
        of_sitting = found[row.kitchen_code, row.served_on, row.sitting]
        if row.cooked_seconds is None:
            of_sitting.pop(row.batch, None)
        else:
            of_sitting[row.batch] = row
    return found


def batches_of(on: date, sitting: Sitting, kitchen_code: str) -> Batches:
    """Give what a kitchen wrote of a sitting, by the number of the batch."""
    return batches_between(on, on, [kitchen_code])[kitchen_code, on, sitting]


def cooking_on(on: date, sitting: Sitting, kitchen_codes: Collection[str]) -> dict[str, Cooking]:
    """Give what is known of when these kitchens cooked a sitting."""
    written, assumed = batches_between(on, on, kitchen_codes), order_on(on).cooked_minutes
    return {
        code: Cooking(
            tuple(
                sorted(
                    row.cooked_seconds
                    for row in written[code, on, sitting].values()
                    if row.cooked_seconds is not None
                )
            ),
            assumed,
        )
        for code in kitchen_codes
    }
