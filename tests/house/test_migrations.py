"""The migrations: up, down and up again with rows in the tables, and their head equal to the models."""

from __future__ import annotations

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
    delete,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from app.cli.migrations import alembic_settings
from app.extensions import db
from app.model import Base
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
