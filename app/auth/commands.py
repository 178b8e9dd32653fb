"""Home of the commands on users: how the first administrator gets in."""

from __future__ import annotations

import click

from app import clock
from app.auth import service
from app.auth.rules import NewUser
from app.roles import COMMAND, Role
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

users_commands = CommandGroup("users", help="Users, before anybody can sign in to let others in.")


@users_commands.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Their name, as pages show it.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What they are here for; may be given more than once.",
)
@click.option("--area", default="", help="Code prefix of their scope; empty: everywhere.")
@click.option("--site", "site_code", help="Code of the one site that site staff work at.")
@click.password_option(help="Asked for, unless given here.")
def add(
    username: str, name: str, roles: tuple[str, ...], area: str, site_code: str | None, password: str
) -> None:
    """Let a user in."""
    new = NewUser(
        username=username,
        name=name,
        password=password,
        roles=frozenset(Role(role) for role in roles),
        area=area,
        site_code=site_code,
    )
    with transaction():
        user = service.let_in(new, by=COMMAND, at=clock.now())
        user_no = user.user_no
    click.echo(say(text("{user_no} can sign in as “{username}” now.", user_no=user_no, username=username)))


@users_commands.command("reset-factor")
@click.argument("username")
def reset_factor(username: str) -> None:
    """Take off a user's second factor, when nobody is left who could do it on the page."""
    with transaction():
        user = service.user_called(username)
        service.reset_factor(user, by=COMMAND, at=clock.now())
    click.echo(
        say(text("“{username}” signs in with the password alone, and sets it up anew.", username=username))
    )


@users_commands.command("reset-password")
@click.argument("username")
@click.password_option(help="Asked for, unless given here.")
def reset_password(username: str, password: str) -> None:
    """Give a user a new password, when nobody is left who could do it on the page."""
    with transaction():
        service.set_password(service.user_called(username).user_no, password, by=COMMAND, at=clock.now())
    click.echo(
        say(text("“{username}” signs in with it within three days, and chooses another.", username=username))
    )
