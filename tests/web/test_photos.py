"""Photos of a hand-over: only where the household agreed, seen by name, erased in time."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.clock import SHANGHAI, now, today
from app.delivery.models import RiderLink
from app.delivery.models.photos import HandoverPhoto, PhotoConsent
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, issue_links, keep_plan, link_token, release_plan
from app.delivery.service.photos import forget_photos, note_consent
from app.extensions import db
from app.privacy.service import erase
from app.residents.models import Resident, ResidentStatus
from app.residents.rules.facts import Status
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.factories.photos import picture
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PHOTOS = "/api/v1/rides/photos"


@pytest.fixture(autouse=True)
def _a_released_day(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1"))
        subscribed(neighbour("R-2", name="李建国"))
        note_consent("R-1", LONG_AGO.date(), by=COMMAND, at=LONG_AGO)
    draft = draft_plan(today(), Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)
        release_plan(today(), Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=LONG_AGO)
        issue_links(today(), "C01", by=COMMAND, at=LONG_AGO)


def bearer() -> dict[str, str]:
    db.session.rollback()
    token = link_token(db.session.execute(select(RiderLink)).scalar_one())
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def stops(client: PageClient) -> dict[str, dict[str, Any]]:
    (run,) = client.get("/api/v1/rides/day", headers=bearer()).json["runs"]  # type: ignore[index]  # an object
    return {stop["name"]: stop | {"run": run["run"]} for stop in run["stops"]}


def photo_of(stop: dict[str, Any], **changes: object) -> dict[str, object]:
    image = base64.b64encode(picture()).decode()
    at = datetime.now(SHANGHAI).isoformat(timespec="milliseconds")
    sent = {
        "id": str(uuid4()),
        "run": stop["run"],
        "position": stop["position"],
        "taken_at": at,
        "image": image,
    }
    return sent | changes


def send(client: PageClient, photo: object) -> Any:  # noqa: ANN401 - JSON
    answer = client.post(PHOTOS, json={"photo": photo}, headers=bearer())
    assert answer.status_code == 200
    return answer.json


def kept() -> list[HandoverPhoto]:
    db.session.rollback()
    return list(db.session.execute(select(HandoverPhoto)).scalars())


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_to(page: Element, end: str) -> Element:
    return next(form for form in page.one("main").all("form") if (form.get("action") or "").endswith(end))


def test_only_a_household_that_agreed_is_photographed(client: PageClient) -> None:
    there = stops(client)
    assert [there[name]["photo"] for name in ("王奶奶", "李奶奶")] == [True, False]
    assert "没有同意" in send(client, photo_of(there["李奶奶"]))["message"]
    taken = photo_of(there["王奶奶"])
    assert send(client, taken)["message"] == send(client, taken)["message"] == ""
    (photo,) = kept()
    assert b"28.1135" not in base64.b64decode(photo.content)
    for broken in (taken | {"id": str(uuid4()), "image": "x"}, "x", photo_of(there["王奶奶"], run=999)):
        assert send(client, broken)["message"]
    assert len(kept()) == 1
    huge = {"photo": photo_of(there["王奶奶"], image="A" * 700_000)}
    assert client.post(PHOTOS, json=huge, headers=bearer()).status_code == 413


def test_a_photo_is_seen_by_those_who_may_and_the_look_is_recorded(
    client: PageClient, signed_in: SignedIn
) -> None:
    send(client, photo_of(stops(client)["王奶奶"]))
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    page = staff.page("/delivery/runs/1")
    form = next(each for each in page.all("form") if "/photos/" in (each.get("action") or ""))
    address = form.get("action") or ""
    seen = staff.post(address, data={"csrf_token": staff.token()})
    assert (seen.status_code, seen.mimetype, seen.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert acts[-1] == "handover_photo.seen"
    with transaction():
        kitchen("C02")
    for other in (
        signed_in(Role.SITE_STAFF, site_code="C02"),
        signed_in(Role.COMMUNITY_WORKER, area="430102"),
        signed_in(Role.STREET_REVIEWER),
    ):
        assert other.post(address, data={"csrf_token": other.token()}).status_code in {403, 404}


def test_a_household_that_agrees_no_more_has_no_photos(client: PageClient, signed_in: SignedIn) -> None:
    send(client, photo_of(stops(client)["王奶奶"]))
    worker = signed_in(Role.COMMUNITY_WORKER)
    page = worker.submit(form_to(worker.page("/delivery/families/R-1"), "/photos/end"))
    assert "已删除 1 张" in words(page)
    assert [(each.content, each.erased_at is None) for each in kept()] == [("", False)]
    assert stops(client)["王奶奶"]["photo"] is False
    assert "没有同意" in send(client, photo_of(stops(client)["王奶奶"]))["message"]
    again = worker.submit(form_to(page, "/R-1/photos"))
    assert "同意" in words(again)
    assert stops(client)["王奶奶"]["photo"] is True


def test_photos_are_erased_after_their_days(client: PageClient, app: Flask) -> None:
    there = stops(client)
    send(client, photo_of(there["王奶奶"]))
    with transaction():
        assert forget_photos(days=30, by=COMMAND, at=now() + timedelta(days=29)) == 0
        assert forget_photos(days=30, by=COMMAND, at=now() + timedelta(days=31)) == 1
    assert [each.content for each in kept()] == [""]
    answer = app.test_cli_runner().invoke(args=["delivery", "forget-photos"])
    assert answer.exit_code == 0
    assert "0" in answer.output


def test_whoever_is_erased_has_neither_photos_nor_a_consent(client: PageClient) -> None:
    send(client, photo_of(stops(client)["王奶奶"]))
    with transaction() as session:
        person = session.execute(select(Resident).where(Resident.resident_no == "R-1")).scalar_one()
        person.statuses.append(ResidentStatus(status=Status.DECEASED, from_on=LONG_AGO.date()))
    with transaction():
        erase("R-1", by=COMMAND, at=now())
    assert [each.content for each in kept()] == [""]
    assert db.session.execute(select(PhotoConsent.ended_at)).scalar_one() is not None
