"""Home of how the two databases are spoken to: SQLite's settings, locks, and what a refusal means."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from threading import Lock, Semaphore
from typing import Any, TypeVarTuple, overload
from typing import cast as typing_cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Executable,
    Text,
    TypeDecorator,
    UniqueConstraint,
    bindparam,
    cast,
    column,
    event,
    func,
    select,
)
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.schema import Constraint, Index, Table
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeEngine

from app.model import Base, Sealed

_Columns = TypeVarTuple("_Columns")
IMMEDIATE = "sqlite_immediate"
"""Execution option of a connection that is going to write."""

_PLANNED_WITH = ("cursor_tuple_fraction = 1", "random_page_cost = 1.1", "max_parallel_workers_per_gather = 0")
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=20000",
    "cache_size=-32768",
)
_FOREIGN_KEY = "23503"  # PostgreSQL's code for a foreign key that leads nowhere.
_READ_ONLY, _DISK_FULL = "25006", "53100"
_AWAY = frozenset({"08", "57"})
"""Classes of PostgreSQL's codes: the connection is gone, or somebody has stopped the server."""
_WRITES = sql_text("SHOW transaction_read_only")
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_CHECK = re.compile(r"CHECK constraint failed: (\w+)")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - any driver's connection
    """Make SQLite durable, strict about foreign keys, and let us say when a transaction begins."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:  # noqa: ANN401 - any driver's connection
    """Tell PostgreSQL how its answers are used, and how it keeps what we ask for.

    What is read in parts is read to its end: it plans a cursor as if a tenth were wanted, and would walk
    through the meals of all years in the order of their numbers to have a month's first lines at once. Rows
    lie in memory, or on a disk without a head that moves: else it reads all decisions ever made for those of
    a site's month. Many ask at once: the helpers of one answer take the processors from the others.
    """
    # Known by its module: an embedded database need not load the driver of the other.
    if type(connection).__module__.partition(".")[0] == "psycopg":
        connection.autocommit = True
        for setting in _PLANNED_WITH:
            connection.execute(f"SET {setting}")
        # By this a restoring knows who works in its own schema of a database that districts share.
        connection.execute(
            "SELECT set_config('application_name', %s || coalesce(current_schema(), ''), false)", [called("")]
        )
        connection.autocommit = False


def called(schema: str) -> str:
    """Give how a connection that works in a schema calls itself to the server."""
    return f"meal_circle {schema}"


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


class Hindrance(StrEnum):
    """Why the database takes nothing, or does not answer."""

    READ_ONLY = "read_only"
    FULL = "full"
    AWAY = "away"


def hindrance_of(error: DBAPIError) -> Hindrance | None:
    """Tell what hinders the database; None for a fault that is not the database's own state."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if name.startswith("SQLITE_READONLY") or state == _READ_ONLY:
        return Hindrance.READ_ONLY
    if name == "SQLITE_FULL" or state == _DISK_FULL:
        return Hindrance.FULL
    is_away = name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")) or state[:2] in _AWAY
    return Hindrance.AWAY if is_away or error.connection_invalidated else None


def takes_writes(session: Session) -> bool:
    """Tell whether the database lets anybody write now; a writer that is at work counts as yes."""
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite":
        return bool(session.execute(_WRITES).scalar_one() == "off")
    with closing(sqlite3.connect(url.database or "", timeout=0, isolation_level=None)) as own:
        try:
            own.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return not error.sqlite_errorname.startswith(
                ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")
            )
        own.execute("ROLLBACK")
        return True


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


@overload
def fetch(
    session: Session,
    statement: TypedReturnsRows[*_Columns],
    parameters: Mapping[str, object] | None = None,
    *,
    at_once: int | None = None,
) -> CursorResult[*_Columns]: ...


@overload
def fetch(
    session: Session,
    statement: Executable,
    parameters: Mapping[str, object] | None = None,
    *,
    at_once: int | None = None,
) -> CursorResult[*tuple[Any, ...]]: ...


