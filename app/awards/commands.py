"""Home of the commands of awards: draft a year, export it, verify it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from app import clock
from app.awards import service
from app.awards.rules.year import Year
from app.awards.service import Drafted, NotDrafted, WantedAwards
from app.roles import COMMAND, Scope
from app.settlement.service import formats
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup, folder_option, formats_option, tell_file
from app.web.language import say

awards_commands = CommandGroup("awards", help="What each canteen gets for a year: draft, export, verify.")

_year = click.option("--year", required=True, type=int, metavar="YYYY", help="The year, like 2026.")


@awards_commands.command("draft")
@_year
@click.option("--site", metavar="CODE", help="Only this canteen.")
def draft(year: int, site: str | None) -> None:
    """Make the draft awards of a year, or make them again; each canteen is an act of its own.

    Meals count until yesterday. A canteen that gets no draft is named with the reason.
    """
    period = Year(year)
    period.counted_until(clock.today())
    done: Counter[Drafted] = Counter()
    left: list[NotDrafted] = []
    canteens = service.canteens_to_draft(period, site_code=site, by=COMMAND)
    with click.progressbar(canteens, label=say(text("Drafting")), file=sys.stderr) as bar:
        for site_code in bar:
            with transaction():
                result = service.draft_or_say_why(site_code, period, by=COMMAND, at=clock.now())
            if isinstance(result, NotDrafted):
                left.append(result)
            else:
                done[result] += 1
    click.echo(say(service.drafted_words(period, done)))
    for each in left:
        click.echo(say(text("{site}: {reason}", site=each.site_code, reason=each.reason)), err=True)


@awards_commands.command("export")
@_year
@folder_option
@formats_option
def export(year: int, output: Path, wanted: str) -> None:
    """Write a year's awards as CSV, as a workbook and as papers."""
    chosen = formats(wanted)
    awards = WantedAwards.of(Year(year), Scope())
    done = service.export_year(awards, output, chosen, at=clock.now(), progress=tell_file)
    click.echo(
        say(
            text(
                "Exported {year}: {awards} awards in {files} files to {folder}.",
                year=year,
                awards=len(awards.awards),
                files=len(done),
                folder=output,
            )
        )
    )


@awards_commands.command("verify")
@_year
@click.pass_context
def verify(ctx: click.Context, year: int) -> None:
    """Reckon every award of a year from the facts alone, and print what differs.

    Exits with 1 if anything does.
    """
    found = service.verify_year(Year(year))
    for difference in found.differences:
        click.echo(say(difference.as_text()))
    if found.differences:
        click.echo(
            say(
                text(
                    "{year}: {count} differences in {awards} awards. Draft again what is a draft; what is "
                    "approved must be looked into, and declared void if it is wrong.",
                    year=year,
                    count=len(found.differences),
                    awards=found.awards,
                )
            ),
            err=True,
        )
        ctx.exit(1)
    click.echo(say(text("{year}: {awards} awards agree with the facts.", year=year, awards=found.awards)))
