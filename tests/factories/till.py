"""Makers of enrolled tablets and of what they send, through the real endpoint."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.extensions import db
from app.meals.rules import meal_id
from app.roles import COMMAND
from app.till import service
from app.transaction import transaction
from tests.factories.meals import NOON


class TabletClient:
    """A tablet without a screen: it holds a token, and sends what a till would send."""

    def __init__(self, app: Flask, token: str, tablet_no: str) -> None:
        """Hold the token."""
        self.app, self.token, self.tablet_no = app, token, tablet_no

    def post(self, path: str, body: object) -> TestResponse:
        """Send a JSON body."""
        db.session.rollback()
        return self.app.test_client().post(f"/api/v1/tablets/{path}", json=body, headers=self.headers)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for something."""
        db.session.rollback()
        return self.app.test_client().get(f"/api/v1/tablets/{path}", headers={**self.headers, **headers})

    @property
    def headers(self) -> dict[str, str]:
        """Give what proves this tablet."""
        return {"Authorization": f"Bearer {self.token}"}

    def send(self, *records: object, **about: object) -> list[dict[str, Any]]:
        """Send records; give their receipts."""
        body = {"records": list(records), "unsent": 0, "oldest_unsent_at": None, "version": "1", **about}
        answer = self.post("meals", body)
        assert answer.status_code == 200, answer.text
        receipts: list[dict[str, Any]] = answer.json["receipts"]  # type: ignore[index]  # it is an object
        assert len(receipts) == len(records)
        return receipts

    def roster(self, since: str = "") -> dict[str, Any]:
        """Give the roster, or what changed."""
        answer = self.get("roster" + (f"?since={since}" if since else ""))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json  # type: ignore[assignment]  # it is an object
        return found


def enrolled(
    app: Flask, site_code: str = "C01", name: str = "前台", *, at: datetime | None = None
) -> TabletClient:
    """Make an enrolled tablet at a site."""
    at = at or clock.now()
    with transaction():
        _, code = service.prepare(site_code, name, by=COMMAND, at=at)
        tablet, token = service.enrol(code, at=at)
        tablet_no = tablet.tablet_no
    return TabletClient(app, token, tablet_no)


def record(number: int = 1, **changes: object) -> dict[str, object]:
    """Give a lunch of the first resident as a till sends it, tapped `number` seconds after twelve."""
    served_at = NOON + timedelta(seconds=number)
    return {
        "id": str(meal_id(served_at, number)),
        "seq": number,
        "resident": "R-000001",
        "sitting": "lunch",
        "channel": "dine_in",
        "price_fen": 15_00,
        "served_at": served_at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds"),
        "by": "U-1",
        "reverses": None,
        "reason": None,
        **changes,
    }


def undoing(number: int, of: int, **changes: object) -> dict[str, object]:
    """Give the reversal of the meal with another number."""
    return record(number, reverses=record(of)["id"], reason="undo", **changes)


def uuid_of(number: int) -> UUID:
    """Give the id of the meal with this number."""
    return UUID(str(record(number)["id"]))
