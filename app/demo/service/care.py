"""Home of the demo's care: visits of this month, lunches missed yesterday and today, calls and outcomes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.auth.queries import user_named
from app.canteens.rules import Sitting
from app.care.models import CareVisit
from app.care.queries.missed import FollowedUp, open_missed
from app.care.queries.regulars import order_on
from app.care.queries.visits import not_visited, span_of
from app.care.rules.lists import Listed
from app.care.rules.visits import Finding, VisitWay
from app.care.service.lists import look_at_list
from app.care.service.missed import close, note_step
from app.care.service.watch import watch_sitting
from app.clock import SHANGHAI, on
from app.database import insert_rows
from app.delivery.rules.cases import CaseOutcome, Step, StepResult
from app.demo import queries
from app.demo.rules.chance import stream
from app.errors import NotFound
from app.extensions import db
from app.month import month_of
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.facts import Status, StatusChange
from app.residents.rules.identity import check_digit, identity
from app.residents.service import begin_absence
from app.roles import COMMAND, Actor, Scope
from app.sheet.form import Row
from app.text import text

_SEED = 2
_STRANGER = "99000019400101001" + check_digit("99000019400101001")
"""The number of somebody whom the register does not know."""

_LONG_AWAY = timedelta(days=45)
_VISITED = 0.7
_NEEDS = 0.04
_CALLED: tuple[tuple[StepResult, CaseOutcome, str], ...] = (
    (StepResult.REACHED, CaseOutcome.WELL, "在家，今天没胃口"),
    (StepResult.REACHED, CaseOutcome.AWAY, "去女儿家住几天"),
    (StepResult.NOT_REACHED, CaseOutcome.WELL, "邻居看到在小区散步"),
    (StepResult.REACHED, CaseOutcome.TREATED, "上午去医院拿药，下午回来"),
    (StepResult.NOT_REACHED, CaseOutcome.HOSPITAL, "家属说昨晚住院"),
    (StepResult.REACHED, CaseOutcome.WELL, "下雨没出门，自己煮了面"),
)
"""What came of calling the resident, how the case ended, and in which words; one after another."""


def care_for_people(*, at: datetime) -> dict[str, int]:
    """Visit most of the six groups this month, miss yesterday's lunch and call, and look at today's."""
    worker, officer = _actor("worker"), _actor("officer")
    visits = _visit(officer, at=at)
    yesterday = datetime.combine(on(at) - timedelta(days=1), datetime.min.time(), SHANGHAI)
    missed_at = yesterday + timedelta(hours=12, minutes=20)
    watch_sitting(Sitting.LUNCH, order_on(on(missed_at)), by=COMMAND, at=missed_at)
    closed = _call(worker, officer, at=missed_at)
    _bring_list(officer, at=at)
    _forget_who_left(officer, at=at)
    today = watch_sitting(Sitting.LUNCH, order_on(on(at)), by=COMMAND, at=at)
    return {"visits": visits, "missed": closed + today.absent, "closed": closed}


def _visit(officer: Actor, *, at: datetime) -> int:
    """Write down visits of this month to most of those who are to be visited; give how many."""
    today, chances = on(at), stream(_SEED, "visits")
    span = span_of(month_of(today), today)
    rows = []
    for resident in db.session.execute(not_visited(span, Scope())).scalars():
        if chances.random() > _VISITED:
            continue
        day = date.fromordinal(chances.randint(span.first.toordinal(), today.toordinal()))
        needs = chances.random() < _NEEDS
        rows.append(
            {
                "resident_id": resident.id,
                "visited_on": day,
                "way": chances.choice((VisitWay.HOME, VisitWay.HOME, VisitWay.PHONE)),
                "finding": Finding.NEEDS_HELP if needs else Finding.WELL,
                "note": "想要一个助行器" if needs else "",
                "noted_at": at,
                "noted_by": officer.user_no,
            }
        )
    return insert_rows(db.session, CareVisit, rows)


def _call(worker: Actor, officer: Actor, *, at: datetime) -> int:
    """Call everybody who missed a lunch, within its clocks; give how many cases were closed."""
    waiting = open_missed(officer.scope)
    for place, each in enumerate(waiting):
        by = worker if worker.scope.covers(each.missed.resident.residence_area) else officer
        _close(each, place, by=by, at=at)
    return len(waiting)


def _close(found: FollowedUp, place: int, *, by: Actor, at: datetime) -> None:
    result, outcome, note = _CALLED[place % len(_CALLED)]
    missed = found.missed
    stepped_at = at + timedelta(minutes=5 + place % 12)
    note_step(missed.id, Step.RESIDENT, result, note="", turn=1, by=by, at=stepped_at)
    turn, closed_at = 2, stepped_at + timedelta(minutes=8)
    if result is StepResult.NOT_REACHED:
        note_step(
            missed.id, Step.FAMILY, StepResult.REACHED, note="家属接了电话", turn=turn, by=by, at=closed_at
        )
        closed_at += timedelta(minutes=4)
    close(missed.id, outcome, note=note, by=by, at=closed_at)
    if outcome.is_absence:
        absence = Absence(AbsenceReason(outcome.value), missed.served_on, on(at) + timedelta(days=6))
        begin_absence(missed.resident.resident_no, absence, by=by, at=closed_at)


def _bring_list(officer: Actor, *, at: datetime) -> None:
    """Bring a list of deaths to be looked at: one match with meals since, one other name, one stranger."""
    died_on = on(at) - timedelta(days=6)
    people = queries.diners_since(died_on, on(at), officer.scope)
    listed = [(each.identity_number or "", each.name) for each in people]
    listed = [
        *listed[:1],
        *((number, f"{name[0]}某某") for number, name in listed[1:]),
        (_STRANGER, "示例人"),
    ]
    rows = [
        Row(line, Listed(identity(number), name, StatusChange(Status.DECEASED, died_on)), ())
        for line, (number, name) in enumerate(listed, start=2)
    ]
    look_at_list(Status.DECEASED, "区殡仪馆（示例）", rows, by=officer, at=at)


def _forget_who_left(officer: Actor, *, at: datetime) -> None:
    """Let somebody be in hospital since long, of whom nobody has said when they come back."""
    resident = queries.never_served(on(at), officer.scope)
    if resident is not None:
        absence = Absence(AbsenceReason.HOSPITAL, on(at) - _LONG_AWAY)
        begin_absence(resident.resident_no, absence, by=officer, at=at - _LONG_AWAY)


def _actor(username: str) -> Actor:
    user = user_named(username)
    if user is None:
        raise NotFound(text("The demo has no user {username}.", username=username))
    return user.actor
