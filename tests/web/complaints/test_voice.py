"""At the table: a page without account and script, from which nothing of anybody can be learned."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.complaints import service
from app.complaints.models import Complaint
from app.extensions import db
from app.roles import Role
from app.transaction import transaction
from tests.factories import district
from tests.factories.complaints import CALLER, actor, received
from tests.support.html import Element
from tests.support.pages import PageClient

WORDS = "汤太咸了，请少放盐。"


def form_of(page: Element) -> Element:
    return next(form for form in page.one("main").all("form"))


def kept() -> list[Complaint]:
    db.session.rollback()
    return list(db.session.execute(select(Complaint).order_by(Complaint.id)).scalars())


def test_what_is_said_is_kept_once_and_looked_up(client: PageClient) -> None:
    with transaction():
        district.canteen("C01")
    form = form_of(client.page("/voice/C01"))
    page = client.submit(form, at="/voice/C01", class_code="taste", content=WORDS)
    assert "已经收到" in page.text
    client.submit(form, at="/voice/C01", class_code="taste", content=WORDS)
    [found] = kept()
    assert (found.content, found.site_code, found.phone, found.way) == (WORDS, "C01", None, "qr")
    assert found.complaint_no in page.text
    look = form_of(client.page("/voice"))
    shown = client.submit(look, number=found.complaint_no, code=service.code_of(found))
    assert "待派发" in shown.text
    assert WORDS not in shown.text


def test_a_phone_needs_consent_and_words_are_looked_at(client: PageClient) -> None:
    with transaction():
        district.canteen("C01")
    form = form_of(client.page("/voice/C01"))
    told: dict[str, str | list[str]] = {"class_code": "taste", "content": WORDS, "phone": CALLER}
    assert "请勾选同意" in client.submit(form, status=422, at="/voice/C01", **told).text
    for change in (
        {"class_code": "no"},
        {"content": "好"},
        {"phone": "12", "agrees": "y"},
        {"website": "http://x", "agrees": "y"},
    ):
        fields: dict[str, str | list[str]] = {**told, **change}
        client.submit(form, status=422, at="/voice/C01", **fields)
    assert kept() == []
    client.submit(form, status=200, at="/voice/C01", **told, agrees="y")
    assert kept()[0].phone == CALLER


def test_the_look_up_shows_state_and_answer_and_nothing_else(client: PageClient, app: Flask) -> None:
    assert app
    with transaction():
        district.canteen("C01")
    worker, reviewer = actor(Role.COMMUNITY_WORKER), actor(Role.STREET_REVIEWER)
    with transaction():
        found = received()
        number, code = found.complaint_no, service.code_of(found)
        service.assign(found.id, worker.user_no, by=reviewer, at=found.received_at)
        service.answer(found.id, "已改。", by=worker, at=found.received_at)
    form = form_of(client.page("/voice"))
    shown = client.submit(form, number=number, code=code).text
    assert "已改。" in shown
    assert not any(secret in shown for secret in ("张奶奶", CALLER, "5678", "青菜", "C01", worker.user_no))
    assert "不符" in client.submit(form, status=422, number=number, code="00000000").text


def test_a_number_is_not_tried_for_ever(client: PageClient) -> None:
    form = form_of(client.page("/voice"))
    tried = [
        client.post(
            "/voice",
            data={
                "csrf_token": form.one("input", name="csrf_token").get("value"),
                "number": "SQ-1",
                "code": f"{code:08d}",
            },
        ).status_code
        for code in range(12)
    ]
    assert tried == [422] * 10 + [429] * 2


def test_a_flood_from_one_address_ends(client: PageClient) -> None:
    with transaction():
        district.canteen("C01")
    form = form_of(client.page("/voice/C01"))
    token = form.one("input", name="csrf_token").get("value")
    answers = [client.post("/voice/C01", data={"csrf_token": token}).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]


def test_a_site_that_is_gone_or_never_was_has_no_page(client: PageClient) -> None:
    client.page("/voice/C99", status=404)
    assert client.get("/voice/said").status_code == 302
