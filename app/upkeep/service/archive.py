"""Home of a backup's file: a tar of what it says of itself and of the database, encrypted as age does.

Without this program it is opened with `age --decrypt -i KEY FILE | tar x`.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyrage

from app.errors import DomainError
from app.text import text
from app.upkeep.rules.manifest import Manifest, NotOurs

MANIFEST, DATABASE = "manifest.json", "database"
_AT_ONCE = 1024 * 1024
_SUFFIX = ".part"


def pack(manifest: Manifest, database: Path, into: Path, recipient: pyrage.x25519.Recipient) -> None:
    """Write a backup's file; it is there whole, or not at all."""
    unfinished = into.with_name(into.name + _SUFFIX)
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file, database.open("rb") as held:
            pyrage.encrypt_io(_Stream(_tar(manifest.to_json().encode(), held)), file, [recipient])
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(into)
    finally:
        unfinished.unlink(missing_ok=True)


def unpack(backup: Path, identity: pyrage.x25519.Identity, into: Path) -> tuple[Manifest, Path]:
    """Open a backup's file in a folder; give what it says of itself, and where its database lies.

    Raises: OSError; DomainError when the key is another, or the file was altered or cut off.
    """
    opened = into / "opened.tar"
    try:
        with backup.open("rb") as file, opened.open("wb") as tar:
            pyrage.decrypt_io(file, tar, [identity])
    except (pyrage.DecryptError, OSError) as error:
        # What is altered or cut off comes as an error of the system's, but without its number.
        if getattr(error, "errno", None) is not None:
            raise
        raise DomainError(
            text(
                "{file} cannot be opened: it was made for another key, altered or cut off.", file=backup.name
            )
        ) from error
    try:
        with tarfile.open(opened) as tar_file:
            for name in (MANIFEST, DATABASE):
                _take_out(tar_file, name, into)
    except (KeyError, tarfile.TarError) as error:
        raise NotOurs from error
    opened.unlink()
    return Manifest.from_json((into / MANIFEST).read_text(encoding="utf-8")), into / DATABASE


def _take_out(tar_file: tarfile.TarFile, name: str, into: Path) -> None:
    """Write one of the two beside the other; a link or a folder of its name is none of ours.

    Python 3.11.2, which is Debian 12's, knows no `extractall(filter=…)`.
    """
    held = tar_file.extractfile(name)
    if held is None:
        raise KeyError(name)
    with held, (into / name).open("xb") as file:
        shutil.copyfileobj(held, file, _AT_ONCE)


def _tar(manifest: bytes, database: BinaryIO) -> Iterator[bytes]:
    """Give a tar of the two, piece by piece: a database may be larger than memory."""
    for name, size, file in (
        (MANIFEST, len(manifest), io.BytesIO(manifest)),
        (DATABASE, os.fstat(database.fileno()).st_size, database),
    ):
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        yield member.tobuf()
        while piece := file.read(_AT_ONCE):
            yield piece
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


class _Stream(io.RawIOBase):
    """Reads what an iterator gives as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Begin with the first piece."""
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what is written into
        """Give as much of the present piece as there is room for."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
