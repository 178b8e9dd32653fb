"""Home of dumping a PostgreSQL database while it is in use, and of restoring a dump into one.

The work is that of PostgreSQL's own programs, pg_dump and pg_restore, of the server's version or newer.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import psycopg
from psycopg import sql
from sqlalchemy import URL

from app.database import called
from app.errors import DomainError
from app.text import text
from app.upkeep.rules.manifest import Contents, contents

_WHOLE = "public"
_TABLE = re.compile(r"\d+; \d+ \d+ TABLE (?:DATA )?(\S+) ")
_WHERE = """
    SELECT coalesce(current_schema(),
                    trim(BOTH '" ' FROM split_part(current_setting('search_path'), ',', 1)))
"""
# Of a connection of somebody else's nothing is told but whose it is and how it calls itself.
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
       AND (%(whole)s OR application_name = %(name)s)
"""
_SAME_EVERYWHERE = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 3"


def dump(url: URL, folder: Path) -> tuple[Path, Mapping[str, Contents]]:
    """Dump the database as it is at one moment, whoever writes meanwhile; give the dump and what it holds."""
    dumped = folder / "dumped"
    with _connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        _run(
            url,
            "pg_dump",
            "--format=custom",
            f"--schema={_schema(connection)}",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={dumped}",
        )
        return dumped, _tables(connection)


def held_in(dumped: Path, url: URL) -> Mapping[str, Contents]:
    """Give what a dump holds once it is restored, into a database that is made for it and dropped again."""
    name = f"meal_circle_drill_{token_hex(6)}"
    _administer(url, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    try:
        beside = url.set(database=name)
        with _connected(beside) as connection:
            connection.execute(_named("CREATE SCHEMA IF NOT EXISTS {}", _schema(connection)))
        return _restored(dumped, beside)
    finally:
        _administer(url, "DROP DATABASE {} WITH (FORCE)", name)


def put_back(dumped: Path, url: URL, *, aside: str) -> tuple[Mapping[str, Contents], str]:
    """Restore a dump in the database's place; give what it holds now, and what was there is kept as.

    Raises: DomainError while somebody else is connected, or when the restoring fails: then all is as it was.
    """
    kept = aside.replace("-", "_") if is_in_use(url) else ""
    with _connected(url) as connection:
        schema = _schema(connection)
        (others,) = connection.execute(
            _OTHERS, {"whole": schema == _WHOLE, "name": called(schema)}
        ).fetchone() or (0,)
        if others:
            raise DomainError(text("The database is in use. Stop the server, then try again."))
        if kept:
            connection.execute(_named("ALTER SCHEMA {} RENAME TO {}", schema, kept))
        connection.execute(_named("CREATE SCHEMA IF NOT EXISTS {}", schema))
    try:
        return _restored(dumped, url), kept
    except BaseException:
        take_back(url, kept)
        raise


def take_back(url: URL, kept: str) -> None:
    """Undo a restoring: what was there before is there again."""
    with _connected(url) as connection:
        schema = _schema(connection)
        connection.execute(_named("DROP SCHEMA {} CASCADE", schema))
        connection.execute(
            _named("ALTER SCHEMA {} RENAME TO {}", kept, schema)
            if kept
            else _named("CREATE SCHEMA {}", schema)
        )


def is_in_use(url: URL) -> bool:
    """Tell whether there is anything in the database."""
    with _connected(url) as connection:
        return bool(_names(connection))


def _restored(dumped: Path, url: URL) -> Mapping[str, Contents]:
    listed = _run(url, "pg_restore", "--list", str(dumped)).splitlines()
    with _connected(url) as connection:
        schema = _schema(connection)
    _ensure_of(schema, listed)
    # The schema is there, and a dump may say to make it.
    wanted = dumped.with_name("wanted")
    wanted.write_text(
        "\n".join(line for line in listed if f" SCHEMA - {schema} " not in line), encoding="utf-8"
    )
    _run(
        url,
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--use-list={wanted}",
        f"--dbname={url.database}",
        str(dumped),
    )
    with _connected(url) as connection:
        return _tables(connection)


def _ensure_of(schema: str, listed: Sequence[str]) -> None:
    """Refuse a dump of another schema: what else lies in a database that districts share is not touched.

    Raises: DomainError.
    """
    others = {found[1] for line in listed if (found := _TABLE.match(line))} - {schema}
    if others:
        raise DomainError(
            text(
                "The backup was made of the schema {other}, and DATABASE_URL leads to {schema}.",
                other=", ".join(sorted(others)),
                schema=schema,
            )
        )


def _schema(connection: psycopg.Connection) -> str:
    """Give the schema that a connection works in: the first of its search path, also before it is there."""
    (schema,) = connection.execute(_WHERE).fetchone() or ("",)
    return str(schema)


def _tables(connection: psycopg.Connection) -> Mapping[str, Contents]:
    connection.execute(_SAME_EVERYWHERE)
    return {name: contents(_rows(connection, name)) for name in _names(connection)}


def _names(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [_schema(connection)]
    )
    return [name for (name,) in found]


def _rows(connection: psycopg.Connection, table: str) -> Iterator[bytes]:
    """Give a table's rows as PostgreSQL writes them, one a line."""
    with connection.cursor().copy(_named("COPY (SELECT * FROM {}) TO STDOUT", table)) as lines:
        for line in lines:
            yield bytes(line)


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


@contextmanager
def _connected(url: URL) -> Iterator[psycopg.Connection]:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        yield connection


def _administer(url: URL, statement: str, name: str) -> None:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_named(statement, name))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DomainError(
            text("A drill restores into a database of its own: give the database's user the right CREATEDB.")
        ) from error


def _run(url: URL, program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on a database; its password is in nobody's list of processes.

    Raises: DomainError in its own first words, which quote nothing of what is in the tables.
    """
    known = url.set(drivername="postgresql")
    environment = os.environ | {
        "PGHOST": str(known.host or known.query.get("host", "")),
        "PGPORT": str(known.port or known.query.get("port", "")),
        "PGUSER": known.username or "",
        "PGPASSWORD": known.password or "",
        "PGDATABASE": known.database or "",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise DomainError(
            text("{program} is not installed here. Install PostgreSQL's client programs.", program=program)
        ) from error
    if done.returncode:
        raise DomainError(
            text("{program} failed: {reason}", program=program, reason=done.stderr.partition("\n")[0])
        )
    return done.stdout
