"""The role that web and workers sign in as: it does the whole work, and changes neither house nor facts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, Executable, NullPool, create_engine, delete, make_url, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import ProgrammingError

from app.audit import service as audit
from app.demo.service.make import DemoSize, make_demo
from app.extensions import db
from app.model import Base
from app.roles import COMMAND
from app.transaction import transaction
from app.upkeep import queries as upkeep
from app.upkeep import service as backups
from tests.house.test_migrations import APPEND_ONLY
from tests.support.databases import application, migrate, only_on
from tests.support.postgres import Mortal, programs
from tests.support.source import ROOT

AT = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture
def serving(app: Flask) -> Iterator[str]:
    """Give the role that the test comes as."""
    assert app
    user = db.engine.url.username
    assert user is not None
    yield user
    db.session.rollback()


def not_refused(*statements: str | Executable) -> list[str | Executable]:
    """Give those of the statements that the role was not refused, by PostgreSQL and not by a trigger."""
    taken: list[str | Executable] = []
    for statement in statements:
        try:
            with db.engine.begin() as connection:
                connection.execute(sql(statement) if isinstance(statement, str) else statement)
        except ProgrammingError as error:
            words = str(error.orig)
            if "permission denied" in words or "must be owner" in words:
                continue
            raise
        taken.append(statement)
    return taken


@only_on("postgresql")
@pytest.mark.usefixtures("serving")
def test_it_does_a_districts_whole_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo is a journey through the services; the other tests on PostgreSQL come as this role, too."""
    monkeypatch.setenv("PATH", str(programs()), prepend=os.pathsep)
    with transaction():
        make_demo(DemoSize(20, 1, 1), by=COMMAND, at=AT, tell=lambda _sentence: None)
    with transaction():
        audit.record("thing.done", "thing:1", by=COMMAND, at=AT)
    assert audit.verify()[1] is None
    assert upkeep.held_revision() == upkeep.newest_revision()
    public_key = backups.make_key(tmp_path / "key")
    assert backups.create(tmp_path, public_key=public_key, by=COMMAND, at=AT).exists()
    db.session.rollback()
    for name in ("ledger", "policy", "donation", "portion_count"):
        assert db.session.execute(select(Base.metadata.tables[name]).limit(1)).first(), name
    db.session.rollback()


@only_on("postgresql")
def test_it_makes_alters_and_drops_nothing(serving: str) -> None:
    owner = serving.replace("_serving", "_owner")
    assert (
        not_refused(
            "CREATE TABLE of_mine (id int)",
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "CREATE SCHEMA of_mine",
            "CREATE INDEX of_mine ON resident (name)",
            "CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
            "ALTER TABLE ledger ADD COLUMN of_mine int",
            "ALTER TABLE ledger DISABLE TRIGGER ALL",
            "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only",
            "DROP TRIGGER audit_entry_append_only ON audit_entry",
            "DROP FUNCTION refuse_change() CASCADE",
            "DROP TABLE job CASCADE",
            "ALTER TABLE ledger OWNER TO CURRENT_USER",
            "SET session_replication_role = replica",
            f"SET ROLE {owner}",
            f"GRANT {owner} TO {serving}",
            f"CREATE ROLE {serving}_2",
            "UPDATE alembic_version SET version_num = '0001'",
            "DELETE FROM alembic_version",
            "COPY resident TO PROGRAM 'cat'",
            "SELECT setval(pg_get_serial_sequence('job', 'id'), 1)",
        )
        == []
    )


def guarded(name: str) -> list[str]:
    """Give the columns that a table's triggers keep as they are."""
    found = sql(
        "SELECT attname FROM pg_attribute JOIN pg_trigger ON tgrelid = attrelid "
        "JOIN pg_proc ON pg_proc.oid = tgfoid AND proname = 'refuse_change' "
        "WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped "
        "AND tgqual IS NULL AND (cardinality(tgattr::int2[]) = 0 OR attnum = ANY (tgattr::int2[]))"
    )
    with db.engine.connect() as connection:
        return list(connection.execute(found, {"name": name}).scalars())


@only_on("postgresql")
@pytest.mark.usefixtures("serving")
def test_it_changes_and_deletes_no_fact() -> None:
    taken = {}
    for name in APPEND_ONLY:
        table, columns = Base.metadata.tables[name], guarded(name)
        changes = [update(table).values({column: table.c[column]}) for column in columns]
        taken[name] = not_refused(*changes, delete(table), f"TRUNCATE {name} CASCADE")
        assert columns, name
    assert {name: acts for name, acts in taken.items() if acts} == {}


