"""Home of the commands on what is published."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from app import clock
from app.disclosure.queries import sites_shown
from app.disclosure.service.book import book_on
from app.disclosure.service.circles import measure_circles
from app.disclosure.service.export import export_folder
from app.disclosure.service.office import office_of
from app.disclosure.service.publish import publish_month
from app.month import parse_month
from app.roles import COMMAND, Scope
from app.transaction import transaction
from app.web.command import CommandGroup, folder_option

disclosure_commands = CommandGroup("disclosure", help="What everybody may read: publish, measure, export.")


@disclosure_commands.command("publish")
@click.option("--month", required=True, metavar="YYYY-MM", help="Month whose statements are all approved.")
@click.option("--area", default="", help="Code of the district or street; the district if not given.")
def publish(month: str, area: str) -> None:
    """Publish what a month's approved statements come to, so that nobody is seen alone."""
    area = area or current_app.config["MEAL_CIRCLE"].district
    with transaction():
        published = publish_month(parse_month(month), area, by=COMMAND, at=clock.now())
    click.echo(f"Published {month}: {published.statements} statements in {len(published.rows)} rows.")


@disclosure_commands.command("circles")
def circles() -> None:
    """Measure over the loaded roads what lies within 15 minutes of each site; only what has changed."""
    with transaction():
        count = measure_circles(sites_shown(Scope(), clock.today()), by=COMMAND, at=clock.now())
    click.echo(f"Measured {count} circles.")


@disclosure_commands.command("export")
@folder_option
@click.option(
    "--on",
    "on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Day whose state is shown as today; today if not given.",
)
def export(output: Path, on: datetime | None) -> None:
    """Write the public pages as a folder that opens from a disk and from any web server."""
    config = current_app.config["MEAL_CIRCLE"]
    day = clock.today() if on is None else on.date()
    count = export_folder(book_on(day, office_of(config)), output)
    click.echo(f"Wrote {count} files for {day}.")
