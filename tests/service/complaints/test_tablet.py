"""What is said at a tablet: once however often it is sent, also by its file, and none for another's fault."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.complaints.models import Complaint
from app.extensions import db
from app.roles import COMMAND
from app.till import service as till
from app.till.rules.queue_file import read_queue_file
from app.transaction import transaction
from tests.factories import district
from tests.factories.till import TabletClient, enrolled

ID = "01932c6e-0000-7000-8000-0000000000a{}"


def said(number: int = 1, **changes: object) -> dict[str, object]:
    at = (clock.now() - timedelta(hours=2)).astimezone(clock.SHANGHAI)
    return {
        "id": ID.format(number),
        "said_at": at.isoformat(timespec="milliseconds"),
        "by": "",
        "content": "汤太咸了，请少放盐。",
        "phone": "",
        "urgent": False,
        "confidential": False,
        **changes,
    }


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:
    assert app
    with transaction():
        district.canteen("C01")


def kept() -> list[Complaint]:
    db.session.rollback()
    return list(db.session.execute(select(Complaint).order_by(Complaint.id)).scalars())


def sent(tablet: TabletClient, *complaints: object) -> list[dict[str, Any]]:
    answer = tablet.post("complaints", {"complaints": list(complaints)})
    assert answer.status_code == 200, answer.text
    receipts: list[dict[str, Any]] = answer.json["receipts"]  # type: ignore[index]  # it is an object
    return receipts


def test_a_batch_is_taken_once_and_one_bad_one_stands_in_nobodys_way(app: Flask) -> None:
    tablet = enrolled(app, "C01", "窗口")
    batch = [said(1), said(2, content=""), said(3, urgent=True, phone="13912345678", confidential=True)]
    for _ in range(2):
        receipts = sent(tablet, *batch)
        assert [receipt["status"] for receipt in receipts] == ["accepted", "quarantined", "accepted"]
    first, urgent = kept()
    assert (first.way, first.site_code, first.class_code, first.received_by) == (
        "tablet",
        "C01",
        "other",
        "T-1",
    )
    assert (urgent.class_code, urgent.phone, urgent.is_confidential) == ("food_safety", "13912345678", True)
    assert first.complaint_no in receipts[0]["message"]
    [changed] = sent(tablet, said(1, content="另一句话在这里"))
    assert changed["status"] == "conflict"
    assert kept()[0].content == "汤太咸了，请少放盐。"


def test_the_clock_runs_from_when_it_was_said(app: Flask) -> None:
    tablet = enrolled(app, "C01", "窗口")
    at = (clock.now() - timedelta(days=5)).astimezone(clock.SHANGHAI).isoformat()
    sent(tablet, said(1, said_at=at))
    assert kept()[0].received_on == clock.today() - timedelta(days=5)


def test_no_list_and_too_many_are_refused_whole(app: Flask) -> None:
    tablet = enrolled(app, "C01", "窗口")
    assert tablet.post("complaints", {}).status_code == 400
    assert tablet.post("complaints", {"complaints": [said(1)] * 501}).status_code == 413
    assert kept() == []


def test_a_file_brings_what_was_said_and_twice_changes_nothing(app: Flask) -> None:
    enrolled(app, "C01", "窗口")
    content = {
        "format": "till-queue/1",
        "tablet": "T-1",
        "site_code": "C01",
        "exported_at": clock.now().isoformat(),
        "records": [],
        "complaints": [{"id": ID.format(1), "complaint": said(1), "origin": None}],
    }
    for _ in range(2):
        with transaction():
            till.load_queue_file(read_queue_file(content), by=COMMAND, at=clock.now())
    assert [each.site_code for each in kept()] == ["C01"]
