"""Statements in a crash and in a race: killed after each write, and frozen while a meal comes in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import count, product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select

from app.audit import service as audit
from app.canteens.rules import Sitting
from app.errors import DomainError
from app.extensions import db
from app.meals import service as meals
from app.meals.rules import LedgerEntry
from app.month import Month
from app.roles import COMMAND, Actor, Permission, Scope
from app.settlement import queries, service
from app.settlement.models import Statement, StatementContent, StatementStep
from app.settlement.rules.steps import Act, StatementStatus
from app.transaction import transaction
from tests.factories.settlement import AFTERWARDS, NUMBER, OCTOBER, a_meal, a_month, draft_october
from tests.support.databases import only_on
from tests.support.killed import ENDED, KILLED, killer

_HERE = "tests.service.settlement.test_crashes"
_LATER = AFTERWARDS + timedelta(days=20)


def hand_in() -> None:
    """Hand in October's statement of C01."""
    _step(Act.SUBMIT, 1)


def declare_void() -> None:
    """Declare October's approved statement of C01 void."""
    _step(Act.VOID, 4)


def draft_again() -> None:
    """Draft October once more."""
    draft_october()


def _step(act: Act, by: int, reason: str = "金额有误") -> None:
    with transaction():
        person = Actor(f"U-{by}", frozenset(Permission), Scope())
        service.take_step(NUMBER, act, reason=reason if act.needs_reason else "", by=person, at=AFTERWARDS)


def _statements() -> list[tuple[str, str, int, int]]:
    """Give number, status, steps and kept contents of every statement of C01."""
    db.session.rollback()
    steps = select(func.count()).where(StatementStep.statement_id == Statement.id).scalar_subquery()
    contents = select(func.count()).where(StatementContent.statement_id == Statement.id).scalar_subquery()
    rows = db.session.execute(
        select(Statement.statement_no, Statement.status, steps, contents)
        .where(Statement.site_code == "C01")
        .order_by(Statement.statement_no)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("hand_in", [(NUMBER, "draft", 0, 0)], [(NUMBER, "submitted", 1, 1)]),
        ("declare_void", [(NUMBER, "approved", 3, 1)], [(NUMBER, "voided", 4, 1)]),
        (
            "draft_again",
            [(NUMBER, "voided", 4, 1)],
            [(NUMBER, "voided", 4, 1), ("202610-C01-02", "draft", 0, 0)],
        ),
    ],
)
def test_an_act_that_is_killed_after_any_of_its_writes_leaves_nothing_half_done(
    database: str,
    tmp_path: Path,
    act: str,
    before: list[tuple[str, str, int, int]],
    after: list[tuple[str, str, int, int]],
) -> None:
    _come_to(before[0][1])
    assert _statements() == before
    with killer(f"{_HERE}:{act}", tmp_path, database) as killed:
        for writes in count(1):
            became = killed.after(writes)
            if became == ENDED:
                break
            assert became == KILLED
            assert _statements() == before
    # Between the first write and the last stand the lines, the number, the step and the trail.
    assert writes > 3
    assert _statements() == after
    assert service.verify_month(OCTOBER).differences == ()
    assert audit.verify()[1] is None


def _come_to(status: str) -> None:
    if status == "draft":
        return
    way = {"submitted": Act.SUBMIT, "reviewed": Act.REVIEW, "approved": Act.APPROVE}
    for by, (stage, act) in enumerate(way.items(), start=1):
        _step(act, by)
        if status == stage:
            return
    declare_void()


@pytest.mark.parametrize(
    "moment",
    ["FROM statement_waiver", "FROM ledger", "INSERT INTO statement_content", "INSERT INTO statement_step"],
)
def test_a_meal_that_comes_while_a_statement_freezes_is_settled_once(app: Flask, moment: str) -> None:
    """Whichever is first: the meal is on a line, or the next statement adjusts it, and nothing is both."""
    meal = a_meal(20, resident_no="R-000002", served_on=date(2026, 10, 20))
    with _paused(moment) as (reached, go_on):
        freezing = threading.Thread(target=_in_context, args=(app, hand_in))
        freezing.start()
        assert reached.wait(20)
        arriving = threading.Thread(target=_in_context, args=(app, lambda: _arrives(meal)))
        arriving.start()
        # Where writers wait for each other it comes after the freeze, else in its midst.
        arriving.join(0.5)
        go_on.set()
        for thread in (freezing, arriving):
            thread.join(20)
            assert not thread.is_alive()
    with transaction():
        service.draft_statements(Month(2026, 11), site_code="C01", by=COMMAND, at=_LATER)
    frozen, following = queries.statement(NUMBER, Scope()), queries.statement("202611-C01-01", Scope())
    assert frozen is not None
    assert following is not None
    assert frozen.stage is StatementStatus.SUBMITTED
    on_a_line = [line for line in queries.frozen_lines(frozen.id) if line.meal_id == str(meal.id)]
    adjusted = [each.facts for each in following.adjustments if each.meal_id == meal.id]
    assert [bool(on_a_line), bool(adjusted)].count(True) == 1
    given = sum(share.amount_fen for line in on_a_line for share in line.layers)
    assert given + sum(each.amount_fen for each in adjusted if each.payer != "charity") == 5_00
    assert service.verify_month(OCTOBER).differences == ()


