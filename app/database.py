"""Home of how the two databases are spoken to: SQLite's settings, locks, and what a refusal means."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from threading import Lock, Semaphore
from typing import Any
from typing import cast as typing_cast

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    Engine,
    Executable,
    Result,
    UniqueConstraint,
    bindparam,
    cast,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.schema import Constraint, Index, Table

from app.model import Base

IMMEDIATE = "sqlite_immediate"
"""Execution option of a connection that is going to write."""

_LOCKS = 4096  # A power of two, and fewer than a PostgreSQL server keeps with its own settings.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=20000",
    "cache_size=-65536",
)
_FOREIGN_KEY = "23503"  # PostgreSQL's code for a foreign key that leads nowhere.
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_CHECK = re.compile(r"CHECK constraint failed: (\w+)")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - any driver's connection
    """Make SQLite durable, strict about foreign keys, and let us say when a transaction begins."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's write lock at once when we are going to write, so that what was read stays true."""
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get(IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def line_of_writers(session: Session) -> Lock | Semaphore:
    """Give what a writer holds while it writes: SQLite lets in one at a time, PostgreSQL all there are.

    SQLite itself keeps no line: who finds it busy sleeps and asks again, and others pass by meanwhile.
    """
    return _ONE_AT_A_TIME if session.get_bind().dialect.name == "sqlite" else Semaphore()


_ONE_AT_A_TIME = Lock()


def violated(error: IntegrityError) -> Constraint | Index | None:
    """Find the constraint of ours that an act broke; None when the database does not name it."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return _named(diagnostics.constraint_name)
    message = str(error.orig)
    if match := _UNIQUE.search(message):
        return _unique_over(match[1])
    if match := _CHECK.search(message):
        return _named(match[1])
    return None


def names_what_is_not_there(error: IntegrityError) -> bool:
    """Tell whether an act named a row of another table that does not exist."""
    return getattr(error.orig, "sqlstate", None) == _FOREIGN_KEY or "FOREIGN KEY constraint failed" in str(
        error.orig
    )


def _named(name: str | None) -> Constraint | Index | None:
    for table in Base.metadata.tables.values():
        held: list[Constraint | Index] = [*table.constraints, *table.indexes]
        for constraint in held:
            if name is not None and constraint.name == name:
                return constraint
    return None


def _unique_over(columns: str) -> Constraint | Index | None:
    """Find a unique constraint by SQLite's way of naming it: `table.column, table.column`."""
    wanted = {column.strip() for column in columns.split(",")}
    for table in Base.metadata.tables.values():
        for constraint in _uniques(table):
            if {f"{table.name}.{column.name}" for column in constraint.columns} == wanted:
                return constraint
    return None


def _uniques(table: Table) -> list[UniqueConstraint | Index]:
    constraints = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [*constraints, *(index for index in table.indexes if index.unique)]


def insert_rows(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, object]], *, if_new: bool = False
) -> int:
    """Insert rows with the same columns into a table; give how many there were room for.

    With `if_new` those whose key is there are passed over: the key itself is the judge.
    PostgreSQL takes them as one array a column: a tablet's batch is in the database in half the time.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    if session.get_bind().dialect.name == "sqlite":
        insert = sqlite_insert(_table(model))
        return _rows_of(session.execute(insert.on_conflict_do_nothing() if if_new else insert, rows))
    columns = {name: [row[name] for row in rows] for name in names}
    return _rows_of(session.execute(_insert_arrays(_table(model), names, if_new=if_new), columns))


def _rows_of(result: Result[Any]) -> int:
    return typing_cast("CursorResult[Any]", result).rowcount


@cache
def _insert_arrays(table: Table, names: tuple[str, ...], *, if_new: bool) -> Executable:
    unnested = [func.unnest(bindparam(name, type_=ARRAY(table.c[name].type))) for name in names]
    statement = postgresql_insert(table).from_select(names, select(*unnested))
    return statement.on_conflict_do_nothing() if if_new else statement


def _table(model: type[Base]) -> Table:
    return typing_cast("Table", model.__table__)


def lock_names(session: Session, space: str, names: Iterable[str]) -> None:
    """Hold these names until the transaction ends; SQLite's writers are alone already.

    A name need not be a row: a meal may come before its resident's registration. Names share a limited number
    of locks, since PostgreSQL keeps them all in one table of fixed size.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    base = _key(space, "") & ~(_LOCKS - 1)
    keys = sorted({base | _key(space, name) & (_LOCKS - 1) for name in names})
    if keys:
        session.execute(select(func.pg_advisory_xact_lock(func.unnest(cast(keys, ARRAY(BigInteger))))))


def lock_space(session: Session, space: str, *, shared: bool) -> None:
    """Hold a whole space of names until the transaction ends: many may share it, or one have it alone."""
    if session.get_bind().dialect.name == "sqlite":
        return
    take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    session.execute(select(take(_key(space, ""))))


def _key(space: str, name: str) -> int:
    """Give the 64-bit number that PostgreSQL's advisory locks know a name by."""
    return int.from_bytes(hashlib.sha256(f"{space}\0{name}".encode()).digest()[:8], signed=True)
