"""Home of the errors that a person is meant to read: one tree, every message says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.text import Text, text


class DomainError(Exception):
    """Something a person asked for cannot be done; the message says what happened and what to do.

    `field` names the form field or the option that the message belongs to, if there is one.
    """

    status = 422

    def __init__(self, message: Text, *, field: str | None = None) -> None:
        """Keep the message translatable."""
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        """Give the English message."""
        return str(self.message)


class NotFound(DomainError):
    """What was asked for is not there, or not there for this viewer."""

    status = 404


class NotAllowed(DomainError):
    """The person may not do this here."""

    status = 403


class Conflict(DomainError):
    """Someone or something was there first."""

    status = 409


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault in a file: where it is, why it is one, and what to do about it.

    `line` counts from 1 as a text editor or a spreadsheet does; `column` is the column's name, or empty
    when the whole row is meant.
    """

    line: int
    column: str
    reason: Text
    remedy: Text

    def as_text(self) -> Text:
        """Give the fault as one sentence."""
        if not self.column:
            return text(
                "Line {line}: {reason} {remedy}", line=self.line, reason=self.reason, remedy=self.remedy
            )
        return text(
            "Line {line}, column {column}: {reason} {remedy}",
            line=self.line,
            column=self.column,
            reason=self.reason,
            remedy=self.remedy,
        )


class BadFile(DomainError):
    """A file that cannot be taken; `rows` lists each fault, and nothing of it was written."""

    def __init__(self, message: Text, *, rows: Sequence[RowError] = (), field: str | None = None) -> None:
        """Keep every fault, not only the first."""
        super().__init__(message, field=field)
        self.rows = tuple(rows)
