"""Home of the commands on personal data: its keys, and how long it is kept."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from app import clock
from app.care.service.lists import forget_names
from app.complaints.service import empty
from app.errors import Conflict
from app.privacy import service
from app.privacy.queries.people import retired_with_phone
from app.privacy.queries.sealed import SealedColumn
from app.privacy.rules import Retention
from app.privacy.service.lookups import FOUND_COLUMNS, FoundColumn
from app.roles import COMMAND
from app.sealing import founding_index_key, keyring
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

_AT_ONCE = 200
keys_commands = CommandGroup("keys", help="The keys that seal identity, phone and account numbers.")


@keys_commands.command("new")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the three files; the data folder, unless given.",
)
@click.option(
    "--lookup",
    is_flag=True,
    help="Make a new key by which identity numbers are found, in place of a sealing key.",
)
def new(output: Path | None, *, lookup: bool) -> None:
    """Make a new key; the one of now opens what it sealed, or finds it, until all is written anew."""
    config = current_app.config["MEAL_CIRCLE"]
    if config.mode == "demo" and output is None:
        raise Conflict(text("The demo's keys are known to everyone. Use MODE=production, or -o DIR."))
    folder = output or config.data_dir
    if lookup:
        behind = keyring.is_moving and any(service.left_behind(each)[0] for each in FOUND_COLUMNS)
        _ensure_finished(is_under_way=behind)
        now = config.lookup_key_bytes or config.index_key_bytes
        now = now or founding_index_key([config.sealing_key_bytes, *config.older_keys][-1])
        service.write_new_lookup_key(folder, key=now, older=config.older_lookup_keys)
    else:
        behind = any(service.columns_under_older_keys().values()) and bool(config.older_keys)
        _ensure_finished(is_under_way=behind)
        service.write_new_key(
            folder, key=config.sealing_key_bytes, older=config.older_keys, index_key=config.index_key_bytes
        )
    click.echo(
        say(
            text(
                "The new key is in {folder}. Back it up, start every server anew, and run: flask keys rotate",
                folder=folder,
            )
        )
    )


def _ensure_finished(*, is_under_way: bool) -> None:
    if is_under_way:
        raise Conflict(text("An earlier rotation is not finished. Run: flask keys rotate"))


@keys_commands.command("rotate")
@click.option(
    "--batch", type=click.IntRange(1, 10_000), default=500, show_default=True, help="Rows sealed in one act."
)
def rotate(batch: int) -> None:
    """Seal, and let be found, with the newest keys what older ones did; broken off, it goes on there."""
    counts = {}
    for column, waiting in service.columns_under_older_keys().items():
        if waiting:
            counts[column.name] = _rotate(column, waiting, batch)
    for found in FOUND_COLUMNS:
        if moved := _move(found, batch):
            counts[found.name] = moved
    if counts:
        with transaction():
            service.note_rotation(counts, by=COMMAND, at=clock.now())
    left = sum(service.columns_under_older_keys().values())
    left += sum(sum(service.left_behind(each)) for each in FOUND_COLUMNS)
    if left:
        raise Conflict(
            text("{count} fields do not open and stay as they are. Run: flask keys check", count=left)
        )
    click.echo(say(text("Everything is sealed with the newest key.")))


def _rotate(column: SealedColumn, waiting: int, batch: int) -> int:
    """Seal one column anew, telling how far it is."""
    done, after = 0, None
    while True:
        with transaction():
            after, sealed = service.reseal_batch(column, after=after, at_most=batch)
        if after is None:
            return done
        done += sealed
        click.echo(f"{column.name} {done}/{waiting}")


def _move(column: FoundColumn, batch: int) -> int:
    """Let the rows of one column be found by the newest key, telling how far it is where anything changes."""
    done, after = 0, 0
    while True:
        with transaction():
            last, moved = service.move_batch(column, after=after, at_most=batch)
        if last is None:
            return done
        done, after = done + moved, last
        if moved:
            click.echo(f"{column.name} {done}")


@keys_commands.command("check")
def check() -> None:
    """Open everything that is sealed, and count what an older key sealed or finds."""
    broken = 0
    for column, waiting in service.columns_under_older_keys().items():
        unopened = service.unopened(column)
        broken += len(unopened)
        _tell(column.name, waiting, len(unopened))
        for key in unopened[:20]:
            click.echo(f"  {column.name} {key}")
    for found in FOUND_COLUMNS:
        _tell(found.name, *service.left_behind(found))
    if broken:
        raise Conflict(text("{count} fields do not open with any key that is here.", count=broken))


def _tell(column: str, older: int, broken: int) -> None:
    said = text(
        "{column}: {older} under an older key, {broken} do not open",
        column=column,
        older=older,
        broken=broken,
    )
    click.echo(say(said))


privacy_commands = CommandGroup("privacy", help="How long personal data is kept.")


@privacy_commands.command("retain")
@click.option("--apply", "is_meant", is_flag=True, help="Erase it; without this, only tell what would go.")
def retain(*, is_meant: bool) -> None:
    """Erase what has been kept as long as the settings say: contacts, sessions, complaints."""
    config, at = current_app.config["MEAL_CIRCLE"], clock.now()
    retention = Retention(
        config.retain_contacts_months,
        config.retain_sessions_days,
        config.retain_complaints_months,
        config.retain_apart_days,
    )
    numbers = service.overdue(retention, clock.on(at))
    sessions = service.old_sessions(retention, at=at)
    complaints = service.old_complaints(retention, clock.on(at))
    kept = {"apart": service.apart_due(retention, at=at), "riders": len(retired_with_phone())}
    if is_meant:
        for start in range(0, len(numbers), _AT_ONCE):
            with transaction():
                service.let_go(numbers[start : start + _AT_ONCE], by=COMMAND, at=at)
        for start in range(0, len(complaints), _AT_ONCE):
            with transaction():
                empty(complaints[start : start + _AT_ONCE], by=COMMAND, at=at)
        with transaction():
            service.forget_sessions(retention, by=COMMAND, at=at)
            forget_names(by=COMMAND, at=at)
            service.empty_apart(retention, by=COMMAND, at=at)
            service.forget_retired(by=COMMAND, at=at)
    for number in numbers:
        click.echo(number)
    counts = {"residents": len(numbers), "sessions": sessions, "complaints": len(complaints)}
    if is_meant:
        said = text(
            "Erased: contacts of {residents} residents, {sessions} old sessions, "
            "words of {complaints} complaints.",
            **counts,
        )
    else:
        said = text(
            "Would go: contacts of {residents} residents, {sessions} old sessions, words of {complaints} "
            "complaints. Erase them with --apply",
            **counts,
        )
    click.echo(say(said))
    click.echo(
        say(
            text(
                "And what {apart} settled records said, the phones of {riders} riders who have stopped.",
                **kept,
            )
        )
    )
