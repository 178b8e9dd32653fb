"""Home of the queries on visits: who is to be visited in a month, who was, and who waits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from app.care.models import CareVisit
from app.care.rules.visits import CareGroup, Finding, VisitFigures
from app.extensions import db
from app.month import Month
from app.residents.models import Resident, ResidentCategory
from app.residents.queries import is_active_on, is_away_on, within
from app.roles import Scope


@dataclass(frozen=True, slots=True)
class Span:
    """A month as it is asked about: its first day, and the day that tells who belongs to the groups."""

    first: date
    last: date
    as_of: date


def span_of(month: Month, today: date) -> Span:
    """Give the span of a month: a month under way is asked about as of today."""
    return Span(month.first_on, month.last_on, min(month.last_on, max(month.first_on, today)))


def figures_by_area(span: Span, scope: Scope) -> dict[str, VisitFigures]:
    """Give how each community within a scope stands, by code; who is in two groups counts once."""
    return _figures(span, scope, _is_in(CareGroup, span.as_of))


def figures_by_group(span: Span, scope: Scope) -> dict[CareGroup, VisitFigures]:
    """Give how each group stands within a scope; who is in two groups counts in both."""
    return {
        group: sum(_figures(span, scope, _is_in([group], span.as_of)).values(), VisitFigures())
        for group in CareGroup
    }


def not_visited(span: Span, scope: Scope, *, area: str = "") -> Select[Resident]:
    """Select who is to be visited in a month and was not yet, neighbours together; not who is away."""
    found = (
        select(Resident)
        .options(selectinload(Resident.categories))
        .where(
            within(scope),
            is_active_on(span.as_of),
            _is_in(CareGroup, span.as_of),
            ~_was_visited(span),
            ~is_away_on(span.as_of),
        )
    )
    if area:
        found = found.where(Resident.residence_area.startswith(area, autoescape=True))
    return found.order_by(Resident.residence_area, Resident.address, Resident.name_key, Resident.resident_no)


def visits_of(resident_id: int) -> list[CareVisit]:
    """Give a resident's visits, the newest first, those taken back too."""
    return list(
        db.session.execute(
            select(CareVisit)
            .where(CareVisit.resident_id == resident_id)
            .order_by(CareVisit.visited_on.desc(), CareVisit.id.desc())
        ).scalars()
    )


def visit(visit_id: int, scope: Scope) -> CareVisit | None:
    """Give a visit, if the resident lies within the scope."""
    return db.session.execute(
        select(CareVisit).join(CareVisit.resident).where(CareVisit.id == visit_id, within(scope))
    ).scalar_one_or_none()


def last_visits(resident_ids: list[int]) -> dict[int, date]:
    """Give when each of these was visited last and met, by row id."""
    rows = db.session.execute(
        select(CareVisit.resident_id, func.max(CareVisit.visited_on).label("last_on"))
        .where(CareVisit.resident_id.in_(resident_ids), *_counts())
        .group_by(CareVisit.resident_id)
        .order_by(CareVisit.resident_id)
    )
    return {row.resident_id: row.last_on for row in rows}


def _figures(span: Span, scope: Scope, is_due: ColumnElement[bool]) -> dict[str, VisitFigures]:
    visited = _was_visited(span).label("visited")
    away = is_away_on(span.as_of).label("away")
    people = (
        select(Resident.residence_area.label("area"), visited, away)
        .where(within(scope), is_active_on(span.as_of), is_due)
        .subquery()
    )
    rows = db.session.execute(
        select(people.c.area, people.c.visited, people.c.away, func.count())
        .group_by(people.c.area, people.c.visited, people.c.away)
        .order_by(people.c.area)
    )
    found: dict[str, VisitFigures] = defaultdict(VisitFigures)
    for area, was_visited, is_away, count in rows:
        found[area] += VisitFigures(
            due=count,
            visited=count if was_visited else 0,
            away=count if is_away and not was_visited else 0,
        )
    return dict(found)


def _is_in(groups: type[CareGroup] | list[CareGroup], day: date) -> ColumnElement[bool]:
    """Say in SQL who is in one of these groups on a day."""
    held = [_holds(group) for group in groups]
    return exists().where(
        ResidentCategory.resident_id == Resident.id,
        ResidentCategory.from_on <= day,
        or_(ResidentCategory.until_on.is_(None), ResidentCategory.until_on > day),
        or_(*held),
    )


def _holds(group: CareGroup) -> ColumnElement[bool]:
    category, grades = group.held
    is_it = ResidentCategory.category == category
    return and_(is_it, ResidentCategory.grade.in_(grades)) if grades else is_it


def _was_visited(span: Span) -> ColumnElement[bool]:
    return exists().where(
        CareVisit.resident_id == Resident.id,
        CareVisit.visited_on.between(span.first, span.last),
        *_counts(),
    )


def _counts() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Say in SQL which visits count: not taken back, and somebody was met."""
    return CareVisit.withdrawn_at.is_(None), CareVisit.finding != Finding.NOT_MET