@only_on("postgresql")
def test_meals_that_come_between_any_two_statements_of_a_freeze_are_each_settled_once(app: Flask) -> None:
    """The lines are read once: what they are summed up to is what is kept, whatever commits meanwhile."""
    days = [OCTOBER.first_on + timedelta(days=number) for number in range(9, 31)]
    coming = [
        a_meal(100 + number, resident_no="R-000002", served_on=day, sitting=sitting)
        for number, (day, sitting) in enumerate(product(days, (Sitting.LUNCH, Sitting.DINNER)))
    ]
    come: list[LedgerEntry] = []
    here, waiting = threading.get_ident(), list[threading.Thread]()

    def let_one_come(*_: object) -> None:
        # From where the freeze holds what a meal waits for, one waits; each before it was in at once.
        if threading.get_ident() == here and not waiting and len(come) < len(coming):
            come.append(coming[len(come)])
            arriving = threading.Thread(target=_in_context, args=(app, partial(_arrives, come[-1])))
            arriving.start()
            arriving.join(1)
            if arriving.is_alive():
                waiting.append(arriving)

    event.listen(Engine, "before_cursor_execute", let_one_come)
    try:
        hand_in()
    finally:
        event.remove(Engine, "before_cursor_execute", let_one_come)
    for arriving in waiting:
        arriving.join(20)
        assert not arriving.is_alive()
    with transaction():
        service.draft_statements(Month(2026, 11), site_code="C01", by=COMMAND, at=_LATER)
    frozen, following = queries.statement(NUMBER, Scope()), queries.statement("202611-C01-01", Scope())
    assert frozen is not None
    assert following is not None
    lines = [line.meal_id for line in queries.frozen_lines(frozen.id)]
    adjusted = {str(each.meal_id) for each in following.adjustments}
    on_a_line = [str(meal.id) in lines for meal in come]
    # Some came before the lines were read and some after, and none is on both.
    assert {True, False} == set(on_a_line)
    assert on_a_line == [str(meal.id) not in adjusted for meal in come]
    assert frozen.lines == len(lines)
    assert service.verify_month(OCTOBER).differences == ()


@pytest.mark.parametrize(
    ("until", "first", "second", "told"),
    [
        (
            "submitted",
            Act.REVIEW,
            Act.REVIEW,
            "“Confirm the review” is not the next step: the statement is reviewed.",
        ),
        ("reviewed", Act.APPROVE, Act.APPROVE, "“Approve” is not the next step: the statement is approved."),
        ("approved", Act.PAY, Act.RETURN, "“Return” is not the next step: the statement is paid."),
    ],
)
def test_who_comes_second_waits_and_is_told_where_the_statement_stands_by_then(
    app: Flask, until: str, first: Act, second: Act, told: str
) -> None:
    """The site is held from before the statement is read: no constraint has to catch who comes second."""
    _come_to(until)
    refused: list[str] = []

    def act(act: Act, by: int) -> None:
        try:
            _step(act, by)
        except DomainError as error:
            refused.append(f"{by}: {error}")

    with _paused("INSERT INTO statement_step") as (reached, go_on):
        threads = [
            threading.Thread(target=_in_context, args=(app, partial(act, *step)))
            for step in ((first, 7), (second, 8))
        ]
        threads[0].start()
        assert reached.wait(20)
        threads[1].start()
        # Held back, it is still there; not held back, it has taken its step by now.
        threads[1].join(0.5)
        go_on.set()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
    assert refused == [f"8: {told}"]


def _arrives(meal: object) -> None:
    with transaction():
        meals.take([meal], by=COMMAND, at=AFTERWARDS)  # type: ignore[list-item]  # an entry


def _in_context(app: Flask, act: Callable[[], None]) -> None:
    with app.app_context():
        act()


@contextmanager
def _paused(moment: str) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Hold the first thread that says a statement with these words, before it is said."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if moment in statement and not reached.is_set():
            reached.set()
            go_on.wait(20)

    event.listen(Engine, "before_cursor_execute", hold)
    try:
        yield reached, go_on
    finally:
        go_on.set()
        event.remove(Engine, "before_cursor_execute", hold)
