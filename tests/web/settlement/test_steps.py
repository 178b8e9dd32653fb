"""The pages of a statement's way: each role sees its step, takes it, and reads what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.meals import service as meals
from app.roles import COMMAND, Actor, Permission, Role
from app.settlement import service
from app.settlement.rules.steps import Act
from app.transaction import transaction
from tests.factories.settlement import AFTERWARDS, NUMBER, OCTOBER, a_meal, a_month, draft_october, undoing
from tests.support.html import Element
from tests.support.pages import PageClient

MONTH = "/settlement/2026-10"
STATEMENT = f"/settlement/statements/{NUMBER}"
SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def _october(app: object) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()


def words(page: Element) -> str:
    return " ".join(page.text.split())


def forms(page: Element, ending: str) -> list[Element]:
    return [form for form in page.all("form") if form.get("action").endswith(ending)]


def taken(act: Act, by: int, number: str = NUMBER) -> None:
    with transaction():
        service.take_step(number, act, by=Actor(f"U-9{by}", frozenset(Permission)), at=AFTERWARDS)


def test_each_desk_has_its_button_and_no_other(signed_in: SignedIn) -> None:
    desks = [
        (Role.SITE_MANAGER, "/submit", "已申报"),
        (Role.STREET_REVIEWER, "/review", "已审核"),
        (Role.DISTRICT_OFFICER, "/approve", "已审批"),
        (Role.FINANCE, "/pay", "已支付"),
    ]
    for role, own, status in desks:
        client = signed_in(role)
        page = client.page(STATEMENT)
        assert [way for _, way, _ in desks if forms(page, way)] == [own]
        page = client.submit(forms(page, own)[0])
        assert f"{NUMBER}：{status}。" in words(page)
        assert not any(forms(page, way) for _, way, _ in desks)


def test_who_acted_before_is_told_why_not(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_MANAGER, Role.STREET_REVIEWER)
    page = client.submit(forms(client.page(STATEMENT), "/submit")[0])
    (form,) = forms(page, "/review")
    assert "您已办理过这份结算单的一个环节" in words(client.submit(form, status=403))


def test_returning_asks_why_and_tells_it(signed_in: SignedIn) -> None:
    taken(Act.SUBMIT, 1)
    client = signed_in(Role.STREET_REVIEWER)
    (form,) = forms(client.page(STATEMENT), "/return")
    page = client.submit(form, reason=" ", status=422)
    page = client.submit(form, reason="少了一天")
    assert "少了一天" in words(page)
    assert "草稿" in words(page)


def test_many_go_on_at_once_and_each_is_told_as_it_is(signed_in: SignedIn) -> None:
    taken(Act.SUBMIT, 1)
    client = signed_in(Role.STREET_REVIEWER)
    (form,) = forms(client.page(MONTH), "/steps")
    page = client.submit(form, act="review", statements=[NUMBER, "202610-C02-01", "202610-C99-01"])
    assert "共 3 份，办理成功 1 份。" in words(page)
    assert "现在不能办理“审核通过”：结算单处于“草稿”状态。" in words(page)
    assert "202610-C99-01" in words(page)
    page = client.submit(form, act="review", statements=list[str]())
    assert "没有勾选结算单" in words(page)


def test_a_step_that_no_statement_stands_before_is_not_offered(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_MANAGER)
    assert forms(client.page(MONTH), "/steps")
    for by, number in enumerate((NUMBER, "202610-C02-01")):
        taken(Act.SUBMIT, by, number)
    assert not forms(client.page(MONTH), "/steps")


def test_a_frozen_statement_shows_its_own_lines_and_the_next_its_corrections(signed_in: SignedIn) -> None:
    for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)):
        taken(act, by)
    with transaction():
        late = [undoing(60, a_meal(3, resident_no="R-000002")), a_meal(61, served_on=date(2026, 10, 20))]
        meals.take(late, by=COMMAND, at=AFTERWARDS)
        service.draft_statements(OCTOBER.next, by=COMMAND, at=AFTERWARDS)
    client = signed_in(Role.FINANCE)
    page = words(client.page(STATEMENT))
    assert "全部 · 7" in page
    assert "龙䶮" in page
    assert "此结算单生成后就餐记录有变化" not in page
    page = words(client.page("/settlement/statements/202611-C01-01"))
    assert "对以前结算单的更正" in page
    assert "合计中有 -2.00 元" in page
    assert f"{NUMBER} 2026年10月8日 午餐 龙䶮 R-000002 市级财政" in page
    paper = PdfReader(BytesIO(client.get("/settlement/statements/202611-C01-01.pdf").data))
    assert "2026-10-08午餐龙䶮" in "".join("".join(each.extract_text().split()) for each in paper.pages)
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/settlement/2026-11/statements.xlsx").data))
    corrected = book.get_sheet_by_name("更正").to_python()[2:-1]
    assert {tuple(row[3:7]) for row in corrected} >= {(date(2026, 10, 8), "午餐", "R-000002", "龙䶮")}
    corrections = client.get("/settlement/2026-11/adjustments.csv").get_data(as_text=True)
    assert "202611-C01-01,00000000-0000-0000-0000-000000000003,202610-C01-01,city" in corrections


def test_the_district_answers_for_a_gap_by_name(signed_in: SignedIn) -> None:
    at = datetime(2026, 10, 20, 4, tzinfo=UTC)
    with transaction():
        meals.take([a_meal(80, served_on=date(2026, 10, 20))], by=COMMAND, at=at)
        service.draft_statements(OCTOBER, by=COMMAND, at=at)
    manager = signed_in(Role.SITE_MANAGER)
    page = manager.submit(forms(manager.page(STATEMENT), "/submit")[0], status=422)
    (refused,) = page.all("p", **{"class": "notice refused"})
    assert "本月还有 1 项缺漏" in words(refused)
    # Above everything else of the page: a list of gaps fills a screen, and a refusal below it goes unseen.
    assert words(page).index(words(refused)) < words(page).index("结算单编号")
    assert not forms(page, "/waiver")
    district = signed_in(Role.DISTRICT_OFFICER)
    (form,) = forms(district.page(STATEMENT), "/waiver")
    district.submit(form, reason="", status=422)
    assert "停电，已核对纸质登记表" in words(district.submit(form, reason="停电，已核对纸质登记表"))
    manager = signed_in(Role.SITE_MANAGER)
    assert "已申报" in words(manager.submit(forms(manager.page(STATEMENT), "/submit")[0]))
