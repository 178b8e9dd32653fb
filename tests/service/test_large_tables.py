"""An index is made beside those who write: nobody at a till waits for it."""

from __future__ import annotations

from threading import Thread

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import create_engine, inspect, text

from app.audit import service as audit
from app.cli.large_tables import drop_index_beside, index_beside
from app.clock import now
from app.extensions import db
from app.roles import COMMAND
from app.transaction import transaction

pytestmark = pytest.mark.as_owner
NAME = "ix_audit_entry_action"


def act() -> None:
    with transaction():
        audit.record("thing.done", "thing:1", by=COMMAND, at=now())


def migrate(url: str, *, is_dropping: bool = False) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with Operations.context(context), context.begin_transaction(_per_migration=True):
            if is_dropping:
                drop_index_beside(NAME, "audit_entry")
            else:
                index_beside(NAME, "audit_entry", ["action"])
        connection.commit()
    engine.dispose()


def indexes() -> set[str | None]:
    return {index["name"] for index in inspect(db.engine).get_indexes("audit_entry")}


def test_an_index_comes_and_goes(app: Flask, database: str) -> None:
    assert app
    act()
    db.session.rollback()
    db.engine.dispose()
    migrate(database)
    assert NAME in indexes()
    db.engine.dispose()
    migrate(database, is_dropping=True)
    assert NAME not in indexes()


def test_whoever_writes_meanwhile_does_not_wait(app: Flask, database: str) -> None:
    if app.config["MEAL_CIRCLE"].database_url.startswith("sqlite"):
        return  # One writer at a time: an index is made while nobody is served.
    other = create_engine(database)
    with other.connect() as writing:
        # Somebody's act is open: building must wait for it to end, and nobody for the building.
        writing.execute(text("INSERT INTO ground (id, mark) SELECT 1, 'x' WHERE false"))
        writing.execute(text("LOCK TABLE audit_entry IN ROW EXCLUSIVE MODE"))
        building = Thread(target=migrate, args=(database,))
        building.start()
        building.join(1.0)
        assert building.is_alive()
        db.session.execute(text("SET statement_timeout = '5s'"))
        db.session.commit()
        act()
        writing.rollback()
        building.join(30)
    assert NAME in indexes()
    other.dispose()
