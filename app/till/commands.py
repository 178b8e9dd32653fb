"""Home of the commands on tablets."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app.canteens.rules import Sitting
from app.errors import Conflict
from app.roles import COMMAND, Scope
from app.sheet import cells
from app.text import text
from app.till import queries, service
from app.till.rules.credentials import CODE_MINUTES, written_code
from app.till.rules.paper import MOST_SHEETS
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

tablets_commands = CommandGroup(
    "tablets", help="The tablets at the sites, each with a credential of its own."
)


@tablets_commands.command("enrol")
@click.option("--site", "site_code", required=True, help="Code of the site where the tablet stands.")
@click.option("--name", required=True, help="What people at the site call it.")
@click.option("--token", "wants_token", is_flag=True, help="Enrol it at once, and print its bearer token.")
def enrol(site_code: str, name: str, *, wants_token: bool) -> None:
    """Prepare a tablet, and print the one-time code that enrols it.

    Run again before the tablet is enrolled, it prints a new code for the same tablet.
    """
    at = clock.now()
    with transaction():
        tablet, code = service.prepare(site_code, name, by=COMMAND, at=at)
        tablet_no, token = tablet.tablet_no, ""
        if wants_token:
            _, token = service.enrol(code, at=at)
    if wants_token:
        click.echo(
            say(text("{tablet_no} is enrolled. Its bearer token, shown this once:", tablet_no=tablet_no))
        )
        click.echo(token)
        return
    click.echo(
        say(
            text(
                "{tablet_no}: open /till/ on the tablet and type this code within {minutes} minutes:",
                tablet_no=tablet_no,
                minutes=CODE_MINUTES,
            )
        )
    )
    click.echo(written_code(code))


@tablets_commands.command("list")
@click.option("--site", "site_code", default=None, help="Only the tablets of this site.")
def show(site_code: str | None) -> None:
    """List the tablets: number, site, name, when last seen, what they have not sent."""
    for tablet in queries.tablets_in(Scope(site_code=site_code)):
        seen = tablet.last_seen_at.isoformat(timespec="seconds") if tablet.last_seen_at else "-"
        state = "revoked" if tablet.revoked_at else "enrolled" if tablet.enrolled_at else "prepared"
        unsent = "-" if tablet.unsent is None else str(tablet.unsent)
        click.echo(f"{tablet.tablet_no}\t{tablet.site_code}\t{tablet.name}\t{state}\t{seen}\t{unsent}")


@tablets_commands.command("revoke")
@click.argument("tablet_no")
def revoke(tablet_no: str) -> None:
    """Take a tablet's credential back: it wipes what it knows of people when it next hears from us."""
    with transaction():
        service.revoke(tablet_no, by=COMMAND, at=clock.now())
    click.echo(say(text("{tablet_no} is revoked.", tablet_no=tablet_no)))


@tablets_commands.command("paper")
@click.option("--site", "site_code", required=True, help="Code of the site that the sheets are for.")
@click.option("--on", "day", required=True, metavar="DAY", help="The day printed on them, like 2026-11-23.")
@click.option("--sitting", default=Sitting.LUNCH.value, show_default=True, help="breakfast, lunch or dinner.")
@click.option("--count", type=click.IntRange(1, MOST_SHEETS), default=1, show_default=True, help="How many.")
@click.option("--names", "names_regulars", is_flag=True, help="Print the names of who usually eats there.")
@click.option("--after", default="", metavar="NUMBER", help="Go on after this sheet: for a restored backup.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the PDF goes.")
def paper(
    site_code: str, day: str, sitting: str, count: int, *, names_regulars: bool, after: str, output: Path
) -> None:
    """Print numbered sheets of paper for the meals of a sitting, to be keyed back on the page of sheets.

    Each run makes new numbers, so a file that is there already is not written over.
    """
    on, at_sitting, at = cells.day(day), cells.choice(Sitting)(sitting), clock.now()
    if output.exists() or not output.absolute().parent.is_dir():
        raise Conflict(
            text("{file} exists already, or its folder does not. Choose another file.", file=output)
        )
    with transaction():
        sheets = service.print_sheets(
            site_code,
            on,
            at_sitting,
            count=count,
            names_regulars=names_regulars,
            after=after,
            by=COMMAND,
            at=at,
        )
        numbers = [sheet.sheet_no for sheet in sheets]
    output.write_bytes(service.paper_pdf(numbers, at=at))
    click.echo(
        say(
            text(
                "{count} sheets from {first} to {last}. Written to {file}.",
                count=count,
                first=numbers[0],
                last=numbers[-1],
                file=output,
            )
        )
    )
