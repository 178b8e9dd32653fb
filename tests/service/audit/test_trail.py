from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.access import COMMAND
from app.audit import service as audit
from app.extensions import db
from app.transaction import transaction

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def act(number: int) -> None:
    with transaction():
        audit.record("thing.done", f"thing:{number}", by=COMMAND, at=AT, detail={"number": number})


def fail_after_an_act() -> None:
    with transaction():
        audit.record("thing.done", "thing:2", by=COMMAND, at=AT)
        _ = 1 // 0


@pytest.mark.usefixtures("app")
def test_acts_are_chained_and_verified() -> None:
    for number in range(3):
        act(number)
    assert audit.verify() == (3, None)


@pytest.mark.usefixtures("app")
def test_an_act_that_fails_leaves_no_line() -> None:
    act(1)
    with pytest.raises(ZeroDivisionError):
        fail_after_an_act()
    assert audit.verify() == (1, None)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'U-9'", "DELETE FROM audit_entry"])
@pytest.mark.usefixtures("app")
def test_the_database_refuses_to_change_the_trail(statement: str) -> None:
    act(1)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(sql(statement))
    assert audit.verify() == (1, None)


def test_the_command_exits_with_1_at_the_first_break(app: Flask) -> None:
    act(1)
    act(2)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    with transaction():
        db.session.execute(sql("UPDATE audit_head SET seq = 7"))
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "head says 7" in broken.output
