"""Home of the chain: how an entry of the trail is hashed together with the one before it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.text import Text, text

START = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it is hashed; `detail` is canonical JSON."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    previous_hash: str

    @property
    def hash(self) -> str:
        """Give SHA-256 over the entry's members as a compact JSON list, the instant in UTC microseconds."""
        instant = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        members = [
            self.seq,
            instant,
            self.actor,
            self.action,
            self.subject,
            self.detail,
            self.previous_hash,
        ]
        return hashlib.sha256(canonical(members).encode()).hexdigest()


def canonical(value: object) -> str:
    """Write JSON in the one way that hashes agree on: sorted keys, no spaces, characters as they are.

    >>> canonical({"b": 1, "a": "老人"})
    '{"a":"老人","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def first_break(chain: Iterable[tuple[Entry, str]], *, head_seq: int, head_hash: str) -> Text | None:
    """Walk entries with their stored hashes from the first on; give the first break, or None when whole."""
    seq, previous = 0, START
    for entry, stored in chain:
        if entry.seq != seq + 1:
            return text("Entry {seq} is missing.", seq=seq + 1)
        if entry.previous_hash != previous:
            return text("Entry {seq} does not follow from the one before it.", seq=entry.seq)
        if entry.hash != stored:
            return text("Entry {seq} was altered.", seq=entry.seq)
        seq, previous = entry.seq, stored
    if (seq, previous) != (head_seq, head_hash):
        return text("The trail ends at entry {seq}, its head says {head}.", seq=seq, head=head_seq)
    return None
