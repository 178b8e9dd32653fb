"""Home of a month's figures of care, from missed meals and from doors that nobody opened, and their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

from app.areas import queries as areas
from app.care.queries.missed import missed_between
from app.care.queries.regulars import order_on as watch_order_on
from app.care.queries.visits import Span, figures_by_area, not_visited
from app.care.rules.figures import Figures, FollowUp, counted
from app.care.rules.visits import VisitFigures, groups_of
from app.care.rules.watching import Ended, WatchOrder, begins_at, was_in_time
from app.delivery.queries.cases import cases_between
from app.delivery.queries.cases import order_on as case_order_on
from app.delivery.rules.cases import CaseOrder, CaseOutcome, Taken
from app.extensions import db
from app.month import Month
from app.residents.rules.facts import age_on
from app.roles import Scope
from app.settlement.service.csv_files import harmless, write_rows
from app.text import Text, text
from app.workbook import Cell, Column, Kind, Sheet, write_workbook

Say = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class MonthOfCare:
    """A month's figures: of missed meals and of doors, in all and by community."""

    month: Month
    meals: Figures
    meals_by_area: dict[str, Figures]
    doors: Figures
    doors_by_area: dict[str, Figures]


def month_of_care(month: Month, scope: Scope) -> MonthOfCare:
    """Count the cases of a month within a scope."""
    meals, meals_by_area = counted(_meals(month, scope))
    doors, doors_by_area = counted(_doors(month, scope))
    return MonthOfCare(month, meals, meals_by_area, doors, doors_by_area)


def _meals(month: Month, scope: Scope) -> Iterator[FollowUp]:
    orders: dict[date, WatchOrder] = {}
    for each in missed_between(month.first_on, month.last_on, scope):
        missed, closing = each.missed, each.missed.closing
        area = missed.resident.residence_area
        if closing is None:
            yield FollowUp(area, each.ended)
            continue
        order = orders.setdefault(missed.served_on, watch_order_on(missed.served_on))
        begun_at = begins_at(missed.opened_at, missed.known_at, order)
        in_time = was_in_time(begun_at, missed.taken, closing.closed_at, order.case_order)
        yield FollowUp(area, Ended.CLOSED, closing.outcome, in_time)


def _doors(month: Month, scope: Scope) -> Iterator[FollowUp]:
    orders: dict[date, CaseOrder] = {}
    for door in cases_between(month.first_on, month.last_on, scope):
        case, closing = door.case, door.case.closing
        area = case.subscription.resident.residence_area
        if closing is None:
            yield FollowUp(area, None if door.is_open else Ended.CAME)
            continue
        order = orders.setdefault(case.served_on, case_order_on(case.served_on))
        taken = [Taken(step.step, step.result, step.taken_at) for step in case.steps]
        in_time = was_in_time(case.opened_at, taken, closing.closed_at, order)
        yield FollowUp(area, Ended.CLOSED, closing.outcome, in_time)


_FIGURES = (
    text("Cases"),
    text("Closed by a person"),
    text("of them in time"),
    text("Ended by themselves"),
    text("Still waiting"),
)


def write_month_book(found: MonthOfCare, target: IO[bytes], say: Say) -> None:
    """Write a month's figures into a workbook: missed meals, doors, each by community."""
    kinds = (
        (text("Missed meals"), found.meals, found.meals_by_area),
        (text("Doors not opened"), found.doors, found.doors_by_area),
    )
    write_workbook(target, (_sheet(found.month, *kind, say=say) for kind in kinds))


def _sheet(month: Month, label: Text, total: Figures, by_area: dict[str, Figures], *, say: Say) -> Sheet:
    heads = [*_FIGURES, *(outcome.label for outcome in CaseOutcome)]
    columns = [Column(say(text("Community")), width=26)]
    columns += [Column(say(head), Kind.COUNT, 12, summed=True) for head in heads]
    names = areas.labels(by_area)
    rows: list[list[Cell]] = [[names[area], *_row(figures)] for area, figures in by_area.items()]
    return Sheet(
        say(label),
        f"{say(label)} {month}",
        columns,
        rows,
        sums=[None, *_row(total)],
        sums_label=say(text("Total")),
    )


