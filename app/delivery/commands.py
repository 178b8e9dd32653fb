"""Home of the commands of delivery: solve, check, plan a day, print its route sheets."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext

from app import clock
from app.access import COMMAND
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.check import violations
from app.delivery.routing.documents import plan_from_json, plan_to_json, problem_from_json
from app.delivery.routing.explanation import explained
from app.delivery.routing.faults import BadDocument
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver import Effort, solve
from app.delivery.routing.solver.interrupt import until_interrupted
from app.delivery.rules.days import parse_day, parse_sitting
from app.delivery.rules.explanation import told
from app.delivery.rules.quality import quality
from app.delivery.rules.reasons import REASONS, whole_minutes
from app.delivery.service import draft_plan, keep_plan
from app.delivery.service.kitchens import ensure_cooks
from app.delivery.service.sheets import route_sheets, sheets_name
from app.errors import DomainError, NotFound
from app.text import Text, text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

LARGEST_DOCUMENT_MB = 200
PLANNING_SECONDS = 10.0


class _Seconds(click.FloatRange):
    """A span to plan in, or work to do; click takes NaN for a number, as no comparison with it fails."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's signature
        """Read the option."""
        seconds = float(super().convert(value, param, ctx))
        return self.fail(f"{value} is no number.", param, ctx) if math.isnan(seconds) else seconds


_SECONDS = _Seconds(min=0.1, max=24 * 3600)
_WORK = _Seconds(min=0.01, max=1e6)
_WORKERS = click.IntRange(min=1, max=256)

delivery_commands = CommandGroup("delivery", help="Planning and printing the rides that carry meals home.")


@delivery_commands.command("solve")
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the plan goes.")
@click.option(
    "--seconds",
    type=_SECONDS,
    default=None,
    help=f"Time to plan, once the engine has loaded.  [default: {PLANNING_SECONDS:.0f}]",
)
@click.option(
    "--effort",
    type=_WORK,
    default=None,
    help="Work to do instead (a unit is about a quiet second): always the same plan.",
)
@click.option("--workers", type=_WORKERS, default=1, show_default=True, help="Processor cores to use.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Another one searches otherwise.",
)
def solve_instance(
    *, instance: Path, output: Path, seconds: float | None, effort: float | None, workers: int, seed: int
) -> None:
    """Plan the rides of INSTANCE (meal-circle/1) and write the plan (meal-circle-plan/1).

    Ctrl-C ends the planning, and the best plan so far is written.
    """
    if seconds is not None and effort is not None:
        raise click.UsageError(gettext("Give --seconds or --effort, not both: each is a limit of its own."))
    try:
        problem = problem_from_json(_read(instance))
    except BadDocument as error:
        raise _refused(instance, error) from error
    asked = Effort(seconds=seconds or PLANNING_SECONDS, workers=workers, seed=seed, work=effort)
    plan = until_interrupted(lambda stop: solve(problem, asked, stop=stop))
    _write(output, plan_to_json(plan, gettext).encode() + b"\n")
    _say(
        text(
            "{served} of {orders} orders in {trips} trips by {riders} riders; {quality}. Written to {file}.",
            served=len(plan.served),
            orders=len(problem.orders) + len(problem.set_aside),
            trips=len(plan.trips),
            riders=plan.objective.riders,
            quality=quality(plan.objective, plan.bound),
            file=output,
        )
    )


@delivery_commands.command("check")
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
def check_plan(instance: Path, plan: Path) -> None:
    """Check PLAN against INSTANCE by the promises alone; exit with 1 and each broken one."""
    _, answer = _sound(instance, plan)
    _say(
        text(
            "The plan keeps every promise: {served} orders served, {unserved} left out.",
            served=len(answer.served),
            unserved=len(answer.unserved),
        )
    )


@delivery_commands.command("explain")
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
def explain_plan(instance: Path, plan: Path) -> None:
    """Tell each trip of PLAN: its minutes, its box, what is spare, and what moving a door would cost.

    A plan that breaks promises of INSTANCE is refused with each of them, as `check` does.
    """
    problem, answer = _sound(instance, plan)
    for trip, stops in told(explained(problem, answer)):
        _say(trip)
        for stop in stops:
            click.echo(f"  {say(stop)}")
    for left in answer.unserved:
        _say(
            text(
                "Order {order} stays behind, {reason}: {remedy}",
                order=left.order,
                reason=REASONS[left.reason],
                remedy=left.remedy,
            )
        )
    _say(quality(answer.objective, answer.bound))


