"""Home of what wants a look today, counted across the packages below; it only asks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.canteens.queries.opening import closed_on
from app.care.queries import missed as care
from app.care.queries.away import count_long_away
from app.clock import on as day_of
from app.complaints import queries as complaints
from app.delivery.queries import cases as delivery
from app.month import month_of
from app.oversight.queries import cases, covers, dashboard, papers
from app.roles import Actor, Permission, Scope
from app.subsidy import queries as subsidy
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


def alerts(*, by: Actor, at: datetime) -> list[Alert]:
    """Give what wants a look among what somebody sees, only what there is; people come before papers."""
    found = [*_of_people(day_of(at), by=by), *_of_sites(by.scope, at=at), *_of_offices(by.scope, day_of(at))]
    return [alert for alert in found if alert.count]


def _of_people(today: date, *, by: Actor) -> list[Alert]:
    """Count who waits: at a door, for a call, for an answer."""
    open_now, late = complaints.count_open(by), complaints.count_late(by, today)
    return [
        Alert(
            text("doors did not open, and the case is not closed"),
            delivery.count_open_cases(by.scope),
            "delivery.cases",
            Permission.DELIVERY_VIEW,
        ),
        Alert(
            text("people missed a meal, and nobody has closed the call"),
            care.count_open_missed(by.scope),
            "care.tasks",
            Permission.CARE_VIEW,
        ),
        Alert(
            text("people are away for more than a month, and no return is near"),
            count_long_away(by.scope, today),
            "care.away",
            Permission.CARE_VIEW,
        ),
        Alert(text("complaints are answered too late"), late, "complaints.desk", Permission.COMPLAINTS_VIEW),
        Alert(
            text("other complaints are open"),
            open_now - late,
            "complaints.desk",
            Permission.COMPLAINTS_VIEW,
        ),
    ]


def _of_sites(scope: Scope, *, at: datetime) -> list[Alert]:
    """Count what is amiss at sites: tablets, closes, records, papers."""
    today = day_of(at)
    yesterday = today - timedelta(days=1)
    return [
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
            text("licences and certificates have ended or end within a month"),
            papers.count_ending(scope, today),
            "oversight.papers",
            Permission.OVERSIGHT_VIEW,
        ),
    ]


def _of_offices(scope: Scope, today: date) -> list[Alert]:
    """Count what offices are behind with: findings, statements, forecasts."""
    before = str(month_of(today.replace(day=1) - timedelta(days=1)))
    made_on = covers.newest_made_on(scope)
    return [
        Alert(
            text("findings of checks wait for somebody"),
            cases.waiting(scope),
            "oversight.cases",
            Permission.CHECKS_VIEW,
        ),
        Alert(
            text("statements of earlier months are not paid yet"),
            dashboard.late_statements(scope, before),
            "settlement.months",
            Permission.STATEMENTS_VIEW,
        ),
        Alert(
            text("policies were not confirmed for a year"),
            len(subsidy.due_for_confirmation(scope, today)),
            "subsidy.policies",
            Permission.POLICY_VIEW,
        ),
        Alert(
            text("forecasts are older than today"),
            int(made_on is not None and made_on < today),
            "oversight.covers",
            Permission.MEALS_VIEW,
        ),
    ]


def _silent(scope: Scope, at: datetime) -> int:
    """Count the tablets in use at open sites that were not heard of for more than a day."""
    today = day_of(at)
    closed = closed_on(today)
    return sum(
        tablet.facts.state is State.ENROLLED
        and tablet.site_code not in closed
        and tablet.site.facts.is_open_on(today)
        and (tablet.facts.last_seen_at is None or at - tablet.facts.last_seen_at > _SILENT_AFTER)
        for tablet in till.tablets_in(scope)
    )
