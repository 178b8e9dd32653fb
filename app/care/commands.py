"""Home of the commands of care: what a timer runs while people eat."""

from __future__ import annotations

from datetime import datetime

import click

from app import clock
from app.care.service.watch import watch
from app.errors import DomainError
from app.roles import COMMAND
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

care_commands = CommandGroup("care", help="Who did not come to eat, and is called.")


@care_commands.command("watch")
@click.option("--at", "written", help="The time, as 2026-11-27T12:30 in Shanghai; now by default.")
def watch_now(*, written: str | None) -> None:
    """Find the regulars who did not come to the sittings that are due, and make each a case, once."""
    with transaction():
        found = watch(by=COMMAND, at=_instant(written))
    for each in found:
        if each.is_holiday:
            click.echo(say(text("Today is a holiday: nobody is missed.")))
        else:
            click.echo(
                say(
                    text(
                        "{sitting}: {regulars} regulars, {absent} of them not there, {new} new.",
                        sitting=each.sitting.label,
                        regulars=each.regulars,
                        absent=each.absent,
                        new=each.new,
                    )
                )
            )


def _instant(written: str | None) -> datetime:
    if written is None:
        return clock.now()
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        raise DomainError(
            text("“{written}” is no time. Write it like 2026-11-27T12:30.", written=written)
        ) from None
    return read if read.tzinfo is not None else read.replace(tzinfo=clock.SHANGHAI)
