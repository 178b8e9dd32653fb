"""Home of what journeys of the queue ask: who is enrolled, what the ledger holds, who else answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Route
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import COMMAND
from app.till import service
from app.till.models import Tablet
from app.transaction import transaction
from tests.support.engine import Engine

MEALS = "**/api/v1/tablets/meals"
RESIDENTS = 12
"""How many residents the canteen of these journeys has."""


def enrolled(context: BrowserContext, name: str = "前台") -> Engine:
    """Enrol a tablet, which does not send yet."""
    # Not the fixture `page`: here the browser is right to complain of what the network does.
    made = Engine(context.new_page())
    with transaction():
        code = service.prepare("C01", name, by=COMMAND, at=clock.now())[1]
    assert made.enrol(code)["error"] is None
    return made


def ledger() -> list[str]:
    """Give the ids of all records of the ledger, in the order of the tablet's numbers."""
    db.session.rollback()
    rows = db.session.scalars(select(LedgerRecord).order_by(LedgerRecord.seq))
    return [str(row.id) for row in rows]


def the_tablet() -> Tablet:
    """Give the only tablet as the district sees it."""
    db.session.rollback()
    return db.session.scalars(select(Tablet).order_by(Tablet.id)).one()


def ids(entries: list[dict[str, Any]]) -> list[str]:
    """Give the ids of entries."""
    return [entry["id"] for entry in entries]


def sent_in(route: Route) -> list[dict[str, Any]]:
    """Give the records of a request."""
    body = route.request.post_data_json
    assert isinstance(body, dict)
    records: list[dict[str, Any]] = body["records"]
    return records


def last_contact(engine: Engine) -> str:
    """Give when a tablet met the server, as it says."""
    return engine.state()["last_contact_at"] or ""


def says(status: int, body: str, *, kind: str = "application/json") -> Callable[[Route], None]:
    """Give somebody who answers every request like this, instead of the server."""
    return lambda route: route.fulfill(status=status, body=body, content_type=kind)
