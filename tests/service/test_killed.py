"""Imports, sync, freezing and planning, killed after any of their writes: nothing is half done."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import DBAPIError

from app import clock
from app.areas.service import seed_areas
from app.audit import service as audit
from app.canteens.rules import Sitting
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan
from app.extensions import db
from app.meals import service as meals
from app.meals.forms.file import MEALS_FILE
from app.model import Base
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.service import import_residents
from app.roles import COMMAND, Actor, Permission
from app.settlement import service as settlement
from app.settlement.rules.steps import Act
from app.till import service as till
from app.till.models import Tablet
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.factories.meals import meal_cells
from tests.factories.residents import csv_file, many_residents
from tests.factories.settlement import AFTERWARDS, NUMBER, a_month, draft_october
from tests.factories.till import enrolled, record
from tests.support.databases import application, migrate
from tests.support.killed import ENDED, KILLED, killer
from tests.support.postgres import Mortal

_HERE = "tests.service.test_killed"
_WRITES = ("INSERT", "UPDATE", "DELETE")


def take_people() -> None:
    """Take in a file of residents."""
    with transaction():
        file = RESIDENTS_FILE.read(io.BytesIO(many_residents(5)))
        import_residents(file, by=COMMAND, at=AFTERWARDS)


def take_meals() -> None:
    """Take in a file of meals."""
    with transaction():
        rows = [meal_cells(number, served_on="2026-10-09") for number in (901, 902)]
        rows = [{**row, "served_at": "2026-10-09T03:40:00+00:00"} for row in rows]
        meals.take_file(MEALS_FILE.read(csv_file(*rows)), by=COMMAND, at=AFTERWARDS)


def sync() -> None:
    """Take in a tablet's batch."""
    with transaction():
        tablet = db.session.execute(select(Tablet.id)).scalar_one()
        till.take_batch(tablet, [record(1), record(2)], None, at=clock.now())


def freeze() -> None:
    """Hand in October's statement of C01."""
    with transaction():
        by = Actor("U-1", frozenset(Permission))
        settlement.take_step(NUMBER, Act.SUBMIT, reason="", by=by, at=AFTERWARDS)


def plan() -> None:
    """Plan a kitchen's lunch."""
    effort = Effort(seconds=1.0, work=0.05)
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C09", effort=effort, by=COMMAND, at=AFTERWARDS)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AFTERWARDS)


ACTS: tuple[Callable[[], None], ...] = (take_people, take_meals, sync, freeze, plan)


def a_district(app: Flask) -> None:
    """Make all that the acts need."""
    a_month()
    draft_october()
    with transaction():
        seed_areas(by=COMMAND, at=AFTERWARDS)
        kitchen("C09")
        rider(kitchen_code="C09")
        subscribed(neighbour("R-000090"), kitchen_code="C09")
    enrolled(app)


def everything() -> dict[str, int]:
    """Count the rows of every table."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {
        each.name: db.session.execute(select(func.count()).select_from(each)).scalar_one() for each in tables
    }


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_process_that_is_killed_leaves_nothing_half_done(
    app: Flask, database: str, tmp_path: Path, act: Callable[[], None]
) -> None:
    a_district(app)
    before = everything()
    with killer(f"{_HERE}:{act.__name__}", tmp_path, database) as killed:
        for writes in count(1):
            if killed.after(writes) == ENDED:
                break
            assert everything() == before
    assert writes > 2
    assert everything() != before
    assert audit.verify()[1] is None
    assert KILLED


def test_a_database_server_that_is_killed_leaves_nothing_half_done(mortal: Mortal, tmp_path: Path) -> None:
    migrate(tmp_path, mortal.url)
    app = application(tmp_path, mortal.url)
    with app.app_context():
        a_district(app)
        for act in ACTS:
            before = everything()
            for writes in (1, 3):
                with _dying(mortal, after=writes), pytest.raises(DBAPIError):
                    act()
                db.session.rollback()
                mortal.start()
                assert everything() == before, f"{act.__name__} after {writes}"
            act()
            assert everything() != before, act.__name__
        assert audit.verify()[1] is None
        db.session.rollback()
        db.engine.dispose()


class _dying:  # noqa: N801 - reads as what happens in the block
    """Let the server be killed once so many statements have written something."""

    def __init__(self, server: Mortal, *, after: int) -> None:
        self._server, self._left = server, after

    def __enter__(self) -> None:
        event.listen(Engine, "after_cursor_execute", self._count)

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "after_cursor_execute", self._count)

    def _count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._left -= statement.lstrip().upper().startswith(_WRITES)
        if self._left == 0:
            self._server.kill()