def _sound(instance: Path, plan: Path) -> tuple[RoutingProblem, RoutePlan]:
    """Read an instance and a plan of it that keeps every promise; a broken one is told and refused."""
    try:
        problem = problem_from_json(_read(instance))
    except BadDocument as error:
        raise _refused(instance, error) from error
    try:
        answer = plan_from_json(_read(plan))
    except BadDocument as error:
        raise _refused(plan, error) from error
    broken = violations(problem, answer)
    for sentence in broken:
        _say(sentence)
    if broken:
        raise DomainError(text("The plan breaks its promises {count} times.", count=len(broken)))
    return problem, answer


@delivery_commands.command("plan")
@click.option("--on", "day", help="The day, as 2026-11-23; today by default.")
@click.option("--sitting", default=Sitting.LUNCH.value, show_default=True, help="breakfast, lunch or dinner.")
@click.option("--kitchen", "kitchen_code", default=None, help="One kitchen's site code; all by default.")
@click.option("--seconds", type=_SECONDS, default=PLANNING_SECONDS, show_default=True, help="Per kitchen.")
@click.option("--workers", type=_WORKERS, default=1, show_default=True, help="Processor cores to use.")
def plan_day(
    *, day: str | None, sitting: str, kitchen_code: str | None, seconds: float, workers: int
) -> None:
    """Plan a sitting's rides from the database, kitchen by kitchen, in place of earlier plans."""
    served_on, at_sitting = _day(day), parse_sitting(sitting)
    kitchens = _kitchens(served_on, at_sitting, kitchen_code)
    # What the sites are called is kept, since planning lets go of the rows.
    names = {site.site_code: site.name for site in kitchens}
    if not names:
        _say(
            text(
                "Nothing is to be delivered for {sitting} on {day}.", day=served_on, sitting=at_sitting.label
            )
        )
        return
    refused = 0
    for place, (code, name) in enumerate(names.items(), start=1):
        try:
            outcome = _planned(served_on, at_sitting, code, Effort(seconds=seconds, workers=workers))
        except DomainError as error:
            refused, outcome = refused + 1, error.message
        _say(
            text(
                "[{place}/{count}] {name}: {outcome}",
                place=place,
                count=len(names),
                name=name,
                outcome=outcome,
            )
        )
    if refused:
        raise DomainError(text("{count} kitchens could not be planned.", count=refused))


def _planned(on: date, sitting: Sitting, code: str, effort: Effort) -> Text:
    draft = draft_plan(on, sitting, code, effort=effort, by=COMMAND)
    with transaction():
        keep_plan(draft, by=COMMAND, at=clock.now())
    plan = draft.plan
    return text(
        "{served} of {orders} deliveries in {trips} runs by {riders} riders, "
        "{minutes} minutes at most; {quality}",
        served=len(plan.served),
        orders=len(draft.problem.orders) + len(draft.problem.set_aside),
        trips=len(plan.trips),
        riders=plan.objective.riders,
        minutes=whole_minutes(plan.longest_age_seconds),
        quality=quality(plan.objective, plan.bound),
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
                "First run: flask delivery plan --on {day} --sitting {code}",
                day=served_on,
                sitting=at_sitting.label,
                code=at_sitting.value,
            )
        )
    for plan in plans.values():
        file = folder / sheets_name(served_on, at_sitting, plan.kitchen)
        _write(file, route_sheets(served_on, at_sitting, plan.kitchen_code, at=clock.now()))
        _say(text("{runs} runs: {file}", runs=len(plan.runs), file=file))
    unplanned = [code for code in codes if code not in plans]
    if unplanned:
        raise DomainError(text("Not planned yet, so not printed: {codes}.", codes=", ".join(unplanned)))


def _kitchens(on: date, sitting: Sitting, kitchen_code: str | None) -> list[Site]:
    if kitchen_code is None:
        return list(queries.kitchens_of_day(on, sitting, COMMAND.scope))
    return [ensure_cooks(kitchen_code, on=on, scope=COMMAND.scope)]


def _day(written: str | None) -> date:
    return clock.today() if written is None else parse_day(written)


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_DOCUMENT_MB * 1024 * 1024:
            raise DomainError(
                text(
                    "{file} is larger than {limit} MB. Split it by kitchens.",
                    file=file,
                    limit=LARGEST_DOCUMENT_MB,
                )
            )
        return file.read_bytes()
    except OSError as error:
        raise DomainError(
            text("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error)
        ) from error


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, making its folder."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(file)
    except OSError as error:
        raise DomainError(
            text("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error)
        ) from error


def _refused(file: Path, error: BadDocument) -> DomainError:
    """List every fault of a document, and refuse it by its name."""
    for fault in error.faults:
        click.echo(say(fault.as_text()), err=True)
    return DomainError(text("{file} cannot be taken: {count} faults.", file=file, count=len(error.faults)))


def _say(sentence: Text) -> None:
    click.echo(say(sentence))
