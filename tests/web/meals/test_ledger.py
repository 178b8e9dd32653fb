"""The ledger's pages: finding meals, and one meal with why it got what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from app.canteens.rules import Sitting
from app.meals import queries
from app.roles import Role
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, TODAY, entry, taken
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _afternoon(app: object) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        with transaction():
            canteen("C01")
            canteen("C02", "430103006001")
            elder("R-000001")
            elder("R-000002", name="李建国")
            policy_row(policy(caps=meal_caps(sitting=1)))
        taken(
            entry(1),
            entry(2),
            entry(3, resident_no="R-000002", site_code="C02", sitting=Sitting.DINNER),
            entry(4, served_on=YESTERDAY, served_at=NOON - timedelta(days=1)),
        )
        yield


def rows(page: Element) -> list[str]:
    return [row.text for row in page.one("tbody").all("tr")]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 4),
        ("?month=2026-02", 0),
        ("?month=2026-03", 4),
        ("?day=2026-03-01", 1),
        ("?day=2026-03-02&month=2026-02", 3),
        ("?month=2026-03&site=C02", 1),
        ("?month=2026-03&sitting=dinner", 1),
        ("?month=2026-03&reason=cap_sitting", 1),
        ("?month=2026-03&resident_no=R-000002", 1),
    ],
)
def test_meals_are_found_by_day_month_site_sitting_reason_and_resident(
    signed_in: SignedIn, asked: str, count: int
) -> None:
    page = signed_in(Role.FINANCE).page(f"/meals/{asked}")
    assert f"共 {count} 条" in page.text


def test_a_site_sees_its_own_meals_alone(signed_in: SignedIn) -> None:
    page = signed_in(Role.SITE_STAFF, site_code="C02").page("/meals/")
    assert [("C02老年食堂" in row) for row in rows(page)] == [True]


def test_a_street_sees_the_meals_of_its_sites(signed_in: SignedIn) -> None:
    page = signed_in(Role.STREET_REVIEWER, area="430103006").page("/meals/")
    assert len(rows(page)) == 1


@pytest.mark.parametrize("asked", ["?month=2026-13", "?day=2026-02-30", "?sitting=supper", "?site=C99"])
def test_what_cannot_be_asked_is_told_beside_its_field(signed_in: SignedIn, asked: str) -> None:
    page = signed_in(Role.FINANCE).page(f"/meals/{asked}", status=422)
    assert [each.text for each in page.all("p") if "error" in each.get("class")]


def test_a_row_leads_to_its_meal(signed_in: SignedIn) -> None:
    client = signed_in(Role.FINANCE)
    link = next(link for link in client.page("/meals/?day=2026-03-02").all("a") if link.text == "打开")
    assert client.page(link.get("href")).one("h1").text == "2026年3月2日 晚餐"


def test_a_meals_page_says_who_pays_by_which_notice_and_why(signed_in: SignedIn) -> None:
    page = signed_in(Role.AUDITOR).page(f"/meals/{UUID(int=1)}")
    parts = {
        part.one("span").text: part.one("strong").text
        for part in page.one("ul", **{"class": "parts"}).all("li")
    }
    assert parts == {"个人支付": "12.00", "政府补贴": "3.00", "企业让利": "0.00", "慈善资助": "0.00"}
    assert "示例〔2026〕1号（2026年1月1日起执行）" in page.text
    assert "区级财政 · 一般公共预算 3.00 元" in page.text
    assert "王秀英" in page.text
    assert "2026-03-02 12:00" in page.text


def test_who_may_not_see_residents_sees_the_number_alone(signed_in: SignedIn) -> None:
    page = signed_in(Role.FINANCE).page(f"/meals/{UUID(int=1)}")
    assert "R-000001" in page.text
    assert "王秀英" not in page.text


def test_a_reversal_is_announced_with_what_it_frees(signed_in: SignedIn) -> None:
    page = signed_in(Role.SITE_STAFF, site_code="C01").page(f"/meals/{UUID(int=1)}")
    assert "2026-03-02 午餐，C01老年食堂：个人由 15.00 元变为 12.00 元" in page.text
    page = signed_in(Role.SITE_STAFF, site_code="C01").page(f"/meals/{UUID(int=2)}")
    assert "冲正这一餐不影响其他就餐记录" in page.text


def test_a_meal_is_reversed_with_a_reason_and_its_place_goes_to_the_next(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_STAFF, site_code="C01")
    here = f"/meals/{UUID(int=1)}"
    form = next(form for form in client.page(here).all("form") if form.get("action").endswith("/reverse"))
    page = client.submit(form, reason="点错了人")
    assert "已冲正" in page.text
    assert "点错了人" in page.text
    assert "政府补贴 3.00" in client.page(f"/meals/{UUID(int=2)}").text
    assert not [form for form in page.all("form") if form.get("action").endswith("/reverse")]


@pytest.mark.parametrize("reason", ["", "   ", "错" * 201])
def test_a_reversal_without_a_fit_reason_is_refused_beside_the_field(
    signed_in: SignedIn, reason: str
) -> None:
    client = signed_in(Role.SITE_STAFF, site_code="C01")
    page = client.send(f"/meals/{UUID(int=1)}/reverse", status=422, reason=reason)
    assert [each.text for each in page.all("p") if each.get("id") == "reason-error"]
    assert queries.reversal_of(UUID(int=1)) is None


def test_a_second_reversal_changes_nothing(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_STAFF, site_code="C01")
    client.send(f"/meals/{UUID(int=1)}/reverse", reason="点错了人")
    page = client.send(f"/meals/{UUID(int=1)}/reverse", status=422, reason="又点一次")
    assert "点错了人" in page.text
    assert "又点一次" not in page.text


@pytest.mark.parametrize("method", ["page", "send"])
def test_a_meal_outside_the_scope_is_not_there(signed_in: SignedIn, method: str) -> None:
    client = signed_in(Role.SITE_STAFF, site_code="C02")
    if method == "page":
        client.page(f"/meals/{UUID(int=1)}", status=404)
    else:
        client.send(f"/meals/{UUID(int=1)}/reverse", status=404, reason="不是我的")


def test_who_may_only_look_gets_no_button(signed_in: SignedIn) -> None:
    page = signed_in(Role.FINANCE).page(f"/meals/{UUID(int=1)}")
    assert not [form for form in page.all("form") if form.get("action").endswith("/reverse")]


def test_other_content_under_the_same_id_is_shown_beside_the_meal(signed_in: SignedIn) -> None:
    taken(entry(1, price_fen=9_00))
    page = signed_in(Role.AUDITOR).page(f"/meals/{UUID(int=1)}")
    assert "同一编号的另一份内容" in page.text
    assert ",900," in page.text
