"""Home of what the pages of policy call whoever did something."""

from __future__ import annotations

from collections.abc import Iterable

from app.auth import queries as users
from app.text import Text, text


def names_of(user_nos: Iterable[str | None]) -> dict[str, str | Text]:
    """Give names by number; a command has none, and a number that is nobody's stays a number."""
    return {number: _name(number) for number in set(user_nos) if number}


def _name(number: str) -> str | Text:
    if number == "system":
        return text("the system itself")
    user = users.user_numbered(number)
    return f"{user.name} ({number})" if user is not None else number
