"""Home of the commands on instance files: solve, check, explain, plan again. They need no database."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from app.delivery.commands.documents import plan_in, problem_in, tell, write_whole
from app.delivery.commands.group import delivery_commands
from app.delivery.commands.options import (
    PLANNING_SECONDS,
    SECONDS,
    TIME,
    TRIP,
    WORK,
    WORKERS,
    ensure_one_limit,
)
from app.delivery.routing.check import time_of_day, violations
from app.delivery.routing.documents import plan_to_json
from app.delivery.routing.explanation import explained
from app.delivery.routing.faults import LATEST_SECOND
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.replanning import CHANGE_SECONDS, News, replanned
from app.delivery.routing.solver import Effort, Progress, solve
from app.delivery.routing.solver.interrupt import until_interrupted
from app.delivery.rules.explanation import told, told_change
from app.delivery.rules.quality import quality
from app.delivery.rules.reasons import REASONS
from app.errors import DomainError
from app.text import text
from app.web.language import say


@delivery_commands.command("solve")
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the plan goes.")
@click.option(
    "--seconds",
    type=SECONDS,
    default=None,
    help=f"Time to plan, once the engine has loaded.  [default: {PLANNING_SECONDS:.0f}]",
)
@click.option(
    "--effort",
    type=WORK,
    default=None,
    help="Work to do instead (a unit is about a quiet second): always the same plan.",
)
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processor cores to use.")
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
    ensure_one_limit(seconds, effort)
    problem = problem_in(instance)
    asked = Effort(seconds=seconds or PLANNING_SECONDS, workers=workers, seed=seed, work=effort)
    plan = until_interrupted(lambda stop: solve(problem, asked, tell=_tell_progress, stop=stop))
    write_whole(output, plan_to_json(plan, gettext).encode() + b"\n")
    tell(
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


def _tell_progress(progress: Progress) -> None:
    """Tell about every twentieth of a district how far its planning is, and how good."""
    step = max(1, progress.parts // _TIMES_TOLD)
    if progress.parts > 1 and (progress.done % step == 0 or progress.done == progress.parts):
        told = text(
            "{done} of {parts} parts planned, {proven} of them proven; {quality}",
            done=progress.done,
            parts=progress.parts,
            proven=progress.proven,
            quality=quality(progress.objective, progress.bound),
        )
        click.echo(say(told), err=True)


_TIMES_TOLD = 20


@delivery_commands.command("check")
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
def check_plan(instance: Path, plan: Path) -> None:
    """Check PLAN against INSTANCE by the promises alone; exit with 1 and each broken one."""
    _, answer = _sound(instance, plan)
    tell(
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
        tell(trip)
        for stop in stops:
            click.echo(f"  {say(stop)}")
    for left in answer.unserved:
        tell(
            text(
                "Order {order} stays behind, {reason}: {remedy}",
                order=left.order,
                reason=REASONS[left.reason],
                remedy=left.remedy,
            )
        )
    tell(quality(answer.objective, answer.bound))


@delivery_commands.command("replan")
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the new plan goes."
)
@click.option("--at", "second", type=TIME, required=True, help="What the clock says, as 11:20.")
@click.option("--without", "gone", type=int, multiple=True, help="A rider who dropped out; may be repeated.")
@click.option(
    "--keep",
    "kept",
    type=TRIP,
    multiple=True,
    help="A trip that is to stay, as RIDER@11:40 (its departure); may be repeated.",
)
@click.option(
    "--change-weight",
    type=click.IntRange(min=0, max=LATEST_SECOND),
    default=CHANGE_SECONDS,
    show_default=True,
    help="Seconds of riding that one door changing hands is worth.",
)
@click.option("--seconds", type=SECONDS, default=PLANNING_SECONDS, show_default=True, help="Time to plan.")
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processor cores to use.")
def replan(
    *,
    instance: Path,
    plan: Path,
    output: Path,
    second: int,
    gone: tuple[int, ...],
    kept: tuple[tuple[int, int], ...],
    change_weight: int,
    seconds: float,
    workers: int,
) -> None:
    """Plan INSTANCE again while the day of PLAN runs, and tell every door that changes.

    INSTANCE is the day as it is known now: orders may have come or gone, a kitchen may open later. Trips that
    are being loaded or on their way stay as they are. Ctrl-C writes the best plan so far.
    """
    problem, earlier = problem_in(instance), plan_in(plan)
    news = News(second, frozenset(gone), frozenset(kept))
    _ensure_known(problem, earlier, news)
    found = until_interrupted(
        lambda stop: replanned(
            problem,
            earlier,
            news,
            Effort(seconds=seconds, workers=workers),
            change_seconds=change_weight,
            stop=stop,
        )
    )
    write_whole(output, plan_to_json(found.plan, gettext).encode() + b"\n")
    for change in found.changes:
        tell(told_change(change))
    tell(
        text(
            "{served} of {orders} orders in {trips} trips by {riders} riders; {changes} doors change. "
            "Written to {file}.",
            served=len(found.plan.served),
            orders=len(problem.orders) + len(problem.set_aside),
            trips=len(found.plan.trips),
            riders=found.plan.objective.riders,
            changes=len(found.changes),
            file=output,
        )
    )


def _ensure_known(problem: RoutingProblem, plan: RoutePlan, news: News) -> None:
    """Refuse a rider or a trip that is named and does not exist."""
    for rider in sorted(news.gone):
        if rider not in problem.rider_by_id:
            raise DomainError(
                text("There is no rider {rider} in the instance.", rider=rider), field="without"
            )
    trips = {(route.rider, trip.depart) for route in plan.routes for trip in route.trips}
    for rider, depart in sorted(news.kept - trips):
        raise DomainError(
            text("Rider {rider} has no trip at {time} in the plan.", rider=rider, time=time_of_day(depart)),
            field="keep",
        )


def _sound(instance: Path, plan: Path) -> tuple[RoutingProblem, RoutePlan]:
    """Read an instance and a plan of it that keeps every promise; a broken one is told and refused."""
    problem, answer = problem_in(instance), plan_in(plan)
    broken = violations(problem, answer)
    for sentence in broken:
        tell(sentence)
    if broken:
        raise DomainError(text("The plan breaks its promises {count} times.", count=len(broken)))
    return problem, answer