def write_month_csv(found: MonthOfCare, target: IO[bytes], say: Say) -> None:
    """Write a month's figures as CSV: one row for each community and kind of case."""
    heads = [text("Kind"), text("Community"), *_FIGURES, *(outcome.label for outcome in CaseOutcome)]
    kinds = (
        (text("Missed meals"), found.meals_by_area),
        (text("Doors not opened"), found.doors_by_area),
    )
    names = areas.labels([*found.meals_by_area, *found.doors_by_area])
    rows: list[list[str | int]] = [
        [say(label), names[area], *_row(figures)]
        for label, by_area in kinds
        for area, figures in by_area.items()
    ]
    write_rows(target, [say(head) for head in heads], rows)


def _row(figures: Figures) -> list[int]:
    told = (figures.cases, figures.closed, figures.in_time, figures.by_itself, figures.waiting)
    return [*told, *(figures.outcomes[outcome] for outcome in CaseOutcome)]


def write_visits_book(month: Month, span: Span, scope: Scope, target: IO[bytes], *, say: Say) -> None:
    """Write a month's visits into a workbook: how each community stands, and who waits."""
    write_workbook(target, _visit_sheets(month, span, scope, say))


def _visit_sheets(month: Month, span: Span, scope: Scope, say: Say) -> Iterator[Sheet]:
    by_area = figures_by_area(span, scope)
    names = areas.labels(by_area)
    columns = [
        Column(say(text("Community")), width=26),
        Column(say(text("To be visited")), Kind.COUNT, 12, summed=True),
        Column(say(text("Visited")), Kind.COUNT, 12, summed=True),
        Column(say(text("Away or in hospital")), Kind.COUNT, 12, summed=True),
        Column(say(text("Not visited yet")), Kind.COUNT, 12, summed=True),
    ]
    rows: list[list[Cell]] = [[names[area], *_visit_row(figures)] for area, figures in by_area.items()]
    total = sum(by_area.values(), VisitFigures())
    title = f"{say(text('Monthly visits'))} {month}"
    yield Sheet(
        say(text("By community")),
        title,
        columns,
        rows,
        sums=[None, *_visit_row(total)],
        sums_label=say(text("Total")),
    )
    people = [
        Column(say(text("Community")), width=26),
        Column(say(text("Name")), width=12),
        Column(say(text("Age")), Kind.COUNT, 8),
        Column(say(text("Address")), width=40),
        Column(say(text("Groups")), width=26),
    ]
    yield Sheet(say(text("Not visited yet")), title, people, _waiting_rows(span, scope, say))


def _visit_row(figures: VisitFigures) -> list[int]:
    return [figures.due, figures.visited, figures.away, figures.waiting]


def _waiting_rows(span: Span, scope: Scope, say: Say) -> Iterator[list[str | int]]:
    people = db.session.execute(not_visited(span, scope)).scalars().all()
    names = areas.labels(each.residence_area for each in people)
    for each in people:
        held = [category.period for category in each.categories if category.period.holds_on(span.as_of)]
        groups = " ".join(say(group.label) for group in groups_of(held))
        age = age_on(each.birth_on, span.as_of)
        yield [names[each.residence_area], each.name, age, each.address, groups]


def write_visits_csv(span: Span, scope: Scope, target: IO[bytes], *, say: Say) -> None:
    """Write who was not visited yet as CSV."""
    heads = (text("Community"), text("Name"), text("Age"), text("Address"), text("Groups"))
    rows = (
        [harmless(cell) if isinstance(cell, str) else cell for cell in row]
        for row in _waiting_rows(span, scope, say)
    )
    write_rows(target, [say(head) for head in heads], rows)
