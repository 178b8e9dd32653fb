"""Home of the demo's published months: those whose statements are all approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime

from app.demo.rules.sign_ins import STREET
from app.disclosure.service.publish import publish_month
from app.errors import Conflict, NotFound
from app.month import month_of
from app.roles import Actor


def publish_months(days: Sequence[date], users: Mapping[str, Actor], *, at: datetime) -> dict[str, int]:
    """Publish the past months of the street whose statements go their way; give how many rows they have."""
    past = sorted({month_of(day) for day in days}, key=str)[:-1]
    rows = 0
    for month in past:
        with suppress(Conflict, NotFound):
            rows += len(publish_month(month, STREET, by=users["officer"], at=at).rows)
    return {"rows": rows}
