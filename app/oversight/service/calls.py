"""Home of the monthly calls: draw the sample, show a number, write down what was answered."""

from __future__ import annotations

import secrets
from datetime import datetime

from app.audit import service as audit
from app.clock import on
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.month import Month, parse_month
from app.oversight.models.calls import CallAnswer, CallSample, CallTask
from app.oversight.queries import calls as queries
from app.oversight.queries.facts import eaters_of
from app.oversight.rules.calls import LONGEST_NOTE, MOST_PER_SITE, PER_SITE, CallOutcome, drawn
from app.residents import queries as residents
from app.roles import Actor, Permission, Scope
from app.text import text

_EVERYWHERE = Scope()
_SEEDS = 2**31
_LOCK = "oversight.calls"


def draw_sample(
    month: Month, *, per_site: int = PER_SITE, seed: int | None = None, by: Actor, at: datetime
) -> CallSample:
    """Draw who is called about a month, so many at each site within the actor's scope; once and for all.

    The machine draws the seed, unless one is given to draw the same again: who is called is nobody's choice.

    Raises: NotAllowed; Conflict when it was drawn, or the month is not over; DomainError for a wrong number.
    """
    _ensure_may(by)
    if not 1 <= per_site <= MOST_PER_SITE:
        raise DomainError(text("Between {least} and {most}.", least=1, most=MOST_PER_SITE), field="per_site")
    if month.last_on >= on(at):
        raise Conflict(text("The month is not over yet. Draw when all its meals are there."))
    lock_names(db.session, _LOCK, [str(month)])
    if queries.sample_of(str(month), by.scope.area) is not None:
        raise Conflict(text("The sample of this month is drawn already, and is drawn only once."))
    eaten = eaters_of(month, by.scope)
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    sample = CallSample(
        month=str(month),
        area=by.scope.area,
        seed=seed,
        per_site=per_site,
        drawn_by=by.user_no,
        drawn_at=at,
    )
    db.session.add(sample)
    db.session.flush()
    chosen = drawn({site: list(people) for site, people in eaten.items()}, seed=seed, per_site=per_site)
    db.session.add_all(
        CallTask(sample_id=sample.id, site_code=site, resident_no=number, meals=eaten[site][number])
        for site, numbers in chosen.items()
        for number in sorted(numbers)
    )
    db.session.flush()
    detail = {"seed": seed, "people": sum(len(numbers) for numbers in chosen.values())}
    audit.record("call_sample.drawn", f"call_sample:{month}", by=by, at=at, detail=detail)
    return sample


def reveal_called_phone(task_id: int, *, by: Actor, at: datetime) -> str:
    """Give the telephone number of somebody who is to be called; the trail keeps who looked.

    Raises: NotFound outside the scope, or without a number; NotAllowed.
    """
    _ensure_may(by)
    task = _task(task_id, by)
    resident = residents.resident_of(task.resident_no, _EVERYWHERE)
    if resident is None or resident.phone is None:
        raise NotFound(text("No telephone number is kept."))
    detail = {"call": task.id}
    audit.record("call.phone_revealed", f"resident:{task.resident_no}", by=by, at=at, detail=detail)
    return resident.phone


def note_printed(month: str, *, by: Actor, at: datetime) -> None:
    """Write down that somebody printed the list of whom to call.

    Raises: NotAllowed.
    """
    _ensure_may(by)
    audit.record("call_sample.printed", f"call_sample:{month}", by=by, at=at)


def write_answer(
    task_id: int, outcome: CallOutcome, note: str, *, turn: int, by: Actor, at: datetime
) -> CallAnswer:
    """Write down what a call brought; a later one is added, and the last one counts.

    Raises: NotFound outside the scope; NotAllowed; DomainError for a note too long.
    """
    _ensure_may(by)
    task = _task(task_id, by)
    if len(note.strip()) > LONGEST_NOTE:
        raise DomainError(text("At most {count} characters.", count=LONGEST_NOTE), field="note")
    made = CallAnswer(
        task_id=task.id, turn=turn, outcome=outcome, note=note.strip(), called_by=by.user_no, called_at=at
    )
    db.session.add(made)
    db.session.flush()
    detail = {"call": task.id, "outcome": outcome.value, "turn": turn}
    audit.record("call.answered", f"resident:{task.resident_no}", by=by, at=at, detail=detail)
    return made


def is_as_drawn(sample: CallSample) -> bool:
    """Draw a sample again with its own seed and the facts of now; tell whether the same people come out.

    Meals that arrived after it was drawn may change who could be drawn: then they are not the same.
    """
    scope = Scope(sample.area)
    eaten = eaters_of(parse_month(sample.month), scope)
    again = drawn(
        {site: list(people) for site, people in eaten.items()}, seed=sample.seed, per_site=sample.per_site
    )
    held = {(task.site_code, task.resident_no) for task in queries.tasks_of(sample.id, scope)}
    return held == {(site, number) for site, numbers in again.items() for number in numbers}


def _task(task_id: int, by: Actor) -> CallTask:
    task = queries.task_numbered(task_id, by.scope)
    if task is None:
        raise NotFound(text("There is no such call."))
    return task


def _ensure_may(by: Actor) -> None:
    if not by.may(Permission.CALLS_MAKE):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
