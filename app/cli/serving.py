"""Home of `flask serve`: the web process, which finishes what it is answering when it is asked to end."""

from __future__ import annotations

import signal
import time
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

from app.jobs.service import put_out_of_work, stay_awake
from app.text import text
from app.web.language import say

_PATIENCE_SECONDS = 10.0
_GLANCE_SECONDS = 0.1
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
@with_appcontext
def serve(*, host: str, port: int, threads: int, proxy: str | None) -> None:
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
        **believed,
    )
    signal.signal(signal.SIGTERM, _end)
    stay_awake()
    click.echo(say(text("Serving on {address} (Ctrl-C ends it)", address=_address(host, port))))
    # It returns when it is asked to end, and has waited some seconds; what was answered is still to be sent.
    server.run()
    _send_the_rest(sockets)
    put_out_of_work()


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit


def _send_the_rest(sockets: dict[int, Any]) -> None:
    """Finish answering, some seconds at most; who comes now is not heard."""
    for descriptor, held in list(sockets.items()):
        if not isinstance(held, HTTPChannel):
            del sockets[descriptor]
    until = time.monotonic() + _PATIENCE_SECONDS
    while any(map(_is_answering, sockets.values())) and time.monotonic() < until:
        wasyncore.loop(timeout=_GLANCE_SECONDS, map=sockets, count=1)
    wasyncore.close_all(sockets)


def _is_answering(channel: HTTPChannel) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
