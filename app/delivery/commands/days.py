"""Home of the commands on a day in the database: plan it, print its route sheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from app import clock
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.commands.documents import tell, write_whole
from app.delivery.commands.group import delivery_commands
from app.delivery.commands.options import PLANNING_SECONDS, SECONDS, WORK, WORKERS, ensure_one_limit
from app.delivery.routing.solver import Effort, Stop
from app.delivery.routing.solver.interrupt import until_interrupted
from app.delivery.rules.days import parse_day, parse_sitting
from app.delivery.service import draft_plans, keep_plan
from app.delivery.service.kitchens import ensure_cooks
from app.delivery.service.planning import outcome_of
from app.delivery.service.sheets import route_sheets, sheets_name
from app.errors import DomainError, NotFound
from app.roles import COMMAND
from app.text import Text, text
from app.transaction import transaction


@delivery_commands.command("plan")
@click.option("--on", "day", help="The day, as 2026-11-23; today by default.")
@click.option("--sitting", default=Sitting.LUNCH.value, show_default=True, help="breakfast, lunch or dinner.")
@click.option("--kitchen", "kitchen_code", default=None, help="One kitchen's site code; all by default.")
@click.option(
    "--seconds",
    type=SECONDS,
    default=None,
    help=f"Time for all kitchens together.  [default: {PLANNING_SECONDS:.0f} a kitchen and worker]",
)
@click.option(
    "--effort",
    type=WORK,
    default=None,
    help="Work to do instead (a unit is about a quiet second): always the same plans.",
)
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processor cores to use.")
def plan_day(
    *,
    day: str | None,
    sitting: str,
    kitchen_code: str | None,
    seconds: float | None,
    effort: float | None,
    workers: int,
) -> None:
    """Plan a sitting's rides from the database, in place of earlier plans: many kitchens side by side.

    Ctrl-C ends the planning: the kitchens under way get their best plan so far, the others stay as they are.
    """
    ensure_one_limit(seconds, effort)
    served_on, at_sitting = _day(day), parse_sitting(sitting)
    kitchens = _kitchens(served_on, at_sitting, kitchen_code)
    # What the sites are called is kept, since planning lets go of the rows.
    names = {site.site_code: site.name for site in kitchens}
    if not names:
        tell(
            text(
                "Nothing is to be delivered for {sitting} on {day}.", day=served_on, sitting=at_sitting.label
            )
        )
        return
    workers = min(workers, len(names))
    asked = Effort(seconds=seconds or PLANNING_SECONDS * len(names) / workers, workers=workers, work=effort)
    refused, ended = until_interrupted(
        lambda stop: _plan(served_on, at_sitting, names, effort=asked, stop=stop)
    )
    if ended:
        raise DomainError(text("Ended early: {count} kitchens were not planned again.", count=ended))
    if refused:
        raise DomainError(text("{count} kitchens could not be planned.", count=refused))


def _plan(
    on: date, sitting: Sitting, names: Mapping[str, str], *, effort: Effort, stop: Stop
) -> tuple[int, int]:
    """Plan kitchens, keep each plan as it comes and tell it; count the refused and those not reached."""
    refused = ended = 0
    drafts = draft_plans(on, sitting, list(names), effort=effort, by=COMMAND, at=clock.now(), stop=stop)
    for place, (code, drafted) in enumerate(drafts, start=1):
        if drafted is None:
            ended += 1
            continue
        if isinstance(drafted, DomainError):
            refused, outcome = refused + 1, drafted.message
        else:
            with transaction():
                keep_plan(drafted, by=COMMAND, at=clock.now())
            outcome = outcome_of(drafted)
        tell(
            text(
                "[{place}/{count}] {name}: {outcome}",
                place=place,
                count=len(names),
                name=names[code],
                outcome=outcome,
            )
        )
        for unready in queries.crews_on(on, [code])[code].unready:
            tell(_told(unready))
    return refused, ended


def _told(unready: queries.Unready) -> Text:
    """Say whom the plan leaves at home or sends without papers; numbers alone, since outputs are kept."""
    number, gap = unready.rider.rider_no, unready.told
    if unready.waived_until is None:
        return text("    rider {rider_no} is not planned: {gap}", rider_no=number, gap=gap)
    return text(
        "    rider {rider_no} rides without papers until before {day}: {gap}",
        rider_no=number,
        gap=gap,
        day=unready.waived_until,
    )


@delivery_commands.command("sheets")
@click.option("--on", "day", help="The day, as 2026-11-23; today by default.")
@click.option("--sitting", default=Sitting.LUNCH.value, show_default=True, help="breakfast, lunch or dinner.")
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), required=True, help="Folder to fill."
)
def sheets(day: str | None, sitting: str, folder: Path) -> None:
    """Print the route sheets of a planned sitting: one PDF per kitchen, a page per run."""
    served_on, at_sitting = _day(day), parse_sitting(sitting)
    codes = [site.site_code for site in queries.kitchens_of_day(served_on, at_sitting, COMMAND.scope)]
    plans = queries.plans(served_on, at_sitting, codes)
    if not plans:
        raise NotFound(
            text(
                "Nobody has planned {sitting} on {day} yet. "
                "First run: flask delivery plan --on {date} --sitting {code}",
                day=served_on,
                date=served_on.isoformat(),
                sitting=at_sitting.label,
                code=at_sitting.value,
            )
        )
    for plan in plans.values():
        file = folder / sheets_name(served_on, at_sitting, plan.kitchen)
        write_whole(file, route_sheets(served_on, at_sitting, plan.kitchen_code, at=clock.now()))
        tell(text("{runs} runs: {file}", runs=len(plan.runs), file=file))
    unplanned = [code for code in codes if code not in plans]
    if unplanned:
        raise DomainError(text("Not planned yet, so not printed: {codes}.", codes=", ".join(unplanned)))


def _kitchens(on: date, sitting: Sitting, kitchen_code: str | None) -> list[Site]:
    if kitchen_code is None:
        return list(queries.kitchens_of_day(on, sitting, COMMAND.scope))
    return [ensure_cooks(kitchen_code, on=on, scope=COMMAND.scope)]


def _day(written: str | None) -> date:
    return clock.today() if written is None else parse_day(written)
