"""The pages of background work: what goes there, what is shown of it, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.areas.service import seed_areas
from app.extensions import db
from app.jobs import service
from app.residents.models import Resident
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.jobs import asked
from tests.factories.residents import many_residents
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PAGE = "/jobs"


def send_file(client: PageClient, content: bytes) -> str:
    page = client.page("/residents/import")
    token = page.all("input", name="csrf_token")[0].get("value")
    data = {"csrf_token": token, "file": (BytesIO(content), "residents.csv")}
    return client.post("/residents/import", data=data, follow_redirects=True).text


def padded(content: bytes) -> bytes:
    """Make a file larger than a page waits for, with empty rows."""
    return content + b"\r\n" * (1024 * 1024)


def people() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Resident)).scalar_one()


@pytest.fixture
def client(app: Flask, signed_in: SignedIn) -> PageClient:
    assert app
    with transaction():
        seed_areas(by=COMMAND, at=clock.now())
    return signed_in(Role.DISTRICT_OFFICER)


def test_a_small_file_is_taken_in_at_once(client: PageClient) -> None:
    assert "新增 3 条" in send_file(client, many_residents(3))
    assert people() == 3
    assert "还没有" in client.page(PAGE).text


def test_a_large_file_is_taken_in_beside_and_says_at_the_end_what_came_of_it(client: PageClient) -> None:
    shown = send_file(client, padded(many_residents(3)))
    assert "后台任务" in shown
    assert "排队中" in shown
    assert people() == 0
    service.work_off()
    assert "新增 3 条" in client.page(PAGE).text
    assert people() == 3


def test_what_is_wrong_with_a_large_file_is_a_table_to_download(client: PageClient) -> None:
    bad = many_residents(2).replace(b"430103005001", b"430103005999", 1)
    send_file(client, padded(bad))
    service.work_off()
    page = client.page(PAGE)
    assert "办不了" in page.text
    (link,) = [each.get("href") for each in page.all("a") if each.text == "下载"]
    answer = client.get(link)
    assert "430103005999" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert people() == 0


def test_nobody_else_sees_or_touches_it(signed_in: SignedIn) -> None:
    job_id = asked()
    service.work_off()
    other = signed_in(Role.AUDITOR)
    assert "还没有" in other.page(PAGE).text
    assert other.get(f"{PAGE}/{job_id}/result").status_code == 404
    token = other.token()
    for act in ("cancel", "again"):
        address = f"{PAGE}/{job_id}/{act}"
        assert other.post(address, headers={"X-CSRFToken": token}).status_code == 404


def test_it_is_cancelled_and_begun_again_there(client: PageClient) -> None:
    send_file(client, padded(many_residents(2)))
    page = client.page(PAGE)
    (cancel,) = [form for form in page.all("form") if (form.get("action") or "").endswith("/cancel")]
    client.submit(cancel)
    assert "已取消" in client.page(PAGE).text
    service.work_off()
    assert people() == 0
    (again,) = [
        form for form in client.page(PAGE).all("form") if (form.get("action") or "").endswith("/again")
    ]
    client.submit(again)
    service.work_off()
    assert people() == 2
