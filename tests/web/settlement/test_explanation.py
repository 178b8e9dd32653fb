"""The page that explains one line: meal, facts, rule, notice, amount, and the statements that hold it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from app.meals import service as meals
from app.roles import COMMAND, Actor, Permission, Role
from app.settlement import service
from app.settlement.rules.steps import Act
from app.transaction import transaction
from tests.factories.settlement import (
    AFTERWARDS,
    NUMBER,
    OCTOBER,
    a_meal,
    a_month,
    draft_october,
    take,
    undoing,
)
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def _october(app: object) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()


def page_of(client: PageClient, number: int) -> str:
    return words(client.page(f"/settlement/meals/{UUID(int=number)}"))


def words(page: Element) -> str:
    return " ".join(page.text.split())


def hand_in() -> None:
    with transaction():
        by = Actor("U-91", frozenset(Permission))
        service.take_step(NUMBER, Act.SUBMIT, by=by, at=AFTERWARDS)


def draft_november() -> None:
    with transaction():
        service.draft_statements(OCTOBER.next, by=COMMAND, at=AFTERWARDS)


def test_a_line_tells_its_meal_its_facts_its_rule_its_notice_and_its_amount(signed_in: SignedIn) -> None:
    found = page_of(signed_in(Role.AUDITOR), 3)
    for expected in (
        "龙䶮",
        "990000********2342",
        "年龄 80",
        "居住地 地区430103006 地区430103006001",
        "残疾（2 级）（2020年1月1日 起）",
        "独居（2020年1月1日 起）",
        "示例〔2026〕1号",
        "政府补贴 5.00",
        "市级财政 · 一般公共预算 2.00",
        "慈善资助 0.50",
        "个人支付 8.50",
        "2026年10月8日满 80 岁",
        "年满 80 周岁：2.00 元",
        f"{NUMBER} 草稿 当月明细 5.50",
    ):
        assert expected in found, (expected, found)
    assert "990000194605012342" not in found


def test_a_meal_beyond_the_cap_names_the_earlier_meal_at_the_other_site(signed_in: SignedIn) -> None:
    found = page_of(signed_in(Role.SITE_STAFF, site_code="C02"), 4)
    assert "此前已补贴 1 餐 不符合，到此为止" in found
    assert "午餐 C01老年食堂 同一餐次 3.00" in found


def test_the_page_is_reached_from_the_statement_and_from_the_meal(signed_in: SignedIn) -> None:
    client = signed_in(Role.FINANCE)
    address = f"/settlement/meals/{UUID(int=3)}"
    for way in (f"/settlement/statements/{NUMBER}", f"/meals/{UUID(int=3)}"):
        assert address in [link.get("href") for link in client.page(way).all("a")]


def test_who_may_not_see_the_statement_sees_no_explanation(signed_in: SignedIn) -> None:
    elsewhere = signed_in(Role.STREET_REVIEWER, area="430103006")
    assert elsewhere.get(f"/settlement/meals/{UUID(int=3)}").status_code == 404
    assert (
        signed_in(Role.SITE_STAFF, site_code="C02").get(f"/settlement/meals/{UUID(int=1)}").status_code == 404
    )


def test_a_frozen_line_stays_and_its_correction_is_due_then_settled(signed_in: SignedIn) -> None:
    hand_in()
    client = signed_in(Role.FINANCE)
    assert "结算单与实际情况一致" in page_of(client, 3)
    meal = a_meal(3, resident_no="R-000002")
    with transaction():
        meals.take(
            [undoing(60, meal), a_meal(61, served_on=meal.served_on.replace(day=20))],
            by=COMMAND,
            at=AFTERWARDS,
        )
    found = page_of(client, 3)
    assert f"结算单 {NUMBER} 所列 餐标 15.00 政府补贴 5.00" in found
    assert "按现在的情况认定 餐标 15.00 政府补贴 0.00" in found
    assert "市级财政 · 一般公共预算 -2.00 元" in found
    assert "没有这一餐：申报以后才上传。" in page_of(client, 61)
    draft_november()
    found = page_of(client, 3)
    assert f"202611-C01-01 草稿 更正 {NUMBER} · 市级财政 · 一般公共预算 -2.00" in found
    assert "尚待" in found
    with transaction():
        service.take_step(
            "202611-C01-01",
            Act.SUBMIT,
            by=Actor("U-92", frozenset(Permission)),
            at=AFTERWARDS + timedelta(days=20),
        )
    found = page_of(client, 3)
    assert "差额已经更正" in found
    assert "尚待" not in found


def test_an_unregistered_persons_meal_is_explained_too(signed_in: SignedIn) -> None:
    found = page_of(signed_in(Role.FINANCE), 6)
    assert "没有这个编号的人 不符合，到此为止" in found
    take(a_meal(90, resident_no=""))
    assert "没有这个编号的人" in page_of(signed_in(Role.FINANCE), 90)
