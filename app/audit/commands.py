"""Home of the trail's commands."""

from __future__ import annotations

import click

from app.audit import service
from app.text import text
from app.web.command import CommandGroup
from app.web.language import say

audit_commands = CommandGroup("audit", help="The append-only trail of acts.")


@audit_commands.command("verify")
def verify() -> None:
    """Walk the trail's hash chain; exit with 1 at the first break."""
    length, broken = service.verify()
    if broken is not None:
        raise click.ClickException(say(broken))
    click.echo(say(text("The trail is whole: {count} entries.", count=length)))
