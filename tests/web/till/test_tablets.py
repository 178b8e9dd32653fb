"""The pages on tablets: how each does, a code shown once, the end of a lost one; each site sees its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import segno
import time_machine
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.roles import COMMAND, Role
from app.till import service
from app.till.models import Tablet
from app.till.service import Report
from app.till.views import shell
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import NOON
from tests.factories.till import record
from tests.factories.worklist import sent, tablet
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def noon(app: Flask) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON, tick=False) as traveller:
        with transaction():
            canteen("C01")
            canteen("C02", "430103005002")
            elder("R-000001")
            policy_row(policy())
        yield traveller


@pytest.fixture
def manager(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_MANAGER, site_code="C01")


@pytest.fixture
def officer(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.DISTRICT_OFFICER)


def rows(page: Element) -> list[str]:
    return [row.text for body in page.all("tbody") for row in body.all("tr")]


def figures(page: Element) -> list[str]:
    (listed,) = [each for each in page.all("ul") if each.get("class") == "figures"]
    return [each.text for each in listed.all("li")]


def form_to(page: Element, end: str) -> Element:
    (form,) = [each for each in page.all("form") if each.get("action").endswith(end)]
    return form


def well(app: Flask) -> Report:
    """Say what a tablet says of itself when all is well."""
    with app.test_request_context():
        version = shell.TILL.version()
    return Report(0, None, version, NOON, is_persisted=True, policy_reference="示例〔2026〕1号")


def code_on(page: Element) -> str:
    (code,) = [each.text for each in page.all("p") if "huge" in each.get("class").split()]
    return code


def test_a_district_without_tablets_says_so(officer: PageClient) -> None:
    assert "这里还没有平板" in officer.page("/tablets/").text


def test_what_needs_a_person_comes_first(officer: PageClient, app: Flask) -> None:
    good, bad = tablet("C01"), tablet("C02")
    sent(good, record(1), report=well(app))
    sent(
        bad,
        record(1, id="0190c8a0-0000-7000-8000-000000000001", seq=3),
        at=NOON - timedelta(days=2),
        report=Report(
            5, NOON - timedelta(days=2), "v0", NOON, is_persisted=False, policy_reference="旧〔2025〕9号"
        ),
    )
    page = officer.page("/tablets/")
    first, second = rows(page)
    assert "C02老年食堂" in first
    for told in ("2 天前", "5 最早 2 天前", "快 48 小时", "不是最新 v0", "未保住", "旧政策 旧〔2025〕9号"):
        assert told in first
    assert [word for word in ("刚刚", "准确", "最新", "已保住") if word not in second] == []
    assert figures(page) == ["1 / 2 今天已联系", "5 份记录未上传", "2 条记录缺失", "1 台平板要查看"]
    told = officer.page("/tablets/T-2").text
    for advice in (
        "已超过一天没有联系",
        "一直没有收到",
        "等了几个小时",
        "时钟不准",
        "旧的补贴政策",
        "不是最新版本",
        "添加到主屏幕",
    ):
        assert advice in told
    assert "现行：示例〔2026〕1号" in told


def test_a_tablet_that_is_well_and_heard_of_raises_no_figure(officer: PageClient, app: Flask) -> None:
    sent(tablet(), report=well(app))
    page = officer.page("/tablets/")
    assert figures(page) == ["1 / 1 今天已联系", "0 份记录未上传", "0 条记录缺失", "0 台平板要查看"]
    assert [each for each in page.all("li") if each.get("class") == "look"] == []
    assert [each.text for each in page.all("span") if "bad" in each.get("class").split()] == []


def test_a_manager_prepares_a_tablet_and_sees_the_code_once(manager: PageClient, app: Flask) -> None:
    page = manager.page("/tablets/new")
    assert [option.get("value") for option in page.one("select", name="site_code").all("option")] == ["C01"]
    shown = manager.submit(form_to(page, "/tablets/new"), name="前台")
    code = code_on(shown)
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert "12:30 前有效" in shown.text
    assert code not in manager.page("/tablets/T-1").text + manager.page("/tablets/").text
    answer = app.test_client().post("/api/v1/tablets/enrol", json={"code": code})
    assert answer.status_code == 200
    assert "使用中" in rows(manager.page("/tablets/"))[0]


def test_the_code_is_good_for_thirty_minutes(
    manager: PageClient, app: Flask, noon: time_machine.Traveller
) -> None:
    shown = manager.submit(form_to(manager.page("/tablets/new"), "/tablets/new"), name="前台")
    code = code_on(shown)
    noon.shift(timedelta(minutes=30))
    assert app.test_client().post("/api/v1/tablets/enrol", json={"code": code}).status_code == 422


def test_the_square_holds_the_link_with_the_code_behind_the_hash(manager: PageClient) -> None:
    shown = manager.submit(form_to(manager.page("/tablets/new"), "/tablets/new"), name="前台")
    code = code_on(shown)
    (picture,) = [image.get("src") for image in shown.all("img") if image.get("class") == "qr"]
    assert picture.startswith("data:image/svg+xml")
    # Drawn again, the same picture holds the same link.
    link = f"http://localhost/till/#enrol={code.replace('-', '')}"
    assert segno.make(link, error="m").svg_data_uri(scale=8, border=4) == picture


def test_a_prepared_tablet_gets_a_new_code_that_makes_the_old_one_useless(
    manager: PageClient, app: Flask
) -> None:
    first = manager.submit(form_to(manager.page("/tablets/new"), "/tablets/new"), name="前台")
    page = manager.page("/tablets/T-1")
    assert "待注册" in page.text
    second = manager.submit(form_to(page, "/T-1/code"))
    old, new = code_on(first), code_on(second)
    assert old != new
    enrol = app.test_client()
    assert enrol.post("/api/v1/tablets/enrol", json={"code": old}).status_code == 422
    assert enrol.post("/api/v1/tablets/enrol", json={"code": new}).status_code == 200
    # One that was enrolled and never heard of may have been broken off; one that was is not given another.
    assert "输入过注册码，但从未联系过" in manager.page("/tablets/T-1").text
    third = manager.submit(form_to(manager.page("/tablets/T-1"), "/T-1/code"))
    assert enrol.post("/api/v1/tablets/enrol", json={"code": code_on(third)}).status_code == 200
    sent(db.session.execute(select(Tablet.id)).scalar_one())
    assert [each for each in manager.page("/tablets/T-1").all("form") if "code" in each.get("action")] == []
    manager.send("/tablets/T-1/code", status=409)


def test_a_name_in_use_is_refused_at_its_field(manager: PageClient) -> None:
    sent(tablet())
    page = manager.submit(form_to(manager.page("/tablets/new"), "/tablets/new"), name="前台", status=422)
    (wrong,) = [each for each in page.all("div") if each.get("class") == "field wrong"]
    assert "T-1" in wrong.text
    page = manager.submit(form_to(manager.page("/tablets/new"), "/tablets/new"), name="  ", status=422)
    assert "请填写" in page.text


def test_a_lost_tablet_is_revoked_in_one_click_and_can_be_put_back(manager: PageClient) -> None:
    sent(tablet(), report=Report(3, NOON))
    page = manager.page("/tablets/T-1")
    assert "没上传的就餐记录留在平板上" in page.text
    after = manager.submit(form_to(page, "/T-1/revoke"))
    assert "T-1 已停用。下次联系时它会清除人员资料" in after.text
    assert "停用时平板上还有没上传的就餐记录" in after.text
    assert [each for each in after.all("form") if each.get("action").endswith("/revoke")] == []
    shown = manager.submit(form_to(after, "/T-1/code"))
    assert "T-2" in shown.text
    first, second = rows(manager.page("/tablets/"))
    assert "已停用，尚未清除" in first
    assert "待注册" in second
    with transaction():
        held = db.session.execute(select(Tablet).where(Tablet.tablet_no == "T-1")).scalar_one()
        held.wiped_at = NOON
    assert "已停用并清除" in manager.page("/tablets/T-1").text


def test_a_site_sees_and_ends_its_own_tablets_alone(manager: PageClient, signed_in: SignedIn) -> None:
    tablet("C02")
    assert "这里还没有平板" in manager.page("/tablets/").text
    assert manager.get("/tablets/T-1").status_code == 404
    manager.send("/tablets/T-1/revoke", status=404)
    manager.send("/tablets/T-1/code", status=404)
    manager.send("/tablets/new", site_code="C02", name="前台", status=422)
    assert signed_in(Role.SITE_MANAGER, site_code="C02").get("/tablets/T-1").status_code == 200
    assert signed_in(Role.FINANCE, area="430104").get("/tablets/T-1").status_code == 404


@pytest.mark.parametrize("role", [Role.STREET_REVIEWER, Role.FINANCE, Role.AUDITOR])
def test_who_only_looks_finds_no_button(signed_in: SignedIn, role: Role) -> None:
    with transaction():
        service.prepare("C01", "前台", by=COMMAND, at=NOON)
    visitor = signed_in(role)
    for address in ("/tablets/", "/tablets/T-1"):
        page = visitor.page(address)
        assert page.one("main").all("form", "button") == []
        assert "添加平板" not in page.text
