"""Home of `flask backup`: make a backup, prove it by a drill, put it back; and of `flask api`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app

from app import clock
from app.roles import COMMAND
from app.text import text
from app.upkeep import service
from app.web.command import CommandGroup
from app.web.description import description
from app.web.language import say

backup_commands = CommandGroup("backup", help="Encrypted backups of the database.")
_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_key_option = click.option(
    "--key",
    required=True,
    type=_existing,
    metavar="FILE",
    help="The secret key, as `flask backup key` wrote it.",
)


@backup_commands.command("key")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A new file for the secret half; keep it away from this machine.",
)
def make_key(output: Path) -> None:
    """Make the pair of keys for backups; print the public half, for BACKUP_RECIPIENT."""
    click.echo(service.make_key(output))


@backup_commands.command("create")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the file; made if it is not there.",
)
def create(output: Path) -> None:
    """Write an encrypted backup of the database, while the system is in use."""
    public_key = current_app.config["MEAL_CIRCLE"].backup_recipient
    file = service.create(output, public_key=public_key, by=COMMAND, at=clock.now())
    click.echo(say(text("{file}: {bytes} bytes.", file=file.name, bytes=file.stat().st_size)))


@backup_commands.command("verify")
@click.argument("file", type=_existing)
@_key_option
def verify(file: Path, key: Path) -> None:
    """Restore a backup beside the database in use, and compare every table with what it held then."""
    manifest = service.verify(file, key=key)
    rows = sum(table.rows for table in manifest.tables.values())
    click.echo(
        say(
            text(
                "{file} is whole: {rows} rows in {tables} tables, as they were at {at}.",
                file=file.name,
                rows=rows,
                tables=len(manifest.tables),
                at=manifest.made_at.astimezone(clock.SHANGHAI).isoformat(sep=" ", timespec="seconds"),
            )
        )
    )


@backup_commands.command("restore")
@click.argument("file", type=_existing)
@_key_option
@click.option(
    "--replace", is_flag=True, help="Take the place of a database that is not empty; it is kept beside."
)
def restore(file: Path, key: Path, *, replace: bool) -> None:
    """Put a backup in the database's place, while no server runs; what was there is kept."""
    done = service.restore(file, key=key, is_replacing=replace, by=COMMAND, at=clock.now())
    click.echo(say(text("{file} is restored.", file=file.name)))
    if done.kept:
        click.echo(say(text("What was there before is kept as {name}.", name=done.kept)))
    if not done.is_newest:
        click.echo(say(text("It is older than the program. Run: flask db upgrade")))


api_commands = CommandGroup("api", help="The endpoints for machines.")


@api_commands.command("describe")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it; else it is printed.",
)
def describe(output: Path | None) -> None:
    """Describe every endpoint for machines as OpenAPI 3.1, in JSON."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
    written = json.dumps(description(app), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(written, nl=False)
        return
    output.write_text(written, encoding="utf-8")
    click.echo(output.name, err=True)
