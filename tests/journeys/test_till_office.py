"""A tablet's life as its manager sees it: prepared, enrolled, lost with meals on it, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from app.extensions import db
from app.meals.models import Meal
from app.roles import Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.till import record
from tests.factories.worklist import kept_apart, tablet
from tests.support.engine import Engine


@pytest.fixture
def manager(app: Flask, page: Page) -> Page:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        elder("R-000001")
        elder("R-000002", name="李建国")
        policy_row(policy())
    user(Role.SITE_MANAGER, site_code="C01", username="manager")
    page.goto("/sign-in")
    page.get_by_label("登录名").fill("manager")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def meals() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Meal)).scalar_one()


def test_a_lost_tablet_is_revoked_and_its_meals_come_by_file(
    manager: Page, new_context: Callable[[], BrowserContext]
) -> None:
    manager.get_by_role("navigation").get_by_role("link", name="平板终端").first.click()
    manager.get_by_role("link", name="添加平板").click()
    manager.get_by_label("平板名称").fill("前台")
    manager.get_by_role("button", name="显示注册码").click()
    code = manager.locator(".huge").inner_text()

    street = new_context()
    lost = Engine(street.new_page())
    assert lost.enrol(code)["error"] is None
    lost.start()
    lost.save(1)
    lost.until_all_sent()
    street.set_offline(True)
    lost.save(2, 2)

    manager.goto("/tablets/T-1")
    manager.get_by_role("button", name="停用 T-1").click()
    expect(manager.get_by_text("已停用，尚未清除")).to_be_visible()

    street.set_offline(False)
    lost.until_phase("revoked")
    manager.goto("/tablets/T-1")
    expect(manager.get_by_text("已停用并清除")).to_be_visible()
    text = lost.page.evaluate("async () => (await file.exportQueue(kept)).text()")
    assert meals() == 1

    manager.get_by_role("link", name="导入平板文件").click()
    for told in ("新计入台账2", "以前已收到2"):
        manager.locator("input[type=file]").set_input_files(
            {"name": "till-T-1.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        manager.get_by_role("button", name="导入", exact=True).click()
        expect(manager.locator("dl")).to_contain_text(told)
    assert meals() == 3


def test_somebody_is_found_for_a_meal_that_waits(manager: Page) -> None:
    kept_apart(tablet("C01"), record(1, resident="李大爷"))
    manager.goto("/")
    expect(manager.get_by_role("link", name="待处理 1")).to_be_visible()
    manager.get_by_role("link", name="待处理 1").click()
    manager.get_by_role("link", name="其他办法").click()
    manager.get_by_label("是谁用餐？").fill("李建国")
    manager.get_by_role("button", name="查找").click()
    manager.get_by_role("link", name="李建国").click()
    expect(manager.get_by_label("老人编号")).to_have_value("R-000002")
    manager.get_by_role("button", name="这样计入台账").click()
    expect(manager.get_by_text("没有待处理")).to_be_visible()
    db.session.rollback()
    assert db.session.execute(select(Meal.resident_no)).scalar_one() == "R-000002"


@pytest.mark.parametrize(
    "address", ["/tablets/", "/tablets/worklist", "/tablets/worklist/1", "/tablets/closes"]
)
def test_the_pages_fit_a_phone_and_their_buttons_a_finger(manager: Page, address: str) -> None:
    kept_apart(tablet("C01"), record(1, price_fen=-5))
    manager.set_viewport_size({"width": 390, "height": 844})
    manager.goto(address)
    assert manager.evaluate("document.documentElement.scrollWidth") <= 390
    touched = "main button, main a, main input:not([type=hidden]), main select"
    small = manager.evaluate(
        """(touched) => Array.from(document.querySelectorAll(touched))
          .map((each) => [each.textContent.trim(), each.getBoundingClientRect().height])
          .filter(([, height]) => height > 0 && height < 44)""",
        touched,
    )
    assert small == []
