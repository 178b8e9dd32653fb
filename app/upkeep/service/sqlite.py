"""Home of copying an embedded database while it is in use, and of putting a copy in its place."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from app.errors import DomainError
from app.text import text
from app.upkeep.rules.manifest import Contents, contents

_BESIDE = ("-wal", "-shm")
_QUICKLY = 1


def dump(url: URL, folder: Path) -> tuple[Path, Mapping[str, Contents]]:
    """Copy the database as it is at one moment, whoever writes meanwhile; give the copy and what it holds."""
    copy, dumped = folder / "copy.sqlite", folder / "dumped"
    with closing(sqlite3.connect(_path(url))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        held = _tables(target)
    with copy.open("rb") as plain, gzip.open(dumped, "wb", compresslevel=_QUICKLY) as packed:
        shutil.copyfileobj(plain, packed)
    copy.unlink()
    return dumped, held


def held_in(dumped: Path, folder: Path) -> Mapping[str, Contents]:
    """Give what a copy holds, beside the database in use."""
    with closing(sqlite3.connect(_unpacked(dumped, folder))) as opened:
        return _tables(opened)


def put_back(dumped: Path, url: URL, *, aside: str) -> str:
    """Put a copy in the database's place; give the name under which what was there is kept, if anything.

    Raises: DomainError while somebody has the database open.
    """
    place = _path(url)
    new = _unpacked(dumped, place.parent)
    kept = ""
    if place.exists():
        _alone(place)
        kept = f"{place.name}.{aside}"
        # One file under two names, then the other takes the first: at no moment is there no database.
        place.with_name(kept).hardlink_to(place)
    new.replace(place)
    return kept


def is_in_use(url: URL) -> bool:
    """Tell whether there is anything in the database."""
    place = _path(url)
    if not place.exists():
        return False
    with closing(sqlite3.connect(place)) as opened:
        return bool(list(_names(opened)))


def _alone(place: Path) -> None:
    """Bring what lies beside the file into it, which works only while nobody else has it open."""
    try:
        with closing(sqlite3.connect(place, timeout=1)) as opened:
            opened.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise DomainError(text("The database is in use. Stop the server, then try again.")) from error
    for beside in _BESIDE:
        place.with_name(place.name + beside).unlink(missing_ok=True)


def _unpacked(dumped: Path, folder: Path) -> Path:
    path = folder / "unpacked.sqlite"
    with gzip.open(dumped) as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    path.chmod(0o600)
    return path


def _tables(opened: sqlite3.Connection) -> Mapping[str, Contents]:
    """Sum up every table, after SQLite has looked at the whole file itself.

    Raises: DomainError when it is damaged.
    """
    (verdict,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise DomainError(text("The database's file is damaged: {reason}", reason=verdict))
    return {name: contents(_rows(opened, name)) for name in _names(opened)}


def _names(opened: sqlite3.Connection) -> Iterator[str]:
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return (name for (name,) in opened.execute(wanted).fetchall())


def _rows(opened: sqlite3.Connection, table: str) -> Iterator[bytes]:
    quoted = table.replace('"', '""')
    return (repr(row).encode() for row in opened.execute(f'SELECT * FROM "{quoted}"'))  # noqa: S608 - a table of its own


def _path(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise DomainError(text("This database is not in a file; there is nothing to keep."))
    return Path(url.database)
