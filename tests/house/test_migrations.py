"""The migrations: up, down and up again with rows in the tables, and their head equal to the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import (
    CheckConstraint,
    Executable,
    Inspector,
    MetaData,
    TextClause,
    delete,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from app.cli.migrations import alembic_settings
from app.demo.service.make import DemoSize, make_demo
from app.extensions import db
from app.model import Base
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.rows import a_row_everywhere

pytestmark = pytest.mark.as_owner
APPEND_ONLY = (
    "stop_report",
    "delivery_policy",
    "delivered_meal",
    "aside_settlement",
    "case_ordering",
    "no_answer_case",
    "loading_temperature",
    "food_sample",
    "cooked_batch",
    "kitchen_delay",
    "waiting_run",
    "rider_waiver",
    "waiver_end",
    "hours_adjustment",
    "hours_verdict",
    "rider_certificate",
    "case_step",
    "case_closing",
    "watch_ordering",
    "ledger",
    "audit_entry",
    "meal_conflict",
    "policy",
    "portion_count",
    "difference_explanation",
    "counting_order",
    "donation",
    "donation_verdict",
    "allotment",
    "assessment",
    "award_payment",
    "recovery_step",
    "check_setting",
    "check_run",
    "check_case_evidence",
    "check_case_step",
    "site_purchase",
    "complaint_step",
    "complaint_class",
    "complaint_supervisor",
    "published_month",
    "published_row",
)


CHANGED = {
    ("0031", "user", "is_active"): "who holds a role that the older house lacks is shut out there",
    ("0031", "user_role", "role"): "the older house knows one administrator, and the auditor alone looks",
    (
        "0002",
        "user_role",
        "role",
    ): "the older house knows no manager of a site, who is one of its staff there",
}
"""What a step down and up does change, each with the reason."""

AT = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_settings())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_models_are_what_the_migrations_make(app: Flask) -> None:
    assert app
    assert _differences() == []


def test_every_step_goes_down_and_up_again_with_rows_in_the_tables(app: Flask) -> None:
    assert app
    with db.engine.begin() as connection:
        a_row_everywhere(connection)
    for revision in ScriptDirectory.from_config(alembic_settings()).walk_revisions():
        before = _counts()
        command.downgrade(alembic_settings(), "-1")
        below = _counts()
        command.upgrade(alembic_settings(), revision.revision)
        again = _counts()
        # What the older house knew too is still there.
        assert {name: again[name] for name in below} == {name: before[name] for name in below}
        command.downgrade(alembic_settings(), "-1")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    command.upgrade(alembic_settings(), "head")
    assert _differences() == []
    with db.engine.begin() as connection:
        a_row_everywhere(connection)
    assert min(_counts().values()) >= 1


def test_riders_who_were_there_ride_for_thirty_days_until_their_papers_are_entered(app: Flask) -> None:
    assert app
    with db.engine.begin() as connection:
        a_row_everywhere(connection)
    command.downgrade(alembic_settings(), "0026")
    command.upgrade(alembic_settings(), "head")
    waiver = Base.metadata.tables["rider_waiver"]
    with db.engine.connect() as connection:
        (row,) = connection.execute(select(waiver))
    assert (row.until_on - row.from_on).days == 30
    assert row.granted_by == "system"


def test_a_districts_rows_are_what_they_were_after_each_step_down_and_up(app: Flask) -> None:
    """Here a whole district's rows stand in the tables, and not one that was made up for each."""
    assert app
    with transaction():
        make_demo(DemoSize(20, 1, 1), by=COMMAND, at=AT, tell=lambda _sentence: None)
    db.session.rollback()
    held, changed = _contents(), set()
    assert sum(map(len, held.values())) > 5000
    for revision in ScriptDirectory.from_config(alembic_settings()).walk_revisions():
        command.downgrade(alembic_settings(), "-1")
        below = _contents()
        command.upgrade(alembic_settings(), revision.revision)
        again = _contents()
        # What the older house knows too is still there, to the letter.
        changed |= {
            (revision.revision, table, column)
            for table in below.keys() & again.keys()
            for column in _columns(below[table]) & _columns(again[table])
            if _sorted(again[table], column) != _sorted(held[table], column)
        }
        command.downgrade(alembic_settings(), "-1")
        held = _contents()
    assert changed == CHANGED.keys()


def _contents() -> dict[str, list[Mapping[str, object]]]:
    """Give every row of every table of the database as the driver reads it, alembic's own left out."""
    with db.engine.connect() as connection:
        quoted = connection.dialect.identifier_preparer.quote
        return {
            name: [dict(row) for row in connection.execute(_all_of(quoted(name))).mappings()]
            for name in inspect(connection).get_table_names()
            if name != "alembic_version"
        }


def _all_of(table: str) -> TextClause:
    return text(f"SELECT * FROM {table}")  # noqa: S608 - a table's name, quoted


def _columns(rows: Sequence[Mapping[str, object]]) -> set[str]:
    return set(rows[0]) if rows else set()


def _sorted(rows: Sequence[Mapping[str, object]], column: str) -> list[str]:
    return sorted(repr(row[column]) for row in rows)


def _differences() -> list[object]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return [*compare_metadata(context, Base.metadata), *_differing_checks(inspect(connection))]


def _differing_checks(inspector: Inspector) -> list[object]:
    """Compare the names of CHECK constraints, which alembic does not look at."""
    made = {
        (table, check["name"])
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }
    meant = {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    return sorted(made ^ meant, key=str)


def _counts() -> dict[str, int]:
    """Give how many rows each table of the database holds, alembic's own left out."""
    metadata = MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name != "alembic_version"
        }


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_the_database_itself_refuses_to_change_a_fact(app: Flask, name: str) -> None:
    assert app
    table = Base.metadata.tables[name]
    with db.engine.begin() as connection:
        a_row_everywhere(connection)
    column = min(table.columns, key=lambda column: column.primary_key)
    acts: list[Executable] = [update(table).values({column: table.c[column.name]}), delete(table)]
    if db.engine.dialect.name == "postgresql":
        acts.append(text(f"TRUNCATE {name} CASCADE"))
    for act in acts:
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(act)
    assert _counts()[name] == 1
