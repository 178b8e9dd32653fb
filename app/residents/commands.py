"""Home of the commands on residents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from app import clock
from app.areas import queries as areas
from app.errors import NotFound
from app.residents import queries, service
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.service import cards
from app.residents.service.card_sheets import MOST, card_sheets
from app.roles import COMMAND
from app.sheet.source import AT_A_TERMINAL
from app.text import Text, text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.imports import bad_file_for, import_arguments, tell_report, told
from app.web.language import say

resident_commands = CommandGroup("residents", help="The people aged 60 and more.")


@resident_commands.command("import")
@import_arguments
def import_residents(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> None:
    """Take residents from a CSV or XLSX FILE; one bad row, and nothing is written."""
    bad_rows = bad_file_for(file, bad_file, skip_bad_rows=skip_bad_rows)
    with file.open("rb") as opened:
        reading = RESIDENTS_FILE.read(opened, limits=AT_A_TERMINAL)
        with transaction():
            report = service.import_residents(
                told(reading), skip_bad_rows=skip_bad_rows, by=COMMAND, at=clock.now()
            )
    tell_report(report, reading.header, bad_rows)


@resident_commands.command("cards")
@click.option("--area", required=True, help="Code of the district, street or community they live in.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write."
)
@click.option("--without-card-only", is_flag=True, help="Print the cards of those who had none alone.")
def print_cards(area: str, output: Path, *, without_card_only: bool) -> None:
    """Give those who live in an area and have none a card, and print the cards, eight on a sheet."""
    if area not in areas.known_codes():
        raise NotFound(text("There is no place with the code {code}.", code=area))
    takers = queries.card_takers(
        COMMAND.scope, on=clock.today(), area=area, without_card_only=without_card_only
    )
    numbers = queries.numbers(takers)
    if not numbers:
        _say(text("Nobody in {area} is to be given a card.", area=area))
    # A folder that cannot be made is refused before anybody has a card that is nowhere printed.
    output.parent.mkdir(parents=True, exist_ok=True)
    for place, start in enumerate(range(0, len(numbers), MOST), start=1):
        _print_some(numbers[start : start + MOST], _numbered(output, place))


def _print_some(resident_nos: Sequence[str], file: Path) -> None:
    with transaction():
        cards.issue_many(resident_nos, by=COMMAND, at=clock.now())
    faces = queries.card_faces(resident_nos, COMMAND.scope)
    phone = current_app.config["MEAL_CIRCLE"].contact_phone
    file.write_bytes(card_sheets(faces, phone=phone, at=clock.now()))
    _say(text("{count} cards: {file}", count=len(faces), file=file))


def _numbered(file: Path, place: int) -> Path:
    return file if place == 1 else file.with_stem(f"{file.stem}-{place}")


def _say(sentence: Text) -> None:
    click.echo(say(sentence))
