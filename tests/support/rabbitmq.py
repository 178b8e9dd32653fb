"""Home of the RabbitMQ that a test run starts itself: a node of its own, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's own script would change over to a user of its own, whose folders are elsewhere."""

_START_SECONDS = 300.0


class NoRabbit(Exception):
    """No RabbitMQ can be started here; the message says how to get one."""


@contextmanager
def running_rabbit(folder: Path) -> Iterator[str]:
    """Run a node until the block ends; give its URL.

    Raises: NoRabbit.
    """
    names_daemon = shutil.which("epmd")
    if not _PROGRAM.exists() or names_daemon is None:
        message = "no RabbitMQ. Get it with: apt-get install rabbitmq-server"
        raise NoRabbit(message)
    port, between_nodes, names = _free_ports(3)
    home = folder / "rabbitmq"
    home.mkdir()
    (home / "plugins").write_text("[].\n", encoding="ascii")
    settings = {
        "HOME": str(home),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(between_nodes),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    environment = os.environ | settings
    with (
        (home / "out").open("wb") as out,
        subprocess.Popen(  # noqa: S603 - Debian's own
            [str(_PROGRAM)], env=environment, stdout=out, stderr=out
        ) as server,
    ):
        try:
            _wait_for(port, server, home / "out")
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
        finally:
            server.terminate()
            server.wait()
            # What tells nodes of each other is begun by the first, and would outlive it.
            subprocess.run([names_daemon, "-kill"], env=environment, check=False, capture_output=True)  # noqa: S603


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _wait_for(port: int, server: subprocess.Popen[bytes], out: Path) -> None:
    """Wait until the node answers in its own protocol: it listens before it can take anything."""
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                if probe.recv(1):
                    return
        except OSError:
            if time.monotonic() > end or server.poll() is not None:
                raise RuntimeError(out.read_text(encoding="utf-8", errors="replace")) from None
        time.sleep(0.1)
