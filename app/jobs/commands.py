"""Home of `flask jobs`: the worker that does background work, and forgetting what is kept of it."""

from __future__ import annotations

import signal
from threading import Event

import click
from flask import current_app

from app import clock
from app.jobs import service
from app.late import late
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

jobs_commands = CommandGroup("jobs", help="Work that is done beside the pages.")
_work_behind_a_broker = late("app.jobs.service.broker:work")
_GLANCE_SECONDS = 1.0


@jobs_commands.command("work")
@click.option(
    "--at-once",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Jobs at a time, each in a process.",
)
@click.option("--until-done", is_flag=True, help="End when nothing waits any more; needs no broker.")
def work(*, at_once: int, until_done: bool) -> None:
    """Do background work until SIGTERM or Ctrl-C: what the broker tells of, or what waits in the database."""
    if until_done:
        service.work_off()
        return
    broker_url = current_app.config["MEAL_CIRCLE"].broker_url
    service.stay_awake()
    if broker_url:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
        _work_behind_a_broker(app, broker_url, at_once=at_once)
        return
    ending = Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    while not ending.wait(_GLANCE_SECONDS):
        service.work_off()


@jobs_commands.command("forget")
def forget() -> None:
    """Erase files and words of what ended RETAIN_RESULTS_HOURS ago; servers do so by themselves."""
    hours = current_app.config["MEAL_CIRCLE"].retain_results_hours
    with transaction():
        count = service.forget(hours=hours, at=clock.now())
    click.echo(say(text("{count} jobs hold no file any more.", count=count)))
