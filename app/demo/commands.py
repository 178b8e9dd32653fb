"""Home of `flask demo`: makes the demo district, and prints who signs in to it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.demo import queries, service
from app.demo.rules.sign_ins import PASSWORD, PIN, SIGN_INS
from app.errors import NotAllowed
from app.roles import COMMAND
from app.text import Text, text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say


@click.group("demo", cls=CommandGroup, invoke_without_command=True)
@click.option(
    "--residents",
    type=click.IntRange(1, 300_000),
    default=2500,
    show_default=True,
    help="How many residents; 110000 is the district's real size.",
)
@click.option(
    "--months",
    type=click.IntRange(1, 36),
    default=3,
    show_default=True,
    help="Months of meals, this one included.",
)
@click.option("--seed", type=int, default=2, show_default=True, help="Another seed makes another district.")
@click.option("--sign-ins", is_flag=True, help="Only print who signs in, and change nothing.")
@click.option("--if-empty", is_flag=True, help="Leave a database in real use alone, without a word.")
@with_appcontext
def demo_commands(*, residents: int, months: int, seed: int, sign_ins: bool, if_empty: bool) -> None:
    """Make a whole district of invented people in an empty database."""
    if if_empty and _is_in_real_use():
        return
    if sign_ins:
        _print_sign_ins()
        return
    if _is_production():
        raise NotAllowed(
            text(
                "A demo has no place in production mode, so nothing was made. Use MODE=demo and a new data "
                "folder."
            )
        )
    if queries.demo_is_made():
        _print(text("The demo is there already. Nothing was changed."))
    else:
        size = service.DemoSize(residents, months, seed)
        with transaction():
            service.make_demo(size, by=COMMAND, at=clock.now(), tell=_print)
        _ride()
        _care()
        _print(text("The demo is ready."))
    _print_sign_ins()


def _ride() -> None:
    """Let riders go today: planning takes its seconds outside of any act."""
    at = clock.now()
    drafts = service.draft_rides(by=COMMAND, at=at)
    with transaction():
        counted = service.ride_today(drafts, at=at)
    _print(text("{plans} lunches to ride released, {cases} doors without an answer", **counted))


def _care() -> None:
    """Let regulars be missed, called and visited, once today's riders are on their way."""
    with transaction():
        counted = service.care_for_people(at=clock.now())
    _print(text("{visits} visits this month, {missed} missed meals, {closed} of them closed", **counted))


def _is_in_real_use() -> bool:
    return _is_production() or not (queries.demo_is_made() or queries.is_empty())


def _is_production() -> bool:
    return bool(current_app.config["MEAL_CIRCLE"].mode == "production")


def _print(sentence: Text) -> None:
    click.echo(say(sentence))


def _print_sign_ins() -> None:
    """Print each user's sign-in name, role and name, and the password."""
    for user in SIGN_INS:
        roles = ", ".join(say(role.label) for role in sorted(user.roles))
        click.echo(f"  {user.username:<10}{roles}  {user.name}")
    _print(text("Password of all of them: {password}", password=PASSWORD))
    _print(
        text(
            "A tablet: as manager prepare one under 平板终端, open /till/, type its code; PIN {pin}",
            pin=PIN,
        )
    )
