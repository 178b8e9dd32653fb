"""Home of the nightly command of oversight: the sums of the days, the forecast, the coverage."""

from __future__ import annotations

import click

from app import clock
from app.oversight.commands.group import oversight_commands
from app.oversight.service.coverage import measure_coverage
from app.oversight.service.forecast import make_forecasts
from app.oversight.service.sums import forget_sums, refresh_sums
from app.roles import COMMAND
from app.text import text
from app.transaction import transaction
from app.web.language import say


@oversight_commands.command("refresh")
@click.option(
    "--anew", is_flag=True, help="Throw the sums of all days away first: they are made of decisions alone."
)
def refresh(*, anew: bool) -> None:
    """Add up the days whose decisions changed, forecast covers, measure who is within reach of a site."""
    if anew:
        with transaction():
            forget_sums()
    days = 0
    while True:
        with transaction():
            made = refresh_sums()
        if not made:
            break
        days += made
    with transaction():
        series = make_forecasts(by=COMMAND, at=clock.now())
    with transaction():
        residents = measure_coverage(by=COMMAND, at=clock.now())
    click.echo(
        say(
            text(
                "{days} days of sites added up, {series} sittings forecast, the way of {residents} residents "
                "measured.",
                days=days,
                series=series,
                residents=residents,
            )
        )
    )
