"""How long pages take while many people use them at once, of one server process or several on one database.

Run `python -m bench.pages ADDRESS [--users 32] [--processes 2] [--pause 1] [--seconds 60]` on a database that
the demo has filled (`flask demo --residents 110000 --months 12`); ADDRESS is its SQLAlchemy URL. Every user
signs in, then looks at the pages of their role in turn, pausing about so many seconds after each, as somebody
who reads does; with `--pause 0` nobody reads, and what is measured is the most that the machine answers. The
users stand at the servers without a network between; what they take of the processor is told apart.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import Barrier, Lock, Thread
from urllib.parse import urlencode

from app.demo.rules.sign_ins import PASSWORD
from tests.support.source import ROOT

PAGES: Mapping[str, Sequence[str]] = {
    "officer": (
        "/",
        "/oversight/dashboard",
        "/residents",
        "residents?q",
        "/meals/",
        "/delivery",
        "/settlement",
    ),
    "finance": ("/", "/settlement", "/settlement/2026-10", "statement", "/donations", "/awards"),
    "manager": ("/", "/meals/", "/meals/till", "/settlement", "/delivery"),
    "director": ("/", "/settlement", "/settlement/2026-10", "/policies", "/awards"),
    "auditor": ("/", "/audit/", "/settlement/2026-09", "/meals/", "/donations"),
}
"""What each role looks at."""
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_STATEMENT = re.compile(r'href="(/settlement/statements/[^"/.]+)"')
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_OK = 200


class Person:
    """Somebody at a browser that keeps its connection."""

    def __init__(self, name: str, port: int, seed: int) -> None:
        """Open the browser."""
        self.name, self.random = name, random.Random(seed)  # noqa: S311 - a bench is no secret
        self._port, self._cookie = port, ""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.statements: list[str] = []

    def ask(self, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Ask for a page, or send a form."""
        headers = {"Cookie": self._cookie} if self._cookie else {}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        self._connection.request("GET" if form is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        if kept := answer.getheader("Set-Cookie"):
            self._cookie = kept.partition(";")[0]
        return answer.status, answer.read().decode()

    def sign_in(self) -> None:
        """Sign in; whoever has no way in ends the bench."""
        _, page = self.ask("/sign-in")
        form = {"csrf_token": _token(page), "username": self.name, "password": PASSWORD}
        status, _ = self.ask("/sign-in", form)
        if status not in (302, 303):
            sys.exit(f"{self.name} cannot sign in: {status}")

    def look(self, place: str) -> float:
        """Look at a page of the role; give the seconds that it took."""
        form = None
        if place == "residents?q":
            _, page = self.ask("/residents")
            form = {
                "csrf_token": _token(page),
                "q": self.random.choice(_SURNAMES),
                "area": "",
                "category": "",
            }
            place = "/residents"
        elif place == "statement":
            if not self.statements:
                self.statements = _STATEMENT.findall(self.ask("/settlement/2026-10")[1])
            place = self.random.choice(self.statements)
        began = time.perf_counter()
        status, _ = self.ask(place, form)
        if status != _OK:
            sys.exit(f"{self.name} at {place}: {status}")
        return time.perf_counter() - began


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    assert found is not None
    return found[1]


@contextmanager
def servers(address: str, count: int) -> Iterator[list[tuple[int, subprocess.Popen[bytes]]]]:
    """Run server processes on the database; give each one's port."""
    many = "10000 per minute"
    with ExitStack() as ending:
        folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="meal-circle-bench-"))
        given = {"DATABASE_URL": address, "DATA_DIR": folder, "SIGN_IN_LIMIT": many, "ACCOUNT_LIMIT": many}
        started = []
        for _ in range(count):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = int(probe.getsockname()[1])
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", f"--port={port}"]
            process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                cwd=ROOT,
                env=os.environ | given,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            ending.callback(process.wait)
            ending.callback(process.terminate)
            started.append((port, process))
        for port, _ in started:
            _wait_for(port)
        yield started


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == _OK:
                return
        except OSError:
            pass
        if time.monotonic() > end:
            sys.exit("a server did not start")
        time.sleep(0.05)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("address")
    asked.add_argument("--users", type=int, default=32)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--pause", type=float, default=1.0)
    asked.add_argument("--seconds", type=float, default=60.0)
    given = asked.parse_args()
    took: dict[str, list[float]] = defaultdict(list)
    with servers(given.address, given.processes) as started:
        roles = list(PAGES)
        people = [
            Person(roles[number % len(roles)], started[number % len(started)][0], number)
            for number in range(given.users)
        ]
        pids = [process.pid for _, process in started]
        processor = _measure(people, took, pause=given.pause, seconds=given.seconds, pids=pids)
        memory = [_resident_mb(process.pid) for _, process in started]
    _print(given, took, processor, memory)


def _measure(
    people: Sequence[Person],
    took: dict[str, list[float]],
    *,
    pause: float,
    seconds: float,
    pids: Sequence[int],
) -> tuple[float, float]:
    """Let everybody look for so long; give the seconds of the processor of servers and of users."""
    ready, lock, until = Barrier(len(people) + 1), Lock(), [0.0]

    def use(person: Person) -> None:
        person.sign_in()
        places = list(PAGES[person.name])
        for place in places:  # Once for the caches of the process and of the database.
            person.look(place)
        ready.wait()
        while time.monotonic() < until[0]:
            time.sleep(person.random.uniform(0.5, 1.5) * pause)
            place = person.random.choice(places)
            passed = person.look(place)
            with lock:
                took[place].append(passed)

    users = [Thread(target=use, args=(person,)) for person in people]
    for user in users:
        user.start()
    until[0] = float("inf")
    ready.wait()
    until[0] = time.monotonic() + seconds
    before = sum(map(_processor, pids)), _own_processor()
    for user in users:
        user.join()
    return sum(map(_processor, pids)) - before[0], _own_processor() - before[1]


def _print(
    given: argparse.Namespace,
    took: Mapping[str, Sequence[float]],
    processor: tuple[float, float],
    memory: Sequence[float],
) -> None:
    everything = [passed for page in took.values() for passed in page]
    kind = given.address.partition(":")[0]
    print(f"{kind}: {given.users} users, {given.processes} processes, pause {given.pause} s")
    print(f"{'page':<24}{'looked at':>10}{'p50 ms':>9}{'p99 ms':>9}{'most ms':>9}")
    for page, passed in [*sorted(took.items()), ("all", everything)]:
        ordered = [1000 * each for each in sorted(passed)]
        p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
        p50 = statistics.median(ordered)
        print(f"{page:<24}{len(ordered):>10}{p50:>9.0f}{p99:>9.0f}{ordered[-1]:>9.0f}")
    served, used = (1000 * each / len(everything) for each in processor)
    print(f"{len(everything) / given.seconds:.1f} pages a second; processor ms a page: servers {served:.1f},")
    print(f"users {used:.1f}; MB of each server: {' '.join(f'{each:.0f}' for each in memory)};", end=" ")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")


def _processor(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123 - one line
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _own_processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - one line
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
