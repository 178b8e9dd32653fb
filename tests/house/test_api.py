"""What machines may ask is described: each endpoint for them, by what the code itself reads and gives."""

from __future__ import annotations

import json
import re

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.core.result import Ok

from app.access import access_of
from app.web.described import description_of
from app.web.description import description
from tests.support.databases import SqliteTemplate, Template
from tests.support.source import ROOT

FOR_MACHINES = {"web.healthz", "upkeep.ready", "upkeep.metrics"}
HOLDERS = {"tablet", "rider", "family"}
BY_HAND = {
    "family.door": "the page on which a family's link is opened",
    "family.enter": "as above",
    "tablets_api.enrol": "how a tablet gets its credential",
    "tablets_api.wiped": "the last word of a tablet that was revoked",
}
"""What is open to everybody, and yet a part of what is described."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: what is described is the same on both."""
    return SqliteTemplate(tmp_path_factory.mktemp("api"))


def test_every_endpoint_for_machines_is_described_and_no_other(app: Flask) -> None:
    machines = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        or rule.rule.endswith(".json")
        or access_of(app, rule.endpoint) in HOLDERS
    }
    told = {name for name in app.view_functions if description_of(app, name) is not None}
    assert told == machines | FOR_MACHINES | set(BY_HAND)


def test_what_is_written_down_is_what_the_code_says(app: Flask) -> None:
    written = json.loads((ROOT / "docs" / "api.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(description(app))), "run: flask api describe -o docs/api.json"


def test_the_command_prints_the_description(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["api", "describe"])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.output) == json.loads(json.dumps(description(app)))


def test_every_path_leads_to_its_endpoint_and_has_its_gaps_filled_in(app: Flask) -> None:
    document, count = description(app), 0
    urls = app.url_map.bind("localhost")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            gaps = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
            assert sorted(re.findall(r"{(\w+)}", path)) == gaps
            assert (
                urls.match(re.sub(r"{\w+}", "1", path), method=method.upper())[0] == operation["operationId"]
            )
            assert operation["summary"].endswith((".", ":")), operation["operationId"]
            count += 1
    assert count > 20


def test_the_document_is_openapi_3_1(app: Flask) -> None:
    schema = schemathesis.openapi.from_dict(description(app))
    schema.validate()
    assert all(isinstance(each, Ok) for each in schema.get_all_operations())


def test_a_wrong_method_is_told_the_right_ones(app: Flask) -> None:
    answer = FlaskClient(app).get("/api/v1/tablets/meals")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    ("path", "sent", "status", "error"),
    [
        ("/api/v1/tablets/enrol", b"[" * 100_000, 400, "form"),
        ("/api/v1/tablets/enrol", b"\xff\xfe{", 400, "form"),
        ("/api/v1/tablets/enrol?a=%00", b"{}", 400, "form"),
        ("/api/v1/tablets/enrol", None, 413, "too_large"),
    ],
    ids=["deep", "no text", "a character that no text holds", "too much"],
)
def test_machines_are_refused_in_their_own_form(
    app: Flask, path: str, sent: bytes | None, status: int, error: str
) -> None:
    body = sent if sent is not None else b" " * (int(app.config["MAX_CONTENT_LENGTH"]) + 1)
    answer = FlaskClient(app).post(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert answer.get_json()["error"] == error
