"""Home of the kinds of background work; the packages above say what each does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.roles import Permission
from app.text import Text

Run = Callable[..., None]
"""Does a job: `run(work, by=…, **arguments)`; what it writes it writes within `work.act()`."""

KINDS: dict[str, Kind] = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: its name in the database, on the screen, and what whoever asks for it must be allowed.

    `about` says from the arguments what one job is about, for whoever looks at the list.
    """

    name: str
    label: Text
    permission: Callable[[dict[str, Any]], Permission]
    about: Callable[[dict[str, Any]], Text]
    run: Run


def kind(
    name: str,
    label: Text,
    *,
    permission: Permission | Callable[[dict[str, Any]], Permission],
    about: Callable[[dict[str, Any]], Text],
) -> Callable[[Run], Run]:
    """Let a function do one kind of work."""
    allowed = permission if not isinstance(permission, Permission) else lambda _arguments: permission

    def register(run: Run) -> Run:
        KINDS[name] = Kind(name, label, allowed, about, run)
        return run

    return register
