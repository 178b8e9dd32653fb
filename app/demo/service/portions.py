"""Home of counting the demo's portions, from the first day of last month on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from app.database import insert_rows
from app.demo.rules.chance import stream
from app.demo.rules.portions import Counting, Difference
from app.demo.service.district import District
from app.extensions import db
from app.roles import Actor
from app.till import queries
from app.till.models import DifferenceExplanation, PortionCount
from app.till.rules.balance import Count
from app.till.service import order_counts


def count_portions(
    district: District,
    days: Sequence[date],
    staff: Mapping[str, str],
    *,
    seed: int,
    short: str = "",
    by: Actor,
    at: datetime,
) -> dict[str, int]:
    """Order every kitchen to count, and write down what they counted; give how much there is."""
    if not days:
        return {"counts": 0, "differences": 0}
    last_on = days[-1]
    first_on = max(days[0], (last_on.replace(day=1) - timedelta(days=1)).replace(day=1))
    codes = list(district.by_code)
    kitchens = {code: site.record.kitchen_code or code for code, site in district.by_code.items()}
    order_counts(sorted(set(kitchens.values())), first_on, by=by, at=at)
    counting = Counting(kitchens, stream(seed, "portions"), short=short)
    counted = counting.counts(queries.meals_served(codes, first_on, last_on))
    counts = [_written(each, staff, at=at) for each in counted]
    insert_rows(db.session, PortionCount, counts)
    db.session.add_all(_explained(each, staff, at=at) for each in counting.differences if each.words)
    db.session.flush()
    return {"counts": len(counts), "differences": len(counting.differences)}


def _written(count: Count, staff: Mapping[str, str], *, at: datetime) -> dict[str, object]:
    return {
        "site_code": count.where.site_code,
        "served_on": count.where.served_on,
        "sitting": count.where.sitting.value,
        "kind": count.kind.value,
        "to_code": count.to_code,
        "turn": 1,
        "portions": count.portions,
        "reason": "",
        "counted_by": _counter(count.where.site_code, staff),
        "counted_at": at,
    }


def _explained(difference: Difference, staff: Mapping[str, str], *, at: datetime) -> DifferenceExplanation:
    return DifferenceExplanation(
        site_code=difference.where.site_code,
        served_on=difference.where.served_on,
        sitting=difference.where.sitting,
        turn=1,
        difference=difference.portions,
        on_the_way=0,
        words=difference.words,
        explained_by=_counter(difference.where.site_code, staff),
        explained_at=at,
    )


def _counter(site_code: str, staff: Mapping[str, str]) -> str:
    return staff.get(site_code, f"{site_code}-1")
