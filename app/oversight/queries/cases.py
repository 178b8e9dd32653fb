"""Home of the queries on runs and cases of the checks; always ordered, and within a viewer's scope."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.auth.models import User
from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import LedgerRecord, Meal
from app.month import Month
from app.oversight.models.checks import CheckCase, CheckCaseEvidence, CheckRun, CheckSetting
from app.oversight.rules.cases import CaseOutcome, CaseStatus
from app.oversight.rules.checks.vocabulary import Severity
from app.roles import Permission, Scope

_RANK = case({Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}, value=CheckCase.severity)


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    """Keep a query of cases inside the scope; a site sees only what it was asked about."""
    held = [CheckCase.area_code.startswith(scope.area, autoescape=True)]
    if scope.site_code is not None:
        held += [CheckCase.site_code == scope.site_code, CheckCase.asked_at.is_not(None)]
    return held


@dataclass(frozen=True, slots=True)
class NamedMeal:
    """A meal of the evidence as a clerk reads it: when, which sitting, who."""

    served_at: datetime
    sitting: Sitting
    resident_no: str


def named_meals(ids: Collection[UUID]) -> dict[str, NamedMeal]:
    """Give the meals of some evidence, by their identifiers as evidence writes them."""
    rows = db.session.execute(
        select(Meal.id, Meal.served_at, Meal.sitting, Meal.resident_no)
        .where(Meal.id.in_(ids))
        .order_by(Meal.served_at, Meal.id)
    )
    return {str(row.id): NamedMeal(row.served_at, row.sitting, row.resident_no) for row in rows}


def cases(
    scope: Scope,
    *,
    month: str = "",
    check_name: str = "",
    site_code: str = "",
    is_open: bool | None = None,
    assigned_to: str = "",
) -> Select[CheckCase]:
    """Select the cases within the scope: what waits before what is closed, then by severity and site."""
    is_closed = CheckCase.status == CaseStatus.CLOSED
    found = (
        select(CheckCase)
        .where(*_within(scope))
        .options(joinedload(CheckCase.site), selectinload(CheckCase.evidence))
        .order_by(case((is_closed, 1), else_=0), _RANK, CheckCase.site_code, CheckCase.id)
    )
    if month:
        found = found.where(CheckCase.month == month)
    if check_name:
        found = found.where(CheckCase.check_name == check_name)
    if site_code:
        found = found.where(CheckCase.site_code == site_code)
    if assigned_to:
        found = found.where(CheckCase.assigned_to == assigned_to)
    if is_open is not None:
        found = found.where(is_closed if not is_open else ~is_closed)
    return found


def case_numbered(case_id: int, scope: Scope) -> CheckCase | None:
    """Give one case within the scope, with its evidence and steps."""
    return db.session.execute(
        select(CheckCase)
        .where(CheckCase.id == case_id, *_within(scope))
        .options(joinedload(CheckCase.site), selectinload(CheckCase.steps))
    ).scalar_one_or_none()


def case_for_update(case_id: int, scope: Scope) -> CheckCase | None:
    """Give one case within the scope, held until the act commits."""
    return db.session.execute(
        select(CheckCase)
        .where(CheckCase.id == case_id, *_within(scope))
        .options(selectinload(CheckCase.steps))
        .with_for_update(of=CheckCase)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def waiting(scope: Scope) -> int:
    """Count the cases within the scope that are not closed."""
    found = select(func.count(CheckCase.id)).where(*_within(scope), CheckCase.status != CaseStatus.CLOSED)
    return int(db.session.execute(found).scalar_one())


def asked(scope: Scope) -> int:
    """Count the cases within the scope that a site has still to answer."""
    found = select(func.count(CheckCase.id)).where(*_within(scope), CheckCase.status == CaseStatus.ASKED)
    return int(db.session.execute(found).scalar_one())


def known_cases(month: str) -> dict[tuple[str, str], CheckCase]:
    """Give the cases of a month by check and subject."""
    rows = db.session.execute(select(CheckCase).where(CheckCase.month == month).order_by(CheckCase.id))
    return {(each.check_name, each.subject): each for each in rows.scalars()}


def known_digests(month: str) -> set[tuple[int, str]]:
    """Give what was found in a month already: case and digest."""
    rows = db.session.execute(
        select(CheckCaseEvidence.case_id, CheckCaseEvidence.digest)
        .join(CheckCase, CheckCase.id == CheckCaseEvidence.case_id)
        .where(CheckCase.month == month)
    )
    return {(row[0], row[1]) for row in rows}


def runs(scope: Scope, *, month: str = "") -> Select[CheckRun]:
    """Select the runs over the scope's area or one around it, the newest first."""
    around = [scope.area[:length] for length in range(len(scope.area) + 1)]
    found = select(CheckRun).where(CheckRun.area.in_(around)).order_by(CheckRun.id.desc())
    return found.where(CheckRun.month == month) if month else found


