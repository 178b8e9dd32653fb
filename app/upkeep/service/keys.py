"""Home of the pair of keys that backups are encrypted for, and opened with."""

from __future__ import annotations

import os
from pathlib import Path

import pyrage

from app.errors import DomainError
from app.text import text


def make_key(path: Path) -> str:
    """Write a new secret key into a new file that its owner alone may read; give its public half.

    Raises: OSError, also when the file is there already.
    """
    identity = pyrage.x25519.Identity.generate()
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{identity}\n")
    return str(identity.to_public())


def recipient(public_key: str) -> pyrage.x25519.Recipient:
    """Read the public half.

    Raises: DomainError when there is none, or it is none.
    """
    if not public_key:
        raise DomainError(
            text(
                "Backups are encrypted, and nobody is named to read them. "
                "Make a pair of keys with: flask backup key, then set BACKUP_RECIPIENT."
            )
        )
    try:
        return pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError as error:
        raise DomainError(text("BACKUP_RECIPIENT is no public key. Copy it anew.")) from error


def identity(path: Path) -> pyrage.x25519.Identity:
    """Read the secret half from its file.

    Raises: OSError; DomainError when it holds no key.
    """
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                return pyrage.x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                break
    raise DomainError(text("{file} holds no secret key of backups.", file=path.name))
