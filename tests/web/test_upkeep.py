"""What machines ask of a process: whether it is ready, and its figures; and what it writes into its log."""

from __future__ import annotations

import json
import logging
import sys
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit import service as audit
from app.extensions import db
from app.roles import COMMAND, Role
from app.transaction import transaction
from app.upkeep import queries
from app.upkeep.rules.manifest import BACKED_UP
from app.web.logs import JsonLines
from tests.factories.auth import user

TOKEN = "token-of-the-figures"
NAME = "王秀英"


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what the import linter does in the same process: it silences every log that it finds."""
    for name in ("app.answers", "app.errors"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)


@pytest.fixture
def machine(app: Flask) -> FlaskClient:
    """Give a client to whom an answer of 503 is an answer, and which reads no pages."""
    return FlaskClient(app)


@pytest.fixture
def watched(app: Flask) -> Flask:
    """Give the application with a token for its figures."""
    config = app.config["MEAL_CIRCLE"]
    app.config["MEAL_CIRCLE"] = config.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    return app


def figures(machine: FlaskClient) -> dict[str, float]:
    answer = machine.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_a_process_at_the_newest_revision_is_ready(machine: FlaskClient) -> None:
    answer = machine.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "hindrances": []})


def test_the_newest_revision_is_that_of_the_migrations(machine: FlaskClient) -> None:  # noqa: ARG001 - its database
    assert queries.held_revision() == queries.newest_revision()


@pytest.mark.parametrize(
    ("harm", "hindrance"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "revision"),
        ("DROP TABLE alembic_version", "database"),
    ],
)
@pytest.mark.as_owner
def test_a_process_that_cannot_serve_says_why(machine: FlaskClient, harm: str, hindrance: str) -> None:
    with transaction():
        db.session.execute(text(harm))
    answer = machine.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "hindrances": [hindrance]})
    assert machine.get("/healthz").status_code == 200, "it is alive all the same"


def test_a_full_disk_is_a_hindrance(machine: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.upkeep.queries._LEAST_FREE_BYTES", 2**63)
    answer = machine.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "hindrances": ["disk"]})


def test_the_figures_are_for_whoever_brings_the_token(watched: Flask) -> None:
    machine = FlaskClient(watched)
    assert machine.get("/metrics").status_code == 404
    for given in ("", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer 令牌".encode().decode("latin-1")):
        assert machine.get("/metrics", headers={"Authorization": given}).status_code == 404
    assert figures(machine)


def test_without_a_token_in_the_settings_there_are_no_figures(machine: FlaskClient) -> None:
    assert machine.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_answers_are_counted_by_endpoint_and_status(watched: Flask) -> None:
    machine = FlaskClient(watched)
    machine.get("/sign-in")
    machine.get("/sign-in")
    machine.get("/nowhere/R-000001")
    found = figures(machine)
    assert found['meal_circle_answers_total{endpoint="auth.sign_in",status="200"}'] == 2
    assert found['meal_circle_answers_total{endpoint="unknown",status="404"}'] == 1
    assert found['meal_circle_answer_seconds_count{endpoint="auth.sign_in"}'] == 2
    assert not [name for name in found if "R-000001" in name], "an address may name somebody"


def test_the_district_is_told_in_numbers(watched: Flask) -> None:
    machine = FlaskClient(watched)
    assert figures(machine)["meal_circle_backup_made_seconds"] == 0
    at = clock.now() - timedelta(hours=1)
    with transaction():
        audit.record(BACKED_UP, "backup:x", by=COMMAND, at=at)
    found = figures(machine)
    assert found["meal_circle_backup_made_seconds"] == pytest.approx(at.timestamp())
    assert found["meal_circle_trail_entries"] == 1
    assert found["meal_circle_tablets"] == found["meal_circle_records_waiting"] == 0


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    records = [record for record in caplog.records if record.name.startswith("app.")]
    return [json.loads(JsonLines().format(record)) for record in records]


def test_every_answer_is_a_line_with_its_number_and_no_address(
    machine: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = machine.get(f"/residents?name={NAME}", headers={"X-Request-ID": "proxy-0123456789"})
    assert answer.headers["X-Request-ID"] == "proxy-0123456789"
    (line,) = logged(caplog)
    assert (line["endpoint"], line["status"], line["method"]) == ("residents.find", 302, "GET")
    assert NAME not in caplog.text


@pytest.mark.parametrize("given", ["short", "with space and more", 'with"quotes"', "x" * 65, ""])
def test_a_number_that_is_none_is_replaced_by_our_own(machine: FlaskClient, given: str) -> None:
    number = machine.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert len(number) == 16
    assert number != given


def test_signs_of_life_are_not_logged(machine: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/healthz", "/readyz", "/static/house.css"):
        machine.get(path).close()
    assert logged(caplog) == []


def test_a_fault_shows_the_number_under_which_the_log_tells_its_place_and_not_its_words(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @app.before_request
    def fail() -> None:
        try:
            int(NAME)
        except ValueError as error:
            raise LookupError(NAME) from error

    answer = FlaskClient(app).get("/sign-in", headers={"X-Request-ID": "proxy-0123456789"})
    assert answer.status_code == 500
    assert "proxy-0123456789" in answer.text
    fault = next(line for line in logged(caplog) if "fault" in line)
    told = fault["fault"]
    assert isinstance(told, list)
    assert [each["kind"] for each in told] == ["LookupError", "ValueError"]
    assert any("test_upkeep.py" in frame for frame in told[0]["frames"])
    assert NAME not in json.dumps(fault, ensure_ascii=False)


@pytest.mark.usefixtures("app")
def test_a_fault_of_the_database_tells_its_code_and_not_the_row() -> None:
    person = user(Role.FINANCE)
    with pytest.raises(IntegrityError) as caught:
        db.session.execute(text('INSERT INTO "user" SELECT * FROM "user"'))
    db.session.rollback()
    record = logging.LogRecord(
        "app.errors", logging.ERROR, "", 0, "fault", None, (IntegrityError, caught.value, None)
    )
    line = JsonLines().format(record)
    code = "23505" if db.engine.dialect.name == "postgresql" else "SQLITE_CONSTRAINT"
    assert code in line
    assert person.username not in line
    assert sys.getsizeof(line) < 5000
