"""Home of backups: made while the system is in use, proven by a drill, put back with nothing thrown away."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from app.audit import service as audit
from app.clock import SHANGHAI
from app.errors import Conflict, DomainError
from app.extensions import db
from app.roles import Actor
from app.text import Text, text
from app.transaction import transaction
from app.upkeep import queries
from app.upkeep.rules.manifest import BACKED_UP, Manifest
from app.upkeep.service import archive, keys, postgres, sqlite

_SQLITE = "sqlite"


def create(folder: Path, *, public_key: str, by: Actor, at: datetime) -> Path:
    """Write a backup of the database into a folder; give its file.

    It holds the database as it was at one moment, encrypted for whoever has the secret half of the key. The
    sealing key is not in it. The trail keeps that it was made, after it is there.

    Raises: OSError; DomainError without a key, or when the database's own programs refuse.
    """
    recipient = keys.recipient(public_key)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = db.engine.url
    with _scratch(folder) as scratch:
        revision = queries.held_revision()
        db.session.rollback()
        dumped, tables = (sqlite if _is_sqlite(url) else postgres).dump(url, scratch)
        manifest = Manifest(at, url.get_backend_name(), revision, tables)
        file = folder / f"meal-circle-{at.astimezone(SHANGHAI):%Y%m%dT%H%M%S}.backup"
        if file.exists():
            raise Conflict(text("{file} is there already.", file=file.name))
        archive.pack(manifest, dumped, file, recipient)
    with transaction():
        detail = {"bytes": file.stat().st_size, "sha256": _sha256(file), "revision": revision}
        audit.record(BACKED_UP, f"backup:{file.name}", by=by, at=at, detail=detail)
    return file


def verify(backup: Path, *, key: Path) -> Manifest:
    """Restore a backup beside the database in use, and hold every table against what the backup says.

    Raises: OSError; DomainError when it cannot be opened, or anything differs.
    """
    url = db.engine.url
    with _opened(backup, key) as (manifest, dumped, scratch):
        _ensure_same_kind(manifest, url)
        tables = sqlite.held_in(dumped, scratch) if _is_sqlite(url) else postgres.held_in(dumped, url)
        _ensure_whole(manifest.differences(tables))
        return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoring came to: what the backup says, and under which name what was there before is kept."""

    manifest: Manifest
    kept: str
    is_newest: bool


def restore(backup: Path, *, key: Path, is_replacing: bool, by: Actor, at: datetime) -> Restored:
    """Put a backup in the database's place, once every table is what the backup says.

    What was in the database is kept beside it, and is for a person to throw away.

    Raises: OSError; Conflict when the database is not empty and is not to be replaced; DomainError when it
    is in use, or the backup cannot be opened or differs: then nothing was changed.
    """
    url = db.engine.url
    db.engine.dispose()
    kind = sqlite if _is_sqlite(url) else postgres
    if kind.is_in_use(url) and not is_replacing:
        raise Conflict(
            text(
                "The database is not empty. With --replace the backup takes its place; it is kept beside it."
            )
        )
    aside = f"before-restore-{at.astimezone(SHANGHAI):%Y%m%dT%H%M%S}"
    with _opened(backup, key) as (manifest, dumped, scratch):
        _ensure_same_kind(manifest, url)
        if _is_sqlite(url):
            _ensure_whole(manifest.differences(sqlite.held_in(dumped, scratch)))
            kept = sqlite.put_back(dumped, url, aside=aside)
        else:
            tables, kept = postgres.put_back(dumped, url, aside=aside)
            if differences := manifest.differences(tables):
                postgres.take_back(url, kept)
                _ensure_whole(differences)
    with transaction():
        audit.record("backup.restored", f"backup:{backup.name}", by=by, at=at, detail={"kept": kept})
    return Restored(manifest, kept, is_newest=manifest.revision == queries.newest_revision())


@contextmanager
def _opened(backup: Path, key: Path) -> Iterator[tuple[Manifest, Path, Path]]:
    identity = keys.identity(key)
    with _scratch(backup.parent) as scratch:
        manifest, dumped = archive.unpack(backup, identity, scratch)
        yield manifest, dumped, scratch


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a folder that its owner alone may read and that is gone afterwards: where a backup is, is room."""
    with tempfile.TemporaryDirectory(prefix=".meal-circle-", dir=folder) as name:
        yield Path(name)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == _SQLITE


def _ensure_same_kind(manifest: Manifest, url: URL) -> None:
    if manifest.database != url.get_backend_name():
        raise DomainError(
            text(
                "This backup is of {theirs}, and DATABASE_URL names {ours}.",
                theirs=manifest.database,
                ours=url.get_backend_name(),
            )
        )


def _ensure_whole(differences: list[Text]) -> None:
    if differences:
        raise DomainError(
            text(
                "The backup does not hold what it says: {first} (and {more} more). Nothing was changed.",
                first=differences[0],
                more=len(differences) - 1,
            )
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
