"""Whoever holds a credential and asks too often is told when to come again, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.delivery.models import RiderLink
from app.delivery.queries import family
from app.delivery.rules.family import NewContact, Relation
from app.delivery.service import link_token
from app.delivery.service.family import add_contact, family_token, issue_family_link
from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import COMMAND, Role
from app.till import service
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.factories.till import record
from tests.support.databases import application
from tests.support.pages import PageClient, in_use

MEALS = "/api/v1/tablets/meals"
DAY = "/api/v1/rides/day"


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application that takes three requests a minute of one holder, inside its context."""
    app = application(tmp_path, database, holder_limit="3 per minute")
    app.testing = True
    app.test_client_class = PageClient
    with app.app_context():
        with transaction():
            kitchen()
        yield app
        db.session.rollback()
        db.engine.dispose()


def tablet(name: str) -> dict[str, str]:
    with transaction():
        code = service.prepare("C01", name, by=COMMAND, at=clock.now())[1]
    with transaction():
        return {"Authorization": f"Bearer {service.enrol(code, at=clock.now())[1]}"}


def asked(client: FlaskClient, path: str, headers: dict[str, str]) -> int:
    return client.get(path, headers=headers).status_code


def test_a_tablet_that_asks_too_often_is_told_when_to_come_again_and_no_other_is(app: Flask) -> None:
    client, eager, calm = FlaskClient(app), tablet("前台"), tablet("二楼")
    roster = "/api/v1/tablets/roster"
    assert [asked(client, roster, eager) for _ in range(3)] == [200] * 3
    answer = client.get(roster, headers=eager)
    assert answer.status_code == 429
    assert answer.json is not None
    assert answer.json["error"] == "refused"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert asked(client, roster, calm) == 200


def test_what_was_refused_for_haste_is_taken_later(app: Flask) -> None:
    client, credential = FlaskClient(app), tablet("前台")
    with transaction():
        neighbour("R-1")
    meal = record(1)
    with time_machine.travel(clock.now(), tick=False) as time:
        statuses = [
            client.post(MEALS, json={"records": [], "unsent": 0}, headers=credential).status_code
            for _ in range(3)
        ]
        assert statuses == [200] * 3
        body = {"records": [meal], "unsent": 0}
        refused = client.post(MEALS, json=body, headers=credential)
        assert refused.status_code == 429
        assert db.session.query(LedgerRecord).count() == 0
        time.shift(timedelta(seconds=int(refused.headers["Retry-After"])))
        taken = client.post(MEALS, json=body, headers=credential)
    assert taken.status_code == 200
    assert db.session.query(LedgerRecord).count() == 1


def test_a_riders_link_is_counted_alone(app: Flask) -> None:
    with transaction() as session:
        riders = [rider("Q-001"), rider("Q-002")]
        links = [
            RiderLink(
                link_id=uuid4(),
                rider_id=each.id,
                served_on=clock.today(),
                issued_at=clock.now(),
                issued_by="U-1",
            )
            for each in riders
        ]
        session.add_all(links)
        session.flush()
        one, other = ({"Authorization": f"Bearer {link_token(each)}"} for each in links)
    client = FlaskClient(app)
    assert [asked(client, DAY, one) for _ in range(4)] == [200, 200, 200, 429]
    assert asked(client, DAY, other) == 200


def test_a_familys_link_is_counted_too_and_gets_a_page(app: Flask) -> None:
    with transaction():
        resident = neighbour("R-1")
        subscribed(resident)
        new = NewContact("陈建华", Relation.CHILD, "13900000001", clock.today())
        contact = add_contact("R-1", new, by=COMMAND, at=clock.now())
        until = clock.today() + timedelta(days=30)
        issue_family_link(contact.id, until, by=COMMAND, at=clock.now())
        token = family_token(family.family_links([contact.id])[contact.id])
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.post("/family/", data={"link": token, "csrf_token": client.token()})
    statuses = [client.get("/family/days").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert "Retry-After" in client.get("/family/days").headers


@pytest.fixture
def few(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application that gives three pages a minute to one address, inside its context."""
    app = application(tmp_path, database, visitor_limit="3 per minute")
    with in_use(app):
        yield app


def visited(client: FlaskClient, path: str, address: str = "192.0.2.1") -> int:
    with client.get(path, environ_overrides={"REMOTE_ADDR": address}) as answer:
        return answer.status_code


def test_an_address_reads_so_many_open_pages_a_minute(few: Flask) -> None:
    client = FlaskClient(few)
    assert [visited(client, path) for path in ("/public/", "/sign-in", "/public/", "/public/")] == [
        200,
        200,
        200,
        429,
    ]
    answer = client.get("/public/", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "等一分钟" in answer.text
    assert visited(client, "/public/", "192.0.2.2") == 200, "another address is another visitor"


def test_neither_files_nor_what_watches_the_machine_is_counted_nor_who_is_signed_in(few: Flask) -> None:
    client = FlaskClient(few)
    for path in ("/static/house.css", "/healthz", "/readyz"):
        assert [visited(client, path) for _ in range(5)] == [200] * 5, path
    known = few.test_client()
    assert isinstance(known, PageClient)
    known.sign_in(user(Role.AUDITOR))
    assert [known.get("/account").status_code for _ in range(6)] == [200] * 6
