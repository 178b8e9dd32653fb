"""Home of reading what tablets post: the bodies of the endpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.till.service.tablets import Report

_LONGEST_INTEGER = 18
LONGEST_VERSION, LONGEST_REFERENCE = 64, 120
MOST_UNSENT = 10_000_000


class NotThisForm(Exception):
    """A body is none of the form that an endpoint takes."""


@dataclass(frozen=True, slots=True)
class MealsBody:
    """The body of a batch: its records, each as it came, and what the tablet says of itself."""

    records: Sequence[object]
    report: Report


def json_body(content: bytes) -> dict[str, Any]:
    """Read a body that is a JSON object.

    A number too long for any column stays a text, so that one record with such a number is refused alone.

    Raises: NotThisForm.
    """
    try:
        body = json.loads(content, parse_int=_integer)
    except (ValueError, RecursionError):
        raise NotThisForm from None
    if not isinstance(body, dict):
        raise NotThisForm
    return body


def list_in(body: dict[str, Any], name: str) -> list[object]:
    """Give a body's list.

    Raises: NotThisForm when there is none.
    """
    listed = body.get(name)
    if not isinstance(listed, list):
        raise NotThisForm
    return listed


def count_in(body: dict[str, Any], name: str) -> int | None:
    """Give a count that a device tells of itself, None where it tells none that can be."""
    given = body.get(name)
    is_count = isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= MOST_UNSENT
    return given if is_count else None


def meals_body(body: dict[str, Any]) -> MealsBody:
    """Read the body of a batch; what a tablet says of itself is taken as far as it can be read.

    Raises: NotThisForm when it holds no list of records.
    """
    persisted = body.get("persisted")
    return MealsBody(
        list_in(body, "records"),
        Report(
            unsent=count_in(body, "unsent"),
            oldest_unsent_at=_instant(body.get("oldest_unsent_at")),
            version=_short(body.get("version"), LONGEST_VERSION),
            tablet_time=_instant(body.get("tablet_time")),
            is_persisted=persisted if isinstance(persisted, bool) else None,
            policy_reference=_short(body.get("policy"), LONGEST_REFERENCE),
        ),
    )


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _instant(given: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None and 2000 <= at.year <= 2200 else None  # noqa: PLR2004 - before and after us


def _short(given: object, longest: int) -> str:
    return given[:longest] if isinstance(given, str) and given.isprintable() else ""
