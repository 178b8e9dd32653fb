"""The pages of sites: listed, registered, priced, and taken in from a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from werkzeug.datastructures import FileStorage

from app.canteens import queries, service
from app.canteens.rules import SiteKind, SiteRecord
from app.place import Point
from app.roles import COMMAND, Role, Scope
from app.transaction import transaction
from tests.factories.residents import COMMUNITY, csv_file, site_cells
from tests.support.html import Element
from tests.support.pages import PageClient

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def _sites(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        service.seed_areas(by=COMMAND, at=NOW)
        kitchen = SiteRecord(
            "C01",
            "裕南街老年食堂",
            SiteKind.CANTEEN,
            COMMUNITY,
            Point(28.1735, 112.9701),
            opened_on=date(2024, 1, 1),
            seats=60,
            operator="某某餐饮公司",
        )
        point = SiteRecord(
            "P01",
            "金盆岭助餐点",
            SiteKind.SERVICE_POINT,
            "430103006001",
            None,
            opened_on=date(2024, 1, 1),
            closed_on=date(2025, 1, 1),
            kitchen_code="C01",
        )
        service.register_site(kitchen, by=COMMAND, at=NOW)
        service.register_site(point, by=COMMAND, at=NOW)


@pytest.fixture
def officer(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.DISTRICT_OFFICER)


def form_of(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def test_sites_are_listed_and_narrowed_by_street_and_kind(officer: PageClient) -> None:
    page = officer.page("/sites")
    assert "共 2 个助餐点" in page.one("main").text
    assert "已停业" in page.one("tbody").text
    narrowed = officer.submit(page.one("main").one("form"), at="/sites", area="430103005", kind="canteen")
    assert "裕南街老年食堂" in narrowed.one("tbody").text
    assert "金盆岭" not in narrowed.one("tbody").text
    assert "没有找到" in officer.page("/sites?q=xyz").one("main").text


def test_a_site_shows_its_kitchen_and_whom_it_cooks_for(officer: PageClient) -> None:
    page = officer.page("/sites/C01")
    assert "供餐给" in page.one("main").text
    assert any("uri.amap.com" in link.get("href") for link in page.all("a"))
    page = officer.page("/sites/P01")
    assert [link.text for link in page.one("main").all("a", href="/sites/C01")] == ["裕南街老年食堂"]


def test_site_staff_see_their_own_site_alone(signed_in: SignedIn) -> None:
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    assert "共 1 个助餐点" in staff.page("/sites").one("main").text
    staff.page("/sites/P01", status=404)
    staff.page("/sites/new", status=403)


def test_a_site_is_registered_and_corrected(officer: PageClient) -> None:
    form = form_of(officer.page("/sites/new"))
    page = officer.submit(
        form,
        at="/sites/new",
        site_code="C02",
        name="新食堂",
        kind="canteen",
        area_code=COMMUNITY,
        opened_on="2026-12-01",
        kitchen_code="",
        lat="28.1735",
        lon="112.9701",
        datum="gcj02",
    )
    assert page.one("h1").text == "新食堂"
    page = officer.submit(form_of(officer.page("/sites/C02/edit")), at="/sites/C02/edit", seats="40")
    assert "40" in page.all("dl")[0].text
    kept = queries.site_of("C02", Scope())
    assert kept is not None
    assert kept.latitude != pytest.approx(28.1735, abs=1e-4)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("site_code", "", "没有填助餐点编号"),
        ("site_code", "C01", "已有助餐点使用"),
        ("opened_on", "2026/12/1", "请写成 2026-12-01"),
        ("closed_on", "2026-12-01", "不晚于开业日期"),
        ("lat", "112.97", "填反了"),
        ("uscc", "123", "统一社会信用代码"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(
    officer: PageClient, field: str, typed: str, said: str
) -> None:
    good = {
        "site_code": "C02",
        "name": "新食堂",
        "kind": "canteen",
        "area_code": COMMUNITY,
        "opened_on": "2026-12-01",
        "kitchen_code": "",
        "lon": "28.17",
        "lat": "112.97",
        "datum": "wgs84",
    }
    if field != "lat":
        good |= {"lat": "", "lon": ""}
    form = form_of(officer.page("/sites/new"))
    page = officer.submit(form, at="/sites/new", status=422, **{**good, field: typed})
    assert said in page.one("main").text
    assert queries.site_of("C02", Scope()) is None


def test_a_price_is_set_from_a_day_on(officer: PageClient) -> None:
    form = form_of(officer.page("/sites/C01/price"))
    page = officer.submit(form, at="/sites/C01/price", sitting="lunch", from_on="2026-01-01", price="15")
    assert "15.00" in page.one("table").text
    page = officer.submit(
        form, at="/sites/C01/price", status=422, sitting="lunch", from_on="2026-01-01", price="1500"
    )
    assert "0 到 1000 元" in page.text


def test_a_file_of_sites_is_taken_in_and_its_faults_are_shown(officer: PageClient) -> None:
    token = form_of(officer.page("/sites/import")).one("input", name="csrf_token").get("value")

    def send(*rows: dict[str, str]) -> tuple[int, str]:
        answer = officer.post(
            "/sites/import",
            data={"csrf_token": token, "file": FileStorage(csv_file(*rows), filename="sites.csv")},
            content_type="multipart/form-data",
            follow_redirects=True,
        )
        return answer.status_code, answer.text

    status, shown = send(site_cells("C09"), site_cells("C10", kind="restaurant"))
    assert status == 422
    assert "canteen, service_point" in shown
    status, shown = send(site_cells("C09"))
    assert status == 200
    assert "C09老年食堂" in shown
