"""What is logged names nobody: a journey through the pages, then a look for what must not be there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app import clock
from app.areas.service import seed_areas
from app.demo.service.make import DemoSize, make_demo
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.factories.residents import COMMUNITY, id_number
from tests.support.crawl import personal_words
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
LOOKED_AT = {
    Role.DISTRICT_OFFICER: ("/residents", "/meals/", "/delivery", "/care", "/complaints", "/oversight"),
    Role.FINANCE: ("/settlement", "/donations"),
    Role.AUDIT_ADMINISTRATOR: ("/audit/",),
}
NAME, PHONE, ADDRESS = "欧阳慧珍", "13987654321", "书院路 77 号 3 栋"


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what the import linter does in the same process: it silences every log that it finds."""
    monkeypatch.setattr(logging.getLogger("app.answers"), "disabled", False)


def test_a_journey_leaves_no_person_and_no_secret_in_the_logs(
    client: PageClient, signed_in: SignedIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    # SQLAlchemy shows rows when it is debugged, which nobody does where real people's data is.
    monkeypatch.setattr(logging.getLogger("sqlalchemy"), "level", logging.INFO)
    with transaction():
        seed_areas(by=COMMAND, at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC))
    user(Role.COMMUNITY_WORKER, username="wang")
    client.send("/sign-in", username="wang", password="a-wrong-guess-1", status=422)
    client.send("/sign-in", username="wang", password=PASSWORD)
    worker = signed_in(Role.COMMUNITY_WORKER, area=COMMUNITY)
    given: dict[str, Any] = {
        "name": NAME,
        "id_number": id_number(7),
        "phone": PHONE,
        "residence_area": COMMUNITY,
    }
    given |= {"registered_area": "=", "address": ADDRESS}
    form = next(form for form in worker.page("/residents/new").one("main").all("form"))
    page = worker.submit(form, at="/residents/new", **given)
    assert NAME in page.text
    worker.submit(form, at="/residents/new", status=422, **given)
    worker.send("/residents", q=NAME)
    worker.send("/residents", q=id_number(7))
    for button in ("/identity", "/phone"):
        form = next(each for each in page.all("form") if each.get("action").endswith(button))
        worker.submit(form)
    logging.getLogger("app.probe").warning("the log is read")
    written = caplog.text
    assert "the log is read" in written
    for secret in (NAME, PHONE, ADDRESS, id_number(7), PASSWORD, "a-wrong-guess-1"):
        assert secret not in written, secret


def test_a_refusal_stands_in_the_log_with_who_was_refused_what(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    watcher = signed_in(Role.AUDIT_ADMINISTRATOR)
    caplog.set_level(logging.INFO, logger="app.answers")
    caplog.clear()  # signing in may have been written down already
    assert watcher.get("/residents").status_code == 403
    (told,) = [record.__dict__["told"] for record in caplog.records if "told" in record.__dict__]
    assert (told["endpoint"], told["status"]) == ("residents.find", 403)


def test_a_districts_whole_work_leaves_nobody_in_the_logs(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("sqlalchemy"), "level", logging.INFO)
    with transaction():
        make_demo(DemoSize(20, 1, 1), by=COMMAND, at=clock.now(), tell=lambda _sentence: None)
    for role, paths in LOOKED_AT.items():
        visitor = signed_in(role)
        for path in paths:
            assert visitor.get(path).status_code == 200, (role, path)
    logging.getLogger("app.probe").warning("the log is read")
    assert "the log is read" in caplog.text
    words = personal_words()
    assert len(words) > 40
    assert [word for word in words if word in caplog.text] == []
