"""Home of what the pages of policy call whoever did something."""

from __future__ import annotations

from collections.abc import Iterable

from app.auth import queries as users
from app.text import Text, text


def names_of(user_nos: Iterable[str | None]) -> dict[str, str | Text]:
    """Give names by number; a command has none, and a number that is nobody's stays a number."""
    wanted = {number for number in user_nos if number}
    names = users.names_of(wanted)
    known = {number: f"{name} ({number})" for number, name in names.items()}
    return {number: number for number in wanted} | known | {"system": text("the system itself")}
