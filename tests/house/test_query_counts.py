"""No page asks the database once a row: a list of three times as many rows takes as many queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import clock
from app.access import access_of
from app.delivery.rules.entitlement import NewExemption
from app.delivery.rules.family import NewContact, Relation
from app.delivery.service import grant_exemption
from app.delivery.service.family import add_contact
from app.extensions import db
from app.roles import COMMAND, Permission, Role
from app.till import service as till
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.delivery import LONG_AGO, kitchen, neighbour, rider, subscribed
from tests.factories.meals import entry, taken
from tests.support.databases import SqliteTemplate, Template
from tests.support.pages import PageClient

FEW, MANY = 3, 9
READERS = (Role.DISTRICT_OFFICER, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)
NO_LISTS = (".csv", ".xlsx", ".pdf", ".json", "/metrics", "/readyz", "/healthz")
"""Files are read in one stream; machines ask elsewhere."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: how often a page asks is the same on both."""
    return SqliteTemplate(tmp_path_factory.mktemp("queries"))


def fill(first: int, last: int) -> None:
    """Add rows of what pages list, numbered from `first` to before `last`."""
    today = clock.today()
    with transaction():
        for number in range(first, last):
            code = f"C{number:02}"
            kitchen(code)
            rider(f"Q-{number:03}", kitchen_code=code, last_insured_on=today + timedelta(days=number))
            resident = neighbour(f"R-{number}", name=f"王秀兰{number}", has_place=False, categories=())
            subscribed(resident, kitchen_code=code)
            alone = neighbour(f"R-9{number}", name=f"李建国{number}")
            subscribed(alone, kitchen_code=code, until_on=today + timedelta(days=9))
            exception = NewExemption(today, today + timedelta(days=9), "老伴住院")
            grant_exemption(resident.resident_no, exception, by=COMMAND, at=clock.now())
            contact = NewContact("陈建华", Relation.CHILD, "13900000001", LONG_AGO)
            add_contact(alone.resident_no, contact, by=COMMAND, at=clock.now())
            till.prepare(code, "前台", by=COMMAND, at=clock.now())
    for number in range(first, last):
        taken(entry(number, resident_no=f"R-{number}", site_code=f"C{number:02}", served_at=clock.now()))
        user(Role.AUDITOR)


def lists(app: Flask) -> list[tuple[str, Permission]]:
    """Give the addresses of pages that take nothing but the address, and what each asks for."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        path = str(rule)
        is_page = "GET" in (rule.methods or ()) and not rule.arguments and not path.endswith(NO_LISTS)
        if is_page and isinstance(access, Permission):
            found.append((path, access))
    return sorted(set(found))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Give a list that fills with the statements that are sent to the database."""
    sent: list[str] = []

    def heard(*told: object) -> None:
        sent.append(str(told[2]))

    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)


def statements(readers: dict[Role, PageClient], path: str, access: Permission) -> list[str] | None:
    """Give what a page asks the database, for the first reader who may open it; None: nobody here may."""
    for role, client in readers.items():
        if access in role.permissions:
            # Not as tests ask, which look for other faults; what is remembered afterwards is free.
            FlaskClient.open(client, path)
            with counted() as sent:
                assert FlaskClient.open(client, path).status_code < 500
            return sent
    return None


def test_a_list_of_three_times_as_many_rows_takes_as_many_queries(app: Flask) -> None:
    fill(1, 1 + FEW)
    readers = {}
    for role in READERS:
        client = app.test_client()
        assert isinstance(client, PageClient)
        readers[role] = client.sign_in(user(role))
    pages = lists(app)
    few = {path: statements(readers, path, access) for path, access in pages}
    fill(1 + FEW, 1 + MANY)
    many = {path: statements(readers, path, access) for path, access in pages}
    grown = {}
    for path, asked in many.items():
        before = few[path]
        if asked is not None and before is not None and len(asked) > len(before):
            grown[path] = (len(before), len(asked))
    assert grown == {}
    assert sum(asked is not None for asked in many.values()) > 30
