"""Home of the commands of integrity checks: run them over a month, draw whom to call."""

from __future__ import annotations

import click

from app import clock
from app.month import parse_month
from app.oversight.commands.group import oversight_commands
from app.oversight.rules.calls import MOST_PER_SITE, PER_SITE
from app.oversight.rules.checks import Gap
from app.oversight.service.calls import draw_sample
from app.oversight.service.check import Outcome, judge_month, keep_findings
from app.roles import COMMAND
from app.text import text
from app.transaction import transaction
from app.web.language import say

_month = click.option("--month", required=True, metavar="YYYY-MM", help="The month, like 2026-10.")


@oversight_commands.command("check")
@_month
def check(month: str) -> None:
    """Run every integrity check over a month; each new finding becomes a case for a person."""
    judged = judge_month(parse_month(month), by=COMMAND)
    with transaction():
        run = keep_findings(judged, by=COMMAND, at=clock.now())
        findings = run.findings
    for outcome in judged.outcomes:
        click.echo(_line(outcome))
    click.echo(
        say(
            text(
                "{findings} findings in {meals} meals, {seconds} s.",
                findings=findings,
                meals=len(judged.facts.meals),
                seconds=f"{judged.milliseconds / 1000:.1f}",
            )
        )
    )


def _line(outcome: Outcome) -> str:
    gaps = "; ".join(_gap(gap) for gap in outcome.answer.gaps)
    found = f"{len(outcome.answer.findings):>6}  {say(outcome.check.title)}"
    return f"{found}  ({gaps})" if gaps else found


def _gap(gap: Gap) -> str:
    words = say(gap.missing.label)
    return words if not gap.sites else say(text("{words} ({sites} sites)", words=words, sites=len(gap.sites)))


@oversight_commands.command("sample")
@_month
@click.option(
    "--per-site",
    type=click.IntRange(1, MOST_PER_SITE),
    default=PER_SITE,
    show_default=True,
    help="How many residents of each site.",
)
@click.option("--seed", type=int, help="Draw with this seed, to repeat an earlier draw; else one is drawn.")
def sample(month: str, per_site: int, seed: int | None) -> None:
    """Draw at random which residents of each site are called about their meals of a month."""
    with transaction():
        drawn = draw_sample(parse_month(month), per_site=per_site, seed=seed, by=COMMAND, at=clock.now())
        said = text("Drawn for {month} with seed {seed}.", month=month, seed=drawn.seed)
    click.echo(say(said))
