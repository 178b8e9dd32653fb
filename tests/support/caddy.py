"""Home of the proxy that a test run starts itself: Debian's Caddy with the file that deploy/ hands out."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.support.source import ROOT

NAME = "meals.lan"
_START_SECONDS = 30.0
_PROCESSES = "127.0.0.1:8000 127.0.0.1:8001"
_OPTION = "\tskip_install_trust\n"
_OPTIONS = """
\tskip_install_trust
\tadmin off
\tauto_https disable_redirects
\thttps_port {port}
\tstorage file_system {folder}
"""


class NoCaddy(Exception):
    """No Caddy can be started here; the message says how to get one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over TLS."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(slots=True)
class Visitor:
    """A browser without a screen: it knows the name, trusts one authority alone, and keeps its cookies."""

    port: int
    root: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, host: str = NAME, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, host, headers)

    def post(self, path: str, body: str | Mapping[str, str], **headers: str) -> Answer:
        """Send a form, or what is written already."""
        if isinstance(body, str):
            return self._ask("POST", path, body, NAME, headers)
        sent = {"Content_Type": "application/x-www-form-urlencoded", "Referer": f"https://{NAME}/", **headers}
        return self._ask("POST", path, urlencode(body), NAME, sent)

    def _ask(self, method: str, path: str, body: str | None, host: str, headers: Mapping[str, str]) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"Host": host}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPSConnection(NAME, timeout=60)
        bare = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        trusting = ssl.create_default_context(cafile=str(self.root))
        connection.sock = trusting.wrap_socket(bare, server_hostname=NAME)
        try:
            connection.request(method, path, body.encode() if body is not None else None, sent)
            answer = connection.getresponse()
            for each in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: held.value for name, held in SimpleCookie(each).items()}
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()


@contextmanager
def behind_caddy(folder: Path, ports: list[int]) -> Iterator[Visitor]:
    """Run the proxy in front of these ports until the block ends; give a visitor who trusts its authority.

    Raises: NoCaddy.
    """
    program = shutil.which("caddy")
    if program is None:
        message = "no Caddy. Get it with: apt-get install caddy"
        raise NoCaddy(message)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "Caddyfile").write_text(_caddyfile(folder, port, ports), encoding="utf-8")
    command = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with (
        (folder / "caddy.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as proxy,  # noqa: S603 - Debian's own
    ):
        visitor = Visitor(port, folder / "caddy" / "pki" / "authorities" / "local" / "root.crt")
        try:
            _wait_for(visitor)
            yield visitor
        finally:
            proxy.terminate()


def _caddyfile(folder: Path, port: int, ports: list[int]) -> str:
    """Give what deploy/ hands out, with the ports of a test and a folder of its own."""
    written = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert written.count(_PROCESSES) == written.count(_OPTION) == 1
    written = written.replace(_PROCESSES, " ".join(f"127.0.0.1:{each}" for each in ports))
    return written.replace(_OPTION, _OPTIONS.format(port=port, folder=folder / "caddy"))


def _wait_for(visitor: Visitor) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            if visitor.get("/healthz").status == http.HTTPStatus.OK:
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
