"""The pages of residents: found at once, registered, corrected, and taken in from a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from app.areas.service import seed_areas
from app.audit.models import AuditEntry
from app.extensions import db
from app.residents import queries, service
from app.residents.models import Resident
from app.residents.rules.categories import period
from app.residents.rules.facts import Category
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.residents import COMMUNITY, csv_file, id_number, identity_of, person, resident_cells
from tests.support.html import Element
from tests.support.pages import PageClient

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def zeng(app: object) -> str:  # noqa: ARG001 - asked for its context
    with transaction():
        seed_areas(by=COMMAND, at=NOW)
        made = service.register(identity_of(1), person("曾国强"), by=COMMAND, at=NOW)
        held = period(Category.DISABLED, "2", date(2024, 1, 1))
        service.begin_category(made.resident_no, held, evidence="残疾证", by=COMMAND, at=NOW)
        return made.resident_no


@pytest.fixture
def worker(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.COMMUNITY_WORKER, area=COMMUNITY)


def form_of(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def test_a_search_by_initials_leads_to_the_person(worker: PageClient) -> None:
    page = worker.send("/residents", q="zgq")
    assert "共 1 位老人" in page.one("main").text
    assert "曾国强" in page.one("tbody").text
    page = worker.page(page.one("tbody").one("a").get("href"))
    assert page.one("h1").text.startswith("曾国强")
    assert "残疾 · 二级" in page.one("main").text
    assert "没有找到" in worker.send("/residents", q="nobody").one("main").text


def test_while_typing_only_the_list_is_sent(worker: PageClient) -> None:
    answer = worker.post(
        "/residents", data={"q": "曾", "csrf_token": worker.token()}, headers={"HX-Request": "true"}
    )
    assert "<html" not in answer.text
    assert "曾国强" in answer.text


def test_a_search_is_narrowed_to_a_community_and_a_category(worker: PageClient) -> None:
    assert "共 1 位" in worker.page(f"/residents?area={COMMUNITY}&category=disabled").one("main").text
    assert "没有找到" in worker.page("/residents?category=veteran").one("main").text
    assert "没有找到" in worker.page("/residents?area=430103006001").one("main").text


def test_an_identity_number_is_masked_until_somebody_asks_and_is_recorded(
    worker: PageClient, zeng: str
) -> None:
    page = worker.page(f"/residents/{zeng}")
    assert id_number() not in page.text
    assert "990000********" in page.text
    form = next(form for form in page.all("form") if form.get("action").endswith("/identity"))
    assert id_number() in worker.submit(form).text
    last = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert last == "resident.identity_revealed"


def test_a_phone_number_is_masked_until_somebody_asks_and_is_recorded(worker: PageClient, zeng: str) -> None:
    for address in (f"/residents/{zeng}", f"/residents/{zeng}/edit"):
        assert "13812345678" not in str(worker.get(address).text)
    form = next(
        form
        for form in worker.page(f"/residents/{zeng}").all("form")
        if form.get("action").endswith("/phone")
    )
    assert "13812345678" in worker.submit(form).text
    last = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert last == "resident.phone_revealed"


def test_an_empty_phone_keeps_what_is_there_until_there_is_none(worker: PageClient, zeng: str) -> None:
    address = f"/residents/{zeng}/edit"
    worker.submit(form_of(worker.page(address)), at=address, name="曾国富")
    resident = queries.resident_of_identity(id_number())
    assert resident is not None
    assert (resident.name, resident.phone) == ("曾国富", "13812345678")
    worker.submit(form_of(worker.page(address)), at=address, no_phone="y")
    db.session.expire_all()
    assert (resident.phone, resident.phone_tail) == (None, None)


def test_who_may_only_look_sees_no_number_no_phone_and_no_button(signed_in: SignedIn, zeng: str) -> None:
    page = signed_in(Role.STREET_REVIEWER).page(f"/residents/{zeng}")
    assert "138****5678" in page.text
    assert "13812345678" not in page.text
    assert page.one("main").all("form") == []


def test_another_community_does_not_find_the_person(signed_in: SignedIn, zeng: str) -> None:
    stranger = signed_in(Role.COMMUNITY_WORKER, area="430103006001")
    stranger.page(f"/residents/{zeng}", status=404)
    assert "没有找到" in stranger.page("/residents").one("main").text


def test_a_person_is_registered_with_full_width_and_spaces(worker: PageClient) -> None:
    form = form_of(worker.page("/residents/new"))
    page = worker.submit(
        form,
        at="/residents/new",
        name=" 单 秀英 ",
        id_number=id_number(2).replace("9900", "９９００"),
        phone="0731 85123456",
        residence_area=COMMUNITY,
        address="劳动西路 2 号",
        registered_area="",
        registered_code="430111",
        consent_on="2026-11-01",
        lat="28.1735",
        lon="112.9701",
        datum="gcj02",
    )
    assert page.one("h1").text.startswith("单秀英")
    assert "雨花区" in page.one("main").text
    resident = queries.resident_of_identity(id_number(2))
    assert resident is not None
    assert resident.phone == "0731-85123456"
    assert resident.latitude != 28.1735


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "请填写"),
        ("id_number", id_number()[:-1], "17 位"),
        ("id_number", id_number(), "已经登记，编号是 R-000001"),
        ("id_number", "", "没有填身份证号"),
        ("phone", "85123456", "区号"),
        ("residence_area", "", "请填写"),
        ("consent_on", "2026/2/30", "没有“2026/2/30”这一天"),
        ("lat", "112.97", "经度和纬度只填了一个"),
        ("registered_code", "", "没有填户籍地"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(
    worker: PageClient, field: str, typed: str, said: str
) -> None:
    good = {
        "name": "单秀英",
        "id_number": id_number(2),
        "residence_area": COMMUNITY,
        "registered_area": "",
        "registered_code": "430111",
    }
    page = worker.submit(
        form_of(worker.page("/residents/new")), at="/residents/new", status=422, **{**good, field: typed}
    )
    assert said in page.one("main").text
    assert db.session.execute(select(func.count()).select_from(Resident)).scalar_one() == 1


def test_the_household_is_registered_where_somebody_lives_unless_said_otherwise(worker: PageClient) -> None:
    worker.submit(
        form_of(worker.page("/residents/new")),
        at="/residents/new",
        name="单秀英",
        id_number=id_number(2),
        residence_area=COMMUNITY,
    )
    resident = queries.resident_of_identity(id_number(2))
    assert resident is not None
    assert resident.registered_area == COMMUNITY


def test_a_correction_keeps_what_is_not_touched(worker: PageClient, zeng: str) -> None:
    address = f"/residents/{zeng}/edit"
    page = worker.submit(form_of(worker.page(address)), at=address, phone="13900001111")
    assert "139****1111" in page.text
    resident = queries.resident_of_identity(id_number())
    assert resident is not None
    assert resident.phone == "13900001111"
    assert (resident.registered_area, resident.residence_area) == (COMMUNITY, COMMUNITY)


def test_a_category_begins_and_ends_on_the_page(worker: PageClient, zeng: str) -> None:
    address = f"/residents/{zeng}/categories/new"
    form = form_of(worker.page(address))
    page = worker.submit(form, at=address, status=422, category="incapacitated", from_on="2026-01-01")
    assert "要写等级" in page.text
    page = worker.submit(form, at=address, category="incapacitated", grade="severe", from_on="2026-01-01")
    assert "失能 · 重度" in page.text
    end = next(link.get("href") for link in page.all("a") if link.get("href").endswith("/end"))
    page = worker.submit(form_of(worker.page(end)), at=end, until_on="2026-06-01")
    assert "至 2026年6月1日 前" in page.text
    withdraw = next(form for form in page.all("form") if form.get("action").endswith("/withdraw"))
    assert "失能" not in worker.submit(withdraw).one("main").text


def test_a_death_is_written_down(worker: PageClient, zeng: str) -> None:
    address = f"/residents/{zeng}/status"
    form = form_of(worker.page(address))
    assert "请填写" in worker.submit(form, at=address, status=422, from_on="").text
    page = worker.post(
        address,
        data={
            "csrf_token": form.one("input", name="csrf_token").get("value"),
            "status": "deceased",
            "from_on": "2026-03-01",
        },
        follow_redirects=True,
    )
    assert "已故" in page.text


def send(
    worker: PageClient, file: io.BytesIO, *, name: str = "residents.csv", **fields: str
) -> tuple[int, str]:
    token = form_of(worker.page("/residents/import")).one("input", name="csrf_token").get("value")
    answer = worker.post(
        "/residents/import",
        data={"csrf_token": token, "file": FileStorage(file, filename=name), **fields},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_a_file_is_taken_in(worker: PageClient) -> None:
    status, shown = send(worker, csv_file(resident_cells(2, name="单秀英"), encoding="gbk"))
    assert status == 200
    assert "新增 1 条" in shown
    assert "单秀英" in shown


def test_each_fault_of_a_file_is_shown_with_its_line_column_and_remedy(worker: PageClient) -> None:
    status, shown = send(
        worker,
        csv_file(
            resident_cells(2, id_number="4.30103E+17"),
            resident_cells(3, status_from="2026/2/3"),
            resident_cells(4, lat="112.9701", lon="28.1735"),
        ),
    )
    assert status == 422
    for said in ("有 3 行不能导入", "文本格式", "请写成 2026-02-03。", "填反了", "id_number", "status_from"):
        assert said in shown


def test_the_bad_rows_come_back_as_a_file(worker: PageClient) -> None:
    status, shown = send(
        worker, csv_file(resident_cells(2), resident_cells(3, phone="85123456")), skip_bad_rows="y"
    )
    assert status == 200
    assert shown.startswith("\ufeffresident_no,")
    assert "没有区号" in shown
    assert "R-000002" not in shown
    assert "未导入 1 条" in worker.page("/residents").text


def test_what_is_no_table_is_refused_with_a_sentence(worker: PageClient) -> None:
    assert "PDF" in send(worker, io.BytesIO(b"%PDF-1.7"), name="residents.pdf")[1]
    assert "文件是空的" in send(worker, io.BytesIO(b""))[1]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        cells = resident_cells(2)
        sheet.write_row(0, 0, list(cells))
        sheet.write_row(1, 0, list(cells.values()))
        sheet.write_formula(1, 1, '="单"&"秀英"', value="单秀英")
    assert "公式" in send(worker, io.BytesIO(file.getvalue()), name="residents.xlsx")[1]


def test_a_file_beyond_the_limit_is_refused_with_a_sentence(app: Flask, worker: PageClient) -> None:
    token = worker.token()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    file = (io.BytesIO(b"x" * 2000), "huge.csv")
    answer = worker.post("/residents/import", data={"csrf_token": token, "file": file})
    assert answer.status_code == 413
    assert "文件过大" in answer.text
