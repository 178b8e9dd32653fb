"""The page that loads a tablet's file: it says what became of each record, and why a file is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import Role
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.till import record
from tests.factories.worklist import tablet
from tests.support.html import Element, read
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PAGE = "/tablets/file"


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        policy_row(policy())
    tablet()


@pytest.fixture
def staff(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_STAFF, site_code="C01")


def exported(*records: dict[str, object], **changes: object) -> bytes:
    content = {
        "format": "till-queue/1",
        "tablet": "T-1",
        "site_code": "C01",
        "exported_at": "2026-03-02T09:00:00.000Z",
        "records": [{"id": each["id"], "seq": each["seq"], "body": each, "origin": None} for each in records],
        "closes": [],
        **changes,
    }
    return json.dumps(content, indent=1).encode()


def loaded(client: PageClient, content: bytes, *, status: int = 200) -> Element:
    data: dict[str, Any] = {"csrf_token": client.token(), "file": (BytesIO(content), "till-T-1.json")}
    answer = client.post(PAGE, data=data, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return read(answer.text)


def count() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one()


def test_a_file_is_loaded_and_each_record_accounted_for(staff: PageClient) -> None:
    content = exported(record(1), record(2), record(3, price_fen=-5))
    page = loaded(staff, content)
    (summary,) = page.all("section", role="status")
    assert summary.one("h2").text == "T-1：文件中有 3 条记录"
    assert summary.one("dl").text == "新计入台账 2 以前已收到 0 进入待处理 1 日结 0"
    again = loaded(staff, b"\xef\xbb\xbf" + content)
    (summary,) = again.all("section", role="status")
    assert summary.one("dl").text == "新计入台账 0 以前已收到 2 进入待处理 1 日结 0"
    assert count() == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "这不是平板导出的文件"),
        (b"[1, 2", "这不是平板导出的文件"),
        (b"[]", "这不是平板导出的文件"),
        (b"\xff\xfe\x00", "这不是平板导出的文件"),
        (b"resident_no,name\n", "这不是平板导出的文件"),
        (exported(format="till-queue/2"), "另一版本"),
        (exported(tablet="T-9"), "没有平板 T-9"),
        (exported(site_code="C02"), "文件属于助餐点 C02"),
        (exported(exported_at=""), "没有写明导出时间"),
        (exported(records=[{"id": "x"}]), "文件已损坏"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_why(staff: PageClient, content: bytes, reason: str) -> None:
    page = loaded(staff, content, status=422)
    assert reason in page.text
    assert page.all("section", role="status") == []
    assert count() == 0


def test_without_a_file_it_is_asked_for(staff: PageClient) -> None:
    assert "请选择文件" in staff.send(PAGE, status=422).text


def test_another_sites_file_is_refused(signed_in: SignedIn) -> None:
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    assert "没有平板 T-1" in loaded(other, exported(record(1)), status=422).text
    assert count() == 0


def test_the_district_loads_any_of_its_files(signed_in: SignedIn) -> None:
    assert "新计入台账 1" in loaded(signed_in(Role.DISTRICT_OFFICER), exported(record(1))).text


def test_a_number_that_no_column_holds_spoils_its_own_record_alone(staff: PageClient) -> None:
    page = loaded(staff, exported(record(1), record(2, price_fen=10**30)))
    assert "新计入台账 1 以前已收到 0 进入待处理 1" in page.text
