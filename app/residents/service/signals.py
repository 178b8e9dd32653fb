"""Home of telling those above that what decisions rest on has changed."""

from __future__ import annotations

from collections.abc import Iterable

from blinker import Signal

facts_changed = Signal()
"""Sent in the transaction of the change, with `resident_nos: frozenset[str]`."""


def tell(resident_nos: Iterable[str]) -> None:
    """Say whose facts changed."""
    changed = frozenset(resident_nos)
    if changed:
        facts_changed.send(None, resident_nos=changed)
