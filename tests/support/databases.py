"""Home of the databases that tests run on: migrated once, then copied for every test.

A test gets a database of its own with nothing in it but what the migrations put there, so that it may commit,
and so that append-only tables need no emptying. A copy takes 1 ms on SQLite and about 30 ms on PostgreSQL.

On PostgreSQL a test comes as the role that serves, which may do no more than `flask db grants` lets it, so
that every test of the services tries those rights too; one that migrates or restores is marked `as_owner`.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url

from app import create_app
from app.cli.grants import grant_to
from app.cli.migrations import alembic_settings
from app.extensions import db
from config import Config
from tests.support.remembered import STATEMENTS, TEMPLATES


class Template(Protocol):
    """A migrated database that is copied."""

    @contextmanager
    def copy(self, folder: Path, *, as_owner: bool) -> Iterator[str]:
        """Give the URL of a copy, gone when the block ends; `folder` may hold its files."""
        ...


def only_on(kind: str) -> pytest.MarkDecorator:
    """Give the mark of what only one kind of database has: roles and schemas, say, are PostgreSQL's."""
    return pytest.mark.parametrize("template", [kind], indirect=True, scope="session")


def settings(data_dir: Path, database_url: str) -> Config:
    """Give the settings of a test: nothing from the environment matters, and hashing costs nothing."""
    return Config(
        mode="demo",
        data_dir=data_dir,
        database_url=database_url,
        page_language="zh_Hans_CN",
        job_processes=0,
        # A test that asks thousands of times wants the endpoint's own answer each time.
        visitor_limit="1000000 per minute",
        argon2_time_cost=1,
        argon2_memory_kib=8,
    )


def application(data_dir: Path, database_url: str, **others: object) -> Flask:
    """Give the whole application with these settings, and others where a test wants them."""
    app = create_app(settings(data_dir, database_url).model_copy(update=others))
    synchronous(app)
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
    app.open()
    return app


def synchronous(app: Flask) -> Flask:
    """Let an application be used in the thread of a browser test, where an event loop runs already.

    Flask-SQLAlchemy-Lite closes asynchronous sessions, of which we have none, in a loop of its own.
    """
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]
    return app


def migrate(data_dir: Path, database_url: str, *, revision: str = "head") -> None:
    """Bring a database to a revision by the real migrations."""
    app = application(data_dir, database_url)
    with app.app_context():
        command.upgrade(alembic_settings(), revision)
        db.engine.dispose()


class SqliteTemplate:
    """A migrated file."""

    def __init__(self, folder: Path) -> None:
        """Migrate a new file in the folder."""
        self._file = folder / "template.sqlite"
        migrate(folder, f"sqlite:///{self._file}")
        # Closing the last connection moved the write-ahead log into the file, so the file alone is whole.
        if self._file.with_name(f"{self._file.name}-wal").exists():
            message = "the template is still open somewhere"
            raise RuntimeError(message)

    @contextmanager
    def copy(self, folder: Path, *, as_owner: bool) -> Iterator[str]:  # noqa: ARG002 - whoever has the file owns it
        """Copy the file."""
        target = folder / "meal-circle.sqlite"
        shutil.copyfile(self._file, target)
        yield f"sqlite:///{target}"


class PostgresTemplate:
    """A migrated database on a server; everything it makes there is named for this run alone."""

    def __init__(self, server_url: str, folder: Path) -> None:
        """Make and migrate a new database on the server."""
        self._server = make_url(server_url).set(drivername="postgresql+psycopg")
        self._name = f"meal_circle_test_{uuid4().hex[:12]}"
        self._numbers = itertools.count(1)
        self._owner, self._serving = f"{self._name}_owner", f"{self._name}_serving"
        self._administer(f"CREATE ROLE {{}} LOGIN CREATEDB PASSWORD '{self._name}'", self._owner)
        self._administer(f"CREATE ROLE {{}} LOGIN PASSWORD '{self._name}'", self._serving)
        made = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
        self._administer(made, self._name, self._owner)
        owned = self._url(self._name, self._owner)
        migrate(folder, owned)
        with application(folder, owned).app_context():
            grant_to(self._serving)
            db.engine.dispose()

    @contextmanager
    def copy(self, folder: Path, *, as_owner: bool) -> Iterator[str]:  # noqa: ARG002 - it needs no files
        """Copy the database."""
        name = f"{self._name}_{next(self._numbers)}"
        # Copying files is faster than writing them through the log, since nothing has to be durable.
        made = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
        self._administer(made, name, self._owner, self._name)
        try:
            yield self._url(name, self._owner if as_owner else self._serving)
        finally:
            self._administer("DROP DATABASE {} WITH (FORCE)", name)

    def drop(self) -> None:
        """Leave nothing behind on the server."""
        self._administer("DROP DATABASE {} WITH (FORCE)", self._name)
        self._administer("DROP ROLE {}, {}", self._owner, self._serving)

    def _url(self, name: str, role: str) -> str:
        url = self._server.set(database=name, username=role, password=self._name)
        return url.render_as_string(hide_password=False)

    def _administer(self, statement: str, *names: str) -> None:
        address = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