@pytest.fixture
def owner(serving: str) -> Iterator[Engine]:
    """Give the owner's own door to the test's database."""
    url = make_url(str(db.engine.url.render_as_string(hide_password=False)))
    engine = create_engine(url.set(username=serving.replace("_serving", "_owner")))
    yield engine
    engine.dispose()


@pytest.fixture
def as_owner(owner: Engine, tmp_path: Path) -> Iterator[Flask]:
    """Give the application as the owner runs its commands."""
    app = application(tmp_path, owner.url.render_as_string(hide_password=False))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


@only_on("postgresql")
def test_the_owner_takes_back_what_was_given_by_hand_and_gives_what_is_new(
    serving: str, owner: Engine, as_owner: Flask
) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE newly (id int)")
        connection.exec_driver_sql(f"GRANT ALL ON ledger, audit_entry, alembic_version TO {serving}")
        database = connection.engine.url.database
        connection.exec_driver_sql(f"GRANT CREATE, TEMPORARY ON DATABASE {database} TO {serving}")
    told = as_owner.test_cli_runner().invoke(args=["db", "upgrade", "--grants", serving])
    assert told.exit_code == 0, told.output
    with owner.connect() as connection:
        held = connection.execute(
            sql(
                "SELECT has_table_privilege(:role, 'newly', 'DELETE'), "
                "has_table_privilege(:role, 'ledger', 'INSERT'), "
                "has_table_privilege(:role, 'ledger', 'UPDATE'), "
                "has_table_privilege(:role, 'audit_entry', 'TRUNCATE'), "
                "has_table_privilege(:role, 'alembic_version', 'UPDATE'), "
                "has_database_privilege(:role, current_database(), 'TEMPORARY')"
            ),
            {"role": serving},
        ).one()
    assert tuple(held) == (True, True, False, False, False, False)
    facts = as_owner.test_cli_runner().invoke(args=["db", "grants", serving])
    assert facts.exit_code == 0
    assert "only adds to" in facts.output


@only_on("postgresql")
@pytest.mark.parametrize("role", ["{owner}", "nobody_there", 'a"; DROP TABLE job; --'])
def test_who_cannot_be_held_to_it_is_refused(role: str, serving: str, as_owner: Flask) -> None:
    role = role.format(owner=serving.replace("_serving", "_owner")) if "{" in role else role
    told = as_owner.test_cli_runner().invoke(args=["db", "grants", role])
    assert told.exit_code == 1
    assert "role" in told.output


@only_on("sqlite")
def test_an_embedded_database_says_that_it_has_no_roles(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["db", "grants", "web"])
    assert told.exit_code == 1
    assert "PostgreSQL" in told.output


def test_what_deploy_hands_out_makes_both_roles(mortal: Mortal, tmp_path: Path) -> None:
    server = make_url(mortal.url)
    for name in ("owner_password", "serving_password"):
        (tmp_path / name).write_text(f"it's {name}")
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(sql("CREATE DATABASE meal_circle TEMPLATE template0 ENCODING 'UTF8'"))
    environment = {"PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}", "SECRETS": str(tmp_path)}
    environment |= {"PGHOST": str(server.query["host"]), "PGUSER": "postgres", "POSTGRES_DB": "meal_circle"}
    subprocess.run([str(ROOT / "deploy" / "roles.sh")], env=environment, check=True)  # noqa: S603 - our own
    doors = {
        role: server.set(username=role, database="meal_circle").render_as_string()
        for role in ("meal_circle_owner", "meal_circle")
    }
    migrate(tmp_path, doors["meal_circle_owner"])
    app = application(tmp_path, doors["meal_circle_owner"])
    with app.app_context():
        told = app.test_cli_runner().invoke(args=["db", "upgrade", "--grants", "meal_circle"])
        assert told.exit_code == 0, told.output
        db.engine.dispose()
    with application(tmp_path, doors["meal_circle"]).app_context():
        with transaction():
            audit.record("thing.done", "thing:1", by=COMMAND, at=AT)
        assert audit.verify() == (1, None)
        db.session.rollback()
        assert not_refused("CREATE TABLE of_mine (id int)", "DELETE FROM audit_entry") == []
        db.engine.dispose()
    with create_engine(server, poolclass=NullPool).connect() as connection:
        sealed = sql(
            "SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM%' AND rolname ~ '^meal_circle'"
        )
        assert connection.execute(sealed).scalar_one() == 2