def fetch(
    session: Session,
    statement: Executable,
    parameters: Mapping[str, object] | None = None,
    *,
    at_once: int | None = None,
) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement for its plain rows, after what the session has not written yet.

    What makes objects of rows is not asked: a tablet's batch runs twenty statements, and it would take longer
    than the smaller ones of them; so it would over the rows of a month. With `at_once` so many rows at a time
    come from the database, and no more are in memory.
    """
    session.flush()
    options = {} if at_once is None else {"yield_per": at_once}
    return session.connection().execute(statement, parameters, execution_options=options)


def insert_rows(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, object]], *, if_new: bool = False
) -> int:
    """Insert rows with the same columns into a table; give how many there were room for.

    With `if_new` those whose key is there are passed over: the key itself is the judge.
    PostgreSQL takes them as one JSON text: a tablet's batch is in the database in half the time.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    _ensure_unsealed(_table(model), names)
    if session.get_bind().dialect.name == "sqlite":
        insert = sqlite_insert(_table(model))
        statement = insert.on_conflict_do_nothing() if if_new else insert
        return typing_cast("CursorResult[Any]", session.execute(statement, rows)).rowcount
    written = json.dumps(rows, ensure_ascii=False, default=_plain)
    return fetch(session, _insert_written(_table(model), names, if_new=if_new), {"rows": written}).rowcount


@cache
def _ensure_unsealed(table: Table, names: tuple[str, ...]) -> None:
    """Refuse what must be sealed on its way in: written as JSON it would pass its seal."""
    if any(isinstance(table.c[name].type, Sealed) for name in names):
        msg = f"{table.name} seals a column: its rows are added as objects"
        raise TypeError(msg)


@cache
def _insert_written(table: Table, names: tuple[str, ...], *, if_new: bool) -> Executable:
    columns = [column(name, table.c[name].type) for name in names]
    written = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    rows = written.table_valued(*columns).render_derived("r", with_types=True)
    statement = postgresql_insert(table).from_select(names, select(*rows.c))
    # An INSERT's count is not kept unless it is asked for.
    statement = statement.execution_options(preserve_rowcount=True)
    return statement.on_conflict_do_nothing() if if_new else statement


def _plain(value: object) -> str:
    """Write what JSON does not know as PostgreSQL reads it."""
    if isinstance(value, datetime) and value.tzinfo is None:
        msg = f"an instant needs its zone: {value!r}"
        raise ValueError(msg)
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(model: type[Base]) -> Table:
    return typing_cast("Table", model.__table__)


class _Among(FunctionElement[bool]):
    """A column's value is one of a list's; the two databases say it each in their way."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> _Among:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Stay as it is: `= 1` behind it would keep SQLite from its indexes."""
        return self


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled, with parameters


class _Values(TypeDecorator[list[Any]]):
    """A list of a column's values as one parameter: an array, or its members as JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        """Remember whose values they are: what tells them apart in the cache of statements is the name.

        The type is asked for later: a foreign key takes its type from a table that may not be loaded yet.
        """
        super().__init__()
        self.column = str(column)
        self._attribute = column

    @property
    def of(self) -> TypeEngine[Any]:
        """Give the type of the members."""
        table: Table = self._attribute.class_.__table__
        return table.c[self._attribute.key].type

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give what carries the list."""
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - the driver's
        """Write the list as the database takes it."""
        if dialect.name == "postgresql" or value is None:
            return value
        written = self.of.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps(value if written is None else [written(each) for each in value])


def among(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Say in SQL that a column holds one of the values of the list that comes as the parameter `name`.

    One parameter for any number of values: the statement stays the same, so that it is put together, and
    understood by the database, only once.
    """
    return _Among(column, bindparam(name, type_=_Values(column)))


def count_the_rows(session: Session) -> None:
    """Let PostgreSQL count what a long transaction has written so far.

    It counts by itself only what was committed, and a plan made for an empty table never ends on a full one.
    """
    dialect = session.get_bind().dialect
    if dialect.name == "postgresql":
        # By name: whatever else lies in the same database is not ours to count.
        names = map(dialect.identifier_preparer.quote, sorted(Base.metadata.tables))
        session.execute(sql_text(f"ANALYZE {', '.join(names)}"))
