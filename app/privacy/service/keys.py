"""Home of the rotation of keys: a new one, what older ones sealed sealed anew, what does not open."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import LargeBinary, bindparam, type_coerce, update

from app.audit import service as audit
from app.extensions import db
from app.privacy.queries import sealed as queries
from app.privacy.queries.sealed import SealedColumn
from app.roles import Actor
from app.sealing import CannotUnseal, founding_index_key, keyring


def columns_under_older_keys() -> dict[SealedColumn, int]:
    """Give the sealed columns, each with how much of it an older key sealed."""
    return {each: queries.count_under_older_keys(each, keyring.mark) for each in queries.sealed_columns()}


def reseal_batch(sealed: SealedColumn, *, after: object, at_most: int) -> tuple[object, int]:
    """Seal the next rows of a column anew; give the last row's key and how many they were.

    A row that does not open stays as it is and is passed over: `unopened` names it.
    """
    rows = queries.next_under_older_keys(sealed, keyring.mark, after=after, at_most=at_most)
    anew = []
    for key, body in rows:
        try:
            plain = keyring.unseal(bytes(body), context=sealed.name)
        except CannotUnseal:
            continue
        anew.append({"row_key": key, "row_sealed": keyring.seal(plain, context=sealed.name)})
    if anew:
        value = type_coerce(bindparam("row_sealed", type_=LargeBinary), LargeBinary)
        statement = (
            update(sealed.table).where(sealed.key == bindparam("row_key")).values({sealed.column: value})
        )
        db.session.connection().execute(statement, anew)
    return (rows[-1][0] if rows else None), len(anew)


def note_rotation(counts: Mapping[str, int], *, by: Actor, at: datetime) -> None:
    """Write down what was sealed anew."""
    audit.record("keys.rotated", "keys", by=by, at=at, detail=dict(counts))


def unopened(sealed: SealedColumn) -> list[object]:
    """Give the keys of the rows that none of our keys opens."""
    broken: list[object] = []
    for key, body in queries.everything_sealed(sealed):
        try:
            keyring.unseal(bytes(body), context=sealed.name)
        except CannotUnseal:
            broken.append(key)
    return broken


def write_new_key(folder: Path, *, key: bytes, older: list[bytes], index_key: bytes) -> None:
    """Write a new key into a folder, with the one of now among the old ones, and the index key as it is.

    The order matters: broken off anywhere, what is there opens everything that is sealed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    index = index_key or founding_index_key([key, *older][-1])
    _write(folder / "index_key", [index])
    _write(folder / "sealing_keys_old", [key, *older])
    _write(folder / "sealing_key", [secrets.token_bytes(32)])


def write_new_lookup_key(folder: Path, *, key: bytes, older: list[bytes]) -> None:
    """Write a new key of look-ups into a folder, with the one of now among the old ones, which go first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / "lookup_keys_old", [key, *older])
    _write(folder / "lookup_key", [secrets.token_bytes(32)])


def _write(path: Path, keys: list[bytes]) -> None:
    """Put a file in its place whole, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(base64.b64encode(key).decode() for key in keys))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
