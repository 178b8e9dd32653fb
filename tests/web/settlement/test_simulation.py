"""The page that simulates a policy: a file is sent, tables come back, nothing is kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest

from app.roles import Actor, Permission, Role, Scope
from app.settlement import service
from app.settlement.rules.steps import Act
from app.subsidy import queries as subsidy
from app.subsidy import service as policies
from app.subsidy.rules import Rate
from app.subsidy.rules.document import policy_from_yaml, policy_to_yaml
from app.transaction import transaction
from tests.factories.facts import layer, meal_caps, policy
from tests.factories.settlement import AFTERWARDS, NUMBER, a_month, draft_october
from tests.support.html import Element, read
from tests.support.pages import PageClient

MONTH = "/settlement/2026-10"
PAGE = f"{MONTH}/simulation"
DRAFT = policy_to_yaml(
    policy(
        layer(Rate(amount_fen=4_00)),
        caps=meal_caps(sitting=1),
        reference="示例〔2026〕3号",
        effective_from=date(2027, 1, 1),
    )
)
SignedIn = Callable[..., PageClient]


@pytest.fixture
def officer(signed_in: SignedIn) -> PageClient:
    a_month()
    return signed_in(Role.DISTRICT_OFFICER)


def words(page: Element) -> str:
    return " ".join(page.text.split())


def sent(client: PageClient, document: str, *, status: int = 200, **fields: str) -> Element:
    form = client.page(PAGE).one("form", enctype="multipart/form-data")
    data = {
        "csrf_token": form.one("input", name="csrf_token").get("value"),
        "file": (io.BytesIO(document.encode()), "policy.yaml"),
        **fields,
    }
    answer = client.post(PAGE, data=data)
    assert answer.status_code == status
    return read(answer.text)


def test_the_month_leads_the_officer_to_the_page(officer: PageClient) -> None:
    links = [link.get("href") for link in officer.page(MONTH).all("a")]
    assert PAGE in links
    assert "测算补贴政策" in words(officer.page(PAGE))


def test_the_months_money_is_shown_before_and_after(officer: PageClient) -> None:
    page = words(sent(officer, DRAFT, whole_month="y"))
    for expected in (
        "假定示例〔2026〕3号整月施行，共 9 条就餐记录。",
        "政府补贴 21.00 24.00 +3.00",
        "区级财政 · 一般公共预算 18.00 24.00 +6.00",
        "残疾 9.50 8.00 -1.50",
        "无类别，80 岁以下 14.00 16.00 +2.00",
        "已享受补贴 6 6 0",
        "C01老年食堂 19.50 20.00 +0.50",
        "合计 23.50 24.00 +0.50",
        "多付的老人：3 人，共多付 4.50 元",
        "R-000002 8.50 11.00 +2.50",
    ):
        assert expected in page
    assert "龙䶮" not in page


def test_nothing_is_published(officer: PageClient) -> None:
    before = subsidy.policies_by_id()
    sent(officer, DRAFT, whole_month="y")
    assert subsidy.policies_by_id() == before


def test_from_its_own_first_day_a_later_policy_changes_nothing(officer: PageClient) -> None:
    page = words(sent(officer, DRAFT))
    assert "示例〔2026〕3号自2027年1月1日起施行" in page
    assert "合计 23.50 23.50 0.00" in page


def test_whoever_sees_one_street_is_shown_its_sites_only(signed_in: SignedIn) -> None:
    a_month()
    page = words(sent(signed_in(Role.DISTRICT_OFFICER, area="430103006"), DRAFT, whole_month="y"))
    assert "C02老年食堂" in page
    assert "C01老年食堂" not in page


def test_a_bad_file_is_told_fault_by_fault(officer: PageClient) -> None:
    page = sent(officer, DRAFT.replace("charity_fen: 0", "charity_fen: half"), status=422)
    assert "charity_fen" in page.one("table").text


def test_a_policy_for_another_district_is_refused_at_the_file(officer: PageClient) -> None:
    page = sent(officer, DRAFT.replace("430103", "430104"), status=422)
    assert "请检查文件中的 district" in words(page)


def test_a_form_without_a_file_asks_for_one(officer: PageClient) -> None:
    assert "请选择文件" in words(officer.send(PAGE, status=422))


def test_who_may_not_edit_policies_sees_neither_link_nor_page(signed_in: SignedIn) -> None:
    a_month()
    finance = signed_in(Role.FINANCE)
    assert PAGE not in [link.get("href") for link in finance.page(MONTH).all("a")]
    assert finance.get(PAGE).status_code == 403


@pytest.fixture
def draft(officer: PageClient) -> str:  # noqa: ARG001 - its month is simulated on
    """Give the address of a draft's page that raises the rate from 1 October on."""
    changed = policy_from_yaml(DRAFT.replace("2027-01-01", "2026-10-01"))
    with transaction():
        made = policies.begin_draft(
            changed, by=Actor("U-90", Role.FINANCE.permissions, Scope("430103")), at=AFTERWARDS
        )
        return f"/policies/drafts/{made.id}"


def test_a_draft_is_simulated_from_its_own_page(officer: PageClient, draft: str) -> None:
    (way,) = [link.get("href") for link in officer.page(draft).all("a") if "simulation" in link.get("href")]
    page = officer.page(way)
    assert "2026年10月" in page.one("select", name="month").text
    assert "差额" not in words(page)
    page = officer.page(f"{way}?month=2026-10&whole_month=y&run=y")
    assert "政府补贴 21.00 24.00 +3.00" in words(page)


def test_a_draft_that_reaches_back_names_the_statements_that_it_would_correct(
    officer: PageClient, draft: str
) -> None:
    way = f"/settlement{draft.removeprefix('/policies')}/simulation"
    draft_october()
    assert "会被更正" not in words(officer.page(way))
    with transaction():
        service.take_step(NUMBER, Act.SUBMIT, by=Actor("U-91", frozenset(Permission)), at=AFTERWARDS)
    assert "2026年10月：1 份" in words(officer.page(way))


def test_who_may_not_approve_policies_simulates_none(signed_in: SignedIn, draft: str) -> None:
    way = f"/settlement{draft.removeprefix('/policies')}/simulation"
    signed_in(Role.SITE_STAFF).page(way, status=403)


def test_a_draft_that_is_not_there_and_a_month_that_is_none(officer: PageClient, draft: str) -> None:
    officer.page("/settlement/drafts/999/simulation", status=404)
    way = f"/settlement{draft.removeprefix('/policies')}/simulation"
    officer.page(f"{way}?month=2026-13&run=y", status=422)
