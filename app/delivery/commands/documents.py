"""Home of reading and writing the files that delivery's commands are given."""

from __future__ import annotations

from pathlib import Path

import click

from app.delivery.routing.documents import plan_from_json, problem_from_json
from app.delivery.routing.faults import BadDocument
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.errors import DomainError
from app.text import Text, text
from app.web.language import say

LARGEST_DOCUMENT_MB = 200


def problem_in(file: Path) -> RoutingProblem:
    """Read an instance.

    Raises: DomainError, after every fault of the file is told.
    """
    try:
        return problem_from_json(_read(file))
    except BadDocument as error:
        raise _refused(file, error) from error


def plan_in(file: Path) -> RoutePlan:
    """Read a plan.

    Raises: DomainError, as `problem_in` does.
    """
    try:
        return plan_from_json(_read(file))
    except BadDocument as error:
        raise _refused(file, error) from error


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_DOCUMENT_MB * 1024 * 1024:
            raise DomainError(
                text(
                    "{file} is larger than {limit} MB. Split it by kitchens.",
                    file=file,
                    limit=LARGEST_DOCUMENT_MB,
                )
            )
        return file.read_bytes()
    except OSError as error:
        raise DomainError(
            text("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error)
        ) from error


def write_whole(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, making its folder."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(file)
    except OSError as error:
        raise DomainError(
            text("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error)
        ) from error


def _refused(file: Path, error: BadDocument) -> DomainError:
    """List every fault of a document, and refuse it by its name."""
    for fault in error.faults:
        click.echo(say(fault.as_text()), err=True)
    return DomainError(text("{file} cannot be taken: {count} faults.", file=file, count=len(error.faults)))


def tell(sentence: Text) -> None:
    """Print a sentence in the reader's language."""
    click.echo(say(sentence))
