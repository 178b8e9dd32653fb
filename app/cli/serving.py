"""Home of `flask serve`: the web process, which finishes what it is answering when it is asked to end."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.wasyncore import dispatcher

from app.jobs.service import put_out_of_work, stay_awake
from app.text import text
from app.upkeep.views import say_goodbye
from app.web.language import say

_PATIENCE_SECONDS = 10.0
_GLANCE_SECONDS = 0.5
_HURRIED_SECONDS = 0.05
_TOLD_BY_A_PROXY = frozenset({"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"})


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Answers at a time."
)
@click.option(
    "--proxy",
    default=None,
    metavar="ADDRESS",
    help="The one proxy in front that is believed who asks, and how.",
)
@click.option(
    "--farewell",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 60),
    help="Seconds between saying on /readyz that it ends and taking nothing new, for proxies that ask there.",
)
@with_appcontext
def serve(*, host: str, port: int, threads: int, proxy: str | None, farewell: float) -> None:
    """Serve until SIGTERM or Ctrl-C; then take nothing new, and finish what is being answered."""
    sockets: dict[int, Any] = {}
    believed = {"trusted_proxy": proxy, "trusted_proxy_headers": _TOLD_BY_A_PROXY} if proxy else {}
    server = create_server(
        current_app._get_current_object(),  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        clear_untrusted_proxy_headers=True,
        ident=None,
        **believed,
    )
    asked = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: asked.set())
    stay_awake()
    click.echo(say(text("Serving on {address} (Ctrl-C ends it)", address=_address(host, port))))
    while not asked.is_set():
        wasyncore.loop(timeout=_GLANCE_SECONDS, map=sockets, count=1)
    say_goodbye()
    until = time.monotonic() + farewell
    while time.monotonic() < until:
        wasyncore.loop(timeout=_HURRIED_SECONDS, map=sockets, count=1)
    _finish(sockets)
    server.task_dispatcher.shutdown()
    put_out_of_work()


def _finish(sockets: dict[int, Any]) -> None:
    """Answer what was asked, some seconds at most; who comes now is refused, and a proxy asks the next."""
    for held in list(sockets.values()):
        if isinstance(held, BaseWSGIServer):
            # Its own close would also take away what wakes the loop when an answer is ready.
            dispatcher.close(held)
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        wasyncore.loop(timeout=_HURRIED_SECONDS, map=sockets, count=1)
        channels = [held for held in sockets.values() if isinstance(held, HTTPChannel)]
        if not channels:
            return
        for channel in channels:
            # A connection that rests is closed, or a proxy would ask over it for ever.
            if not _is_answering(channel):
                channel.handle_close()


def _is_answering(channel: HTTPChannel) -> bool:
    return bool(channel.requests or channel.request or channel.total_outbufs_len)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