def run_numbered(run_id: int, scope: Scope) -> CheckRun | None:
    """Give one run that the scope may see."""
    return db.session.execute(runs(scope).where(CheckRun.id == run_id)).scalar_one_or_none()


def newest_run(month: str, scope: Scope) -> CheckRun | None:
    """Give the last run over a month."""
    return db.session.execute(runs(scope, month=month).limit(1)).scalar_one_or_none()


def settings_on(day: date) -> dict[tuple[str, str], CheckSetting]:
    """Give what checks measure by on a day, by check and parameter: the newest day, then the last said."""
    rows = db.session.execute(
        select(CheckSetting)
        .where(CheckSetting.effective_from <= day)
        .order_by(CheckSetting.effective_from, CheckSetting.id)
    ).scalars()
    return {(each.check_name, each.parameter): each for each in rows}


def settings_of(check_name: str) -> list[CheckSetting]:
    """Give everything that was ever set for a check, the last first."""
    return list(
        db.session.execute(
            select(CheckSetting).where(CheckSetting.check_name == check_name).order_by(CheckSetting.id.desc())
        ).scalars()
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the cases of one check in one month."""

    check_name: str
    month: str
    found: int
    closed: int
    explained: int
    fraud: int

    @property
    def false_alarms(self) -> int | None:
        """Give the percentage of closed cases in which nothing was wrong; None while none is closed."""
        return round(100 * self.explained / self.closed) if self.closed else None


def tallies(scope: Scope) -> list[Tally]:
    """Give what became of the cases within the scope, by check and month, the newest month first."""
    is_closed = CheckCase.status == CaseStatus.CLOSED
    rows = db.session.execute(
        select(
            CheckCase.check_name,
            CheckCase.month,
            func.count(),
            func.count().filter(is_closed),
            func.count().filter(CheckCase.outcome == CaseOutcome.EXPLAINED),
            func.count().filter(CheckCase.outcome == CaseOutcome.FRAUD),
        )
        .where(*_within(scope))
        .group_by(CheckCase.check_name, CheckCase.month)
        .order_by(CheckCase.month.desc(), CheckCase.check_name)
    )
    return [Tally(row[0], row[1], *(int(each) for each in row[2:])) for row in rows]


@dataclass(frozen=True, slots=True)
class SiteTally:
    """How many cases of a month a site has that are not closed, by severity."""

    site_code: str
    high: int
    medium: int
    low: int


def by_site(scope: Scope, month: str) -> list[SiteTally]:
    """Give the sites with open cases of a month, those with the most urgent first."""
    counts = [func.count().filter(CheckCase.severity == each) for each in (Severity.HIGH, Severity.MEDIUM)]
    low = func.count().filter(CheckCase.severity == Severity.LOW)
    rows = db.session.execute(
        select(CheckCase.site_code, *counts, low)
        .where(
            *_within(scope),
            CheckCase.month == month,
            CheckCase.status != CaseStatus.CLOSED,
            CheckCase.site_code.is_not(None),
        )
        .group_by(CheckCase.site_code)
        .order_by(counts[0].desc(), counts[1].desc(), low.desc(), CheckCase.site_code)
    )
    return [SiteTally(row[0] or "", int(row[1]), int(row[2]), int(row[3])) for row in rows]


def deciders(area_code: str) -> list[User]:
    """Give who may look into cases of an area, by name."""
    rows = db.session.execute(select(User).where(User.is_active).order_by(User.name, User.user_no)).scalars()
    return [
        user
        for user in rows
        if user.actor.may(Permission.CHECKS_DECIDE)
        and user.site_code is None
        and area_code.startswith(user.area)
    ]


def recorders_of(meal_ids: Collection[UUID]) -> set[str]:
    """Give who recorded these meals."""
    rows = db.session.execute(
        select(LedgerRecord.recorded_by).where(LedgerRecord.id.in_(meal_ids)).distinct()
    )
    return set(rows.scalars())


def months_with_meals() -> list[str]:
    """Give the months in which meals were recorded, the newest first; at most the last two years."""
    first, last = db.session.execute(
        select(func.min(LedgerRecord.served_on), func.max(LedgerRecord.served_on))
    ).one()
    if first is None or last is None:
        return []
    found: list[str] = []
    month = Month(last.year, last.month)
    while month >= Month(first.year, first.month) and len(found) < _MOST_MONTHS:
        found.append(str(month))
        month = month.previous
    return found


_MOST_MONTHS = 24
