"""Home of the commands on a day in the database: plan it, print its route sheets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app import clock
from app.access import COMMAND
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.commands.documents import tell, write_whole
from app.delivery.commands.group import delivery_commands
from app.delivery.commands.options import PLANNING_SECONDS, SECONDS, WORKERS
from app.delivery.routing.solver import Effort, Stop
from app.delivery.routing.solver.interrupt import until_interrupted
from app.delivery.rules.days import parse_day, parse_sitting
from app.delivery.rules.quality import quality
from app.delivery.rules.reasons import whole_minutes
from app.delivery.service import Draft, draft_plan, keep_plan
from app.delivery.service.kitchens import ensure_cooks
from app.delivery.service.sheets import route_sheets, sheets_name
from app.errors import DomainError, NotFound
from app.text import Text, text
from app.transaction import transaction


@delivery_commands.command("plan")
@click.option("--on", "day", help="The day, as 2026-11-23; today by default.")
@click.option("--sitting", default=Sitting.LUNCH.value, show_default=True, help="breakfast, lunch or dinner.")
@click.option("--kitchen", "kitchen_code", default=None, help="One kitchen's site code; all by default.")
@click.option("--seconds", type=SECONDS, default=PLANNING_SECONDS, show_default=True, help="Per kitchen.")
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processor cores to use.")
def plan_day(
    *, day: str | None, sitting: str, kitchen_code: str | None, seconds: float, workers: int
) -> None:
    """Plan a sitting's rides from the database, kitchen by kitchen, in place of earlier plans.

    Ctrl-C ends the planning: the kitchen under way gets its best plan so far, the others stay as they are.
    """
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
    refused, is_ended = 0, False
    for place, (code, name) in enumerate(names.items(), start=1):
        try:
            outcome, is_ended = _planned(
                served_on, at_sitting, code, Effort(seconds=seconds, workers=workers)
            )
        except DomainError as error:
            refused, outcome = refused + 1, error.message
        tell(
            text(
                "[{place}/{count}] {name}: {outcome}",
                place=place,
                count=len(names),
                name=name,
                outcome=outcome,
            )
        )
        for unready in queries.crews_on(served_on, [code])[code].unready:
            tell(_told(unready))
        if is_ended and place < len(names):
            raise DomainError(
                text("Ended early: {count} kitchens were not planned again.", count=len(names) - place)
            )
    if refused:
        raise DomainError(text("{count} kitchens could not be planned.", count=refused))


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


def _planned(on: date, sitting: Sitting, code: str, effort: Effort) -> tuple[Text, bool]:
    """Plan a kitchen; say what came out, and whether somebody asked to end."""

    def drafted(stop: Stop) -> tuple[Draft, bool]:
        draft = draft_plan(on, sitting, code, effort=effort, by=COMMAND, at=clock.now(), stop=stop)
        return draft, stop.is_asked

    draft, is_ended = until_interrupted(drafted)
    with transaction():
        keep_plan(draft, by=COMMAND, at=clock.now())
    plan = draft.plan
    told = text(
        "{served} of {orders} deliveries in {trips} runs by {riders} riders, "
        "{minutes} minutes at most; {quality}",
        served=len(plan.served),
        orders=len(draft.problem.orders) + len(draft.problem.set_aside),
        trips=len(plan.trips),
        riders=plan.objective.riders,
        minutes=whole_minutes(plan.longest_age_seconds),
        quality=quality(plan.objective, plan.bound),
    )
    return told, is_ended


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
                "First run: flask delivery plan --on {day} --sitting {code}",
                day=served_on,
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
