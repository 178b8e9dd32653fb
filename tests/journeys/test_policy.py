"""A policy's way as people go it: written without a file by one, approved by another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.clock import now
from app.roles import COMMAND, Role
from app.subsidy import queries, service
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.support.looks import faults
from tests.web.test_subsidy import RICH

PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        service.publish(RICH, by=COMMAND, at=now())
    user(Role.DISTRICT_OFFICER, username="officer")
    user(Role.FINANCE, username="finance")


def sign_in(page: Page, username: str) -> Page:
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def test_one_writes_a_policy_and_another_publishes_it(
    page: Page, new_context: Callable[[], BrowserContext]
) -> None:
    officer = sign_in(page, "officer")
    officer.goto("/policies/drafts/new")
    officer.get_by_label("文号").fill("示例〔2027〕1号")
    officer.locator("#effective_from").fill("2027-01-01")
    officer.get_by_label("资金来源").fill("一般公共预算")
    officer.get_by_label("每餐（元）").fill("3")
    officer.get_by_role("button", name="增加补贴标准").click()
    officer.locator("#layers-0-rates-1-category").select_option(label="特困")
    officer.locator("#layers-0-rates-1-amount").fill("5")
    officer.locator("#layers-0-rates-1-amount").press("Enter")
    expect(officer.get_by_text("草案已保存")).to_be_visible()
    expect(officer.get_by_role("cell", name="特困")).to_be_visible()
    officer.get_by_role("button", name="提交审批").click()
    expect(officer.get_by_role("button", name="批准并发布")).to_have_count(0)

    finance = sign_in(new_context().new_page(), "finance")
    finance.goto("/policies")
    finance.get_by_role("link", name="示例〔2027〕1号").click()
    finance.get_by_role("button", name="批准并发布").click()
    expect(finance.get_by_text("已发布").first).to_be_visible()
    assert len(queries.policies_by_id()) == 2


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE])
def test_the_pages_fit_a_tablet_and_a_phone(page: Page, viewport: dict[str, int]) -> None:
    officer = sign_in(page, "officer")
    page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a TypedDict of these two
    (policy_id,) = queries.policies_by_id()
    for address in ("/policies", f"/policies/drafts/new?like={policy_id}", "/policies/calendar"):
        officer.goto(address)
        assert "too wide" not in faults(officer), address


def test_what_is_wrong_far_below_is_brought_into_sight(new_context: Callable[[], BrowserContext]) -> None:
    officer = sign_in(new_context().new_page(), "officer")
    officer.goto("/policies/awards/new")
    officer.get_by_label("文号").fill("示例民〔2027〕1号")
    officer.get_by_label("公式").select_option("per_age")
    officer.get_by_role("button", name="保存草案").click()
    expect(officer.get_by_text("至少填一行")).to_be_in_viewport()
