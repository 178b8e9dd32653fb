"""The commands on tablets: enrol, list, revoke."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask

from app.transaction import transaction
from tests.factories.district import canteen
from tests.factories.till import TabletClient


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:  # noqa: ARG001 - asked for its context
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    with transaction():
        canteen("C01")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["tablets", *arguments])


def test_a_code_is_printed_that_enrols_the_tablet(app: Flask) -> None:
    printed = run(app, "enrol", "--site", "C01", "--name", "front desk")
    assert printed.exit_code == 0, printed.output
    told, code = printed.output.splitlines()
    assert told.startswith("T-1: open /till/ on the tablet")
    assert re.fullmatch(r"\w{4}-\w{4}", code)
    answer = app.test_client().post("/api/v1/tablets/enrol", json={"code": code})
    assert answer.json["tablet"] == {"no": "T-1", "name": "front desk", "site_code": "C01"}  # type: ignore[index]  # an object
    again = app.test_client().post("/api/v1/tablets/enrol", json={"code": code})
    assert (again.status_code, again.json["error"]) == (422, "code")  # type: ignore[index]  # an object


def test_a_token_is_printed_that_lets_the_tablet_in(app: Flask) -> None:
    printed = run(app, "enrol", "--site", "C01", "--name", "front desk", "--token")
    token = printed.output.splitlines()[-1]
    tablet = TabletClient(app, token, "T-1")
    assert tablet.send() == []
    assert run(app, "list").output.startswith("T-1\tC01\tfront desk\tenrolled\t20")
    assert run(app, "revoke", "T-1").output == "T-1 is revoked.\n"
    assert run(app, "revoke", "T-1").exit_code == 0
    assert tablet.post("meals", {"records": []}).status_code == 401
    assert "revoked" in run(app, "list", "--site", "C01").output
    assert run(app, "list", "--site", "C09").output == ""


def test_what_cannot_be_is_refused_in_a_sentence(app: Flask) -> None:
    unknown = run(app, "enrol", "--site", "C09", "--name", "x")
    assert unknown.exit_code == 1
    assert "There is no site C09" in unknown.output
    assert run(app, "revoke", "T-9").exit_code == 1
