"""Home of what wants a look today, counted across the packages below; it only asks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.access import Permission, Scope
from app.clock import on as day_of
from app.delivery.queries import cases as delivery
from app.oversight.queries import covers, dashboard
from app.settlement.rules.month import month_of
from app.text import Text, text
from app.till import queries as till
from app.till.rules.watch import State

_SILENT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that wants a look: what, how often, behind which door, and who may enter that."""

    label: Text
    count: int
    endpoint: str
    permission: Permission


def alerts(scope: Scope, at: datetime) -> list[Alert]:
    """Give what wants a look within a scope, only what there is."""
    today = day_of(at)
    yesterday = today - timedelta(days=1)
    before = str(month_of(today.replace(day=1) - timedelta(days=1)))
    made_on = covers.newest_made_on(scope)
    found = [
        Alert(
            text("tablets in use were not heard of for a day"),
            _silent(scope, at),
            "tablets.overview",
            Permission.TABLETS_VIEW,
        ),
        Alert(
            text("sittings of yesterday were not closed"),
            len(till.open_sittings(scope, yesterday, yesterday)),
            "tablets.closes",
            Permission.MEALS_VIEW,
        ),
        Alert(
            text("records wait for a person"), till.waiting(scope), "tablets.worklist", Permission.MEALS_MEND
        ),
        Alert(
            text("doors did not open, and the case is not closed"),
            delivery.count_open_cases(scope),
            "delivery.cases",
            Permission.DELIVERY_VIEW,
        ),
        Alert(
            text("statements of earlier months are not paid yet"),
            dashboard.late_statements(scope, before),
            "settlement.months",
            Permission.STATEMENTS_VIEW,
        ),
        Alert(
            text("forecasts are older than today"),
            int(made_on is not None and made_on < today),
            "oversight.covers",
            Permission.MEALS_VIEW,
        ),
    ]
    return [alert for alert in found if alert.count]


def _silent(scope: Scope, at: datetime) -> int:
    """Count the tablets in use at open sites that were not heard of for more than a day."""
    today = day_of(at)
    return sum(
        tablet.facts.state is State.ENROLLED
        and tablet.site.facts.is_open_on(today)
        and (tablet.facts.last_seen_at is None or at - tablet.facts.last_seen_at > _SILENT_AFTER)
        for tablet in till.tablets_in(scope)
    )
