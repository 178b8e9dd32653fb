"""Home of the policy's commands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from app import clock
from app.errors import DomainError, NotFound
from app.roles import COMMAND
from app.subsidy import queries, service
from app.subsidy.rules.document import LARGEST_BYTES, policy_from_bytes
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

policy_commands = CommandGroup("policy", help="Who is subsidised, and how much: dated policies.")


@policy_commands.command("import")
@click.argument("file", type=click.File("rb"))
def import_policy(file: BinaryIO) -> None:
    """Publish the policy in FILE (YAML, meal-policy/1); publishing it again changes nothing."""
    policy = policy_from_bytes(file.read(LARGEST_BYTES + 1))
    with transaction():
        is_new = service.publish(policy, by=COMMAND, at=clock.now())
    what = {"reference": policy.reference, "district": policy.district, "day": policy.effective_from}
    click.echo(
        say(
            text("The policy {reference} of {district} holds from {day}.", **what)
            if is_new
            else text("The policy {reference} of {district} from {day} was there already.", **what)
        )
    )


@policy_commands.command("export")
@click.option(
    "--effective-from",
    "first_day",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which it holds.",
)
@click.option("--district", help="Its code, needed when policies of several districts begin on the day.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else the terminal."
)
def export_policy(first_day: datetime, district: str | None, output: Path | None) -> None:
    """Write the policy that begins on a day as YAML (meal-policy/1)."""
    day = first_day.date()
    found = queries.policies_from(day, district=district)
    if not found:
        raise NotFound(text("No policy begins on {day}. The pages list those that there are.", day=day))
    if len(found) > 1:
        districts = ", ".join(each.policy.district for each in found)
        raise DomainError(
            text(
                "Several policies begin on {day}. Choose one with --district: {districts}.",
                day=day,
                districts=districts,
            )
        )
    if output is None:
        click.echo(found[0].document, nl=False)
        return
    output.write_text(found[0].document, encoding="utf-8")
    click.echo(say(text("Written to {file}.", file=output)))


@policy_commands.command("calendar")
@click.argument("year", type=click.IntRange(2000, 2199))
def enter_calendar(year: int) -> None:
    """Write down the announced holidays and worked weekend days of YEAR; days that are there already stay."""
    with transaction():
        count = service.enter_announced(year, by=COMMAND, at=clock.now())
    click.echo(say(text("{count} days are written down. What was there already stays.", count=count)))
