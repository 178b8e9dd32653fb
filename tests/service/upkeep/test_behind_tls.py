"""The front as deploy/ hands it out: Caddy's TLS before two web processes in production, really started."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.auth.models import User
from app.extensions import db
from app.meals.models import Meal
from app.roles import Role
from app.sealing import keyring
from config import DEMO_SEALING_KEY
from tests.factories.auth import PASSWORD, user
from tests.factories.machines import visitors
from tests.factories.till import record
from tests.support.caddy import NAME, NoCaddy, Visitor, behind_caddy
from tests.support.databases import only_on
from tests.support.factor import shown
from tests.support.served import Served

SEALING_KEY = base64.b64encode(b"s" * 32).decode()
pytestmark = only_on("postgresql")
"""Several web processes share a PostgreSQL."""

PRODUCTION = {
    "MODE": "production",
    "HOSTS": NAME,
    "SECRET_KEY": "the same for both processes of this test",
    "SEALING_KEY": SEALING_KEY,
    "METRICS_TOKEN": "figures",
    "SIGN_IN_LIMIT": "6 per minute",
    "JOB_PROCESSES": "0",
    "ARGON2_TIME_COST": "1",
    "ARGON2_MEMORY_KIB": "8",
}


@dataclass(frozen=True, slots=True)
class Front:
    """The processes, and a visitor before the proxy."""

    processes: list[Served]
    visitor: Visitor

    def browser(self) -> Visitor:
        """Give another browser, with no cookie yet."""
        return Visitor(self.visitor.port, self.visitor.root)


@pytest.fixture
def front(app: Flask, database: str, tmp_path: Path) -> Iterator[Front]:  # noqa: ARG001 - its context
    """Serve the test's database by two processes behind Caddy, with keys that production takes."""
    keyring.load(base64.b64decode(SEALING_KEY))
    options = ("--proxy=127.0.0.1", "--farewell=3")
    with ExitStack() as stack:
        processes = []
        for number in (1, 2):
            folder = tmp_path / f"web-{number}"
            folder.mkdir()
            processes.append(stack.enter_context(Served(folder, database, *options, **PRODUCTION)))
        try:
            visitor = stack.enter_context(behind_caddy(tmp_path, [each.port for each in processes]))
        except NoCaddy as missing:
            pytest.skip(f"the front behind TLS: {missing}")
        yield Front(processes, visitor)
    keyring.load(base64.b64decode(DEMO_SEALING_KEY))


def token_on(visitor: Visitor, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get(path).text)
    assert found
    return found[1]


def sent(visitor: Visitor, path: str, seen_on: str, **fields: str) -> tuple[int, str]:
    """Send a form; give the status and what it says."""
    answer = visitor.post(path, {**fields, "csrf_token": token_on(visitor, seen_on)})
    return answer.status, answer.text


def test_two_steps_a_tablet_and_a_rider_come_in_and_nobody_else(app: Flask, front: Front) -> None:
    who = user(Role.FINANCE, username="li")
    holders = visitors(app)
    li = front.visitor
    page = li.get("/sign-in")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    (cookie,) = page.headers.get_all("Set-Cookie", [])
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}

    status, _ = sent(li, "/sign-in", "/sign-in", username=who.username, password=PASSWORD)
    assert status == 302
    assert li.get("/").headers["Location"].endswith("/account/second-step")
    status, _ = sent(li, "/account/second-step/begin", "/account/second-step", password=PASSWORD)
    assert status == 302
    told = li.get("/account/second-step").text
    secret = re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", told)
    assert secret
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', told)
    assert token
    code = shown(secret[0], clock.now())
    li.post("/account/second-step/prove", {"code": code, "csrf_token": token[1]})
    assert "您好" in li.get("/").text
    db.session.rollback()
    assert db.session.execute(select(User.factor_secret).where(User.username == "li")).scalar_one()

    # A tablet's batch is answered, kept, and found under the number that stands in the process's log.
    tablet = {"Content_Type": "application/json", **holders["tablet"].headers}
    batch = {"records": [record(1)], "unsent": 0, "oldest_unsent_at": None, "version": "1"}
    answer = li.post("/api/v1/tablets/meals", json.dumps(batch), **tablet)
    assert answer.status == 200, answer.text
    assert len(json.loads(answer.text)["receipts"]) == 1
    assert db.session.execute(select(func.count()).select_from(Meal)).scalar_one() == 1
    number = answer.headers["X-Request-ID"]
    logged = [line for process in front.processes for line in process.log() if number in line]
    assert len(logged) == 1
    assert front.browser().get("/api/v1/tablets/roster").status == 401
    day = front.browser().get("/api/v1/rides/day", Accept="application/json", **holders["rider"].headers)
    assert day.status == 200
    assert json.loads(day.text)["runs"]

    assert front.browser().get("/metrics", Authorization="Bearer figures").status == 404
    assert front.browser().get("/readyz").status == 200
    assert "您好" not in front.browser().get("/sign-in", host="elsewhere.example").text


def test_whoever_says_to_be_somebody_else_is_counted_as_who_asks(front: Front) -> None:
    statuses = []
    for number in range(14):
        visitor = front.browser()
        fields = {"username": "nobody", "password": "x", "csrf_token": token_on(visitor, "/sign-in")}
        claim = f"198.51.100.{number}"
        answer = visitor.post("/sign-in", fields, X_Forwarded_For=claim, X_Real_IP=claim)
        statuses.append(answer.status)
    # Six for each of the two processes, which count apart without a Redis.
    assert statuses.count(429) >= 2
    assert statuses[0] != 429
    assert not any("198.51.100." in line for process in front.processes for line in process.log())


def test_no_answer_is_lost_while_one_process_after_the_other_is_started_anew(front: Front) -> None:
    statuses: list[int] = []
    is_over = threading.Event()

    def ask() -> None:
        visitor = front.browser()
        token = token_on(visitor, "/sign-in")
        while not is_over.is_set():
            answer = visitor.post("/language", {"language": "en", "csrf_token": token})
            statuses.append(answer.status)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for each in asking:
        each.start()
    for process in front.processes:
        asked = len(statuses)
        assert process.stop() == 0
        process.start()
        assert len(statuses) > asked, "somebody asks meanwhile"
        _seen_ready(front, process)
    is_over.set()
    for each in asking:
        each.join(60)
    assert set(statuses) == {302}


def _seen_ready(front: Front, process: Served) -> None:
    """Wait until the proxy gives this process something to answer again."""
    answered = len(process.log())
    for _ in range(600):
        front.visitor.get("/healthz")
        if len(process.log()) > answered:
            return
    pytest.fail("the proxy does not find the process again")
