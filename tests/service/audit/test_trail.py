from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.audit import service as audit
from app.extensions import db
from app.roles import COMMAND
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
@pytest.mark.as_owner
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


def test_a_trail_without_its_head_is_broken(app: Flask) -> None:
    act(1)
    with transaction():
        db.session.execute(sql("DELETE FROM audit_head"))
    broken = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert broken.output == "Error: The trail's head is missing.\n"


@pytest.mark.as_owner
def test_an_instant_that_was_altered_is_a_break_even_if_it_is_none(app: Flask) -> None:
    act(1)
    on_sqlite = db.engine.dialect.name == "sqlite"
    unguarded = (
        "DROP TRIGGER audit_entry_append_only_update"
        if on_sqlite
        else "ALTER TABLE audit_entry DISABLE TRIGGER USER"
    )
    with transaction():
        db.session.execute(sql(unguarded))
        db.session.execute(
            sql("UPDATE audit_entry SET at = :at"), {"at": "yesterday" if on_sqlite else "2020-01-01"}
        )
    broken = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "was altered" in broken.output
