"""Who looks into findings: a case goes its way between two people and the site; a sample is called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.oversight.service.calls import draw_sample
from app.oversight.service.check import judge_month, keep_findings
from app.residents.models import Resident, ResidentStatus
from app.residents.rules.facts import Status
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user
from tests.factories.settlement import AFTERWARDS, OCTOBER, a_month
from tests.support.looks import too_wide

PHONE: ViewportSize = {"width": 390, "height": 844}
FOUND = "电话问过家属，是老伴用了他的卡。"


@pytest.fixture(autouse=True)
def _a_month_with_a_finding(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Let somebody be recorded at C01 after their death; nobody of the test recorded the meals."""
    a_month()
    with transaction():
        resident = db.session.execute(select(Resident).where(Resident.resident_no == "R-000003")).scalar_one()
        resident.phone, resident.phone_tail = "13800001234", "1234"
        db.session.add(
            ResidentStatus(resident_id=resident.id, status=Status.DECEASED, from_on=date(2026, 10, 20))
        )
    judged = judge_month(OCTOBER, by=COMMAND)
    with transaction():
        keep_findings(judged, by=COMMAND, at=AFTERWARDS)
    user(Role.AUDITOR)  # U-1, whose number stands at the meals.


@pytest.fixture
def tab(browser: Browser, live_server: str) -> Callable[..., Page]:
    """Give a maker of tabs on a phone, each signed in by typing the password."""

    def made(role: Role, username: str, *, site_code: str | None = None) -> Page:
        area = "430103" if site_code is None else "430103005"
        user(role, area=area, site_code=site_code, username=username)
        page = browser.new_context(base_url=live_server, viewport=PHONE, locale="zh-CN").new_page()
        page.set_default_timeout(60_000)
        page.goto("/sign-in")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        return page

    return made


def unfold(page: Page, act: str) -> None:
    """Open the fold of one act by keyboard."""
    page.locator("summary").filter(has_text=act).focus()
    page.keyboard.press("Enter")


def test_a_case_goes_between_two_people_and_the_site_and_nobody_undoes_the_others_step(
    tab: Callable[..., Page],
) -> None:
    officer, other = tab(Role.DISTRICT_OFFICER, "one"), tab(Role.DISTRICT_OFFICER, "two")
    manager = tab(Role.SITE_MANAGER, "boss", site_code="C01")
    for page in (officer, other):
        page.goto("/oversight/cases/1")
    expect(officer.get_by_text("午餐 12:00:07 *王#panic()* R-000003")).to_be_visible()
    expect(officer.get_by_text("R-000003 已故")).to_be_visible()
    officer.get_by_role("button", name="指派").click()
    expect(officer.get_by_role("alert")).to_contain_text("请选择由谁核实")
    officer.get_by_label("由谁核实").select_option(value="U-2")
    officer.get_by_role("button", name="指派").click()
    expect(officer.get_by_text("正在核实").first).to_be_visible()

    other.get_by_label("由谁核实").select_option(value="U-3")
    other.get_by_role("button", name="指派").click()
    expect(other.get_by_role("alert")).to_contain_text("已经有了进展")

    unfold(officer, "询问助餐点")
    officer.locator("#words-ask").fill("请说明 31 日的记录。")
    officer.locator("#words-ask").press("Tab")
    officer.keyboard.press("Enter")
    expect(officer.get_by_text("已询问助餐点").first).to_be_visible()
    manager.goto("/oversight/questions")
    manager.get_by_role("link", name="说明原因").click()
    expect(manager.get_by_role("button", name="结案")).to_have_count(0)
    manager.locator("#words-answer").fill("老伴用了他的卡。")
    manager.get_by_role("button", name="说明原因").click()

    officer.goto("/oversight/cases/1")
    unfold(officer, "结案")
    officer.locator("#words-close").fill(FOUND)
    officer.get_by_role("button", name="结案").click()
    expect(officer.get_by_role("alert")).to_contain_text("请选择结论")
    expect(officer.locator("#words-close")).to_have_value(FOUND)
    officer.get_by_label("结论").select_option(label="有合理解释，没有问题")
    officer.get_by_role("button", name="结案").click()
    expect(officer.get_by_text("已办结").first).to_be_visible()
    assert too_wide(officer) == []

    other.goto("/oversight/checks/rules/after_death")
    expect(other.get_by_text("100%")).to_be_visible()
    other.goto("/oversight/cases/1")
    unfold(other, "重新打开")
    other.locator("#words-reopen").fill("还要再看。")
    other.get_by_role("button", name="重新打开").click()
    expect(other.get_by_text("正在核实").first).to_be_visible()


def test_whoever_looked_at_the_number_saves_the_answer_afterwards(tab: Callable[..., Page]) -> None:
    with transaction():
        draw_sample(OCTOBER, per_site=5, by=COMMAND, at=clock.now())
    officer = tab(Role.DISTRICT_OFFICER, "one")
    officer.goto("/oversight/calls?month=2026-10")
    row = officer.get_by_role("row").filter(has_text="R-000003")
    row.get_by_role("link", name="打电话").click()
    officer.get_by_role("button", name="显示").click()
    expect(officer.get_by_role("link", name="13800001234")).to_have_attribute("href", "tel:13800001234")
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("请选择对方怎么说")).to_be_visible()
    officer.get_by_label("从没在那里吃过").check()
    officer.get_by_label("备注").fill("女儿接的")
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("link", name="1 说法与记录不符")).to_be_visible()
    officer.get_by_role("link", name="说法与记录不符").click()
    expect(officer.get_by_role("row").filter(has_text="R-000003")).to_contain_text("从没在那里吃过")
    assert too_wide(officer) == []


def test_what_is_folded_on_a_phone_stands_on_paper(tab: Callable[..., Page]) -> None:
    officer = tab(Role.DISTRICT_OFFICER, "one")
    officer.goto("/oversight/coverage")
    officer.get_by_role("button", name="重新测算").click()
    expect(officer.get_by_text("已测算").first).to_be_visible()
    community = officer.locator("details.fold td").first
    expect(community).to_be_hidden()
    officer.emulate_media(media="print")
    expect(community).to_be_visible()


def fen(written: str) -> int:
    """Read an amount as the page writes it."""
    return round(float(written.replace(",", "")) * 100)


def test_costs_are_entered_by_keyboard_and_another_price_comes_out_as_by_hand(
    tab: Callable[..., Page],
) -> None:
    officer = tab(Role.DISTRICT_OFFICER, "one")
    officer.goto("/oversight/accounts/C01/2026-10")
    for name, amount in {"food": "３０", "staff": "很多", "rent": "0", "energy": "5.5", "other": "0"}.items():
        officer.locator(f"#{name}").fill(amount)
    officer.locator("#other").press("Enter")
    expect(officer.get_by_role("alert")).to_contain_text("“很多”不是以元为单位的金额")
    expect(officer.locator("#food")).to_have_value("３０")
    officer.locator("#staff").fill("20")
    officer.locator("#staff").press("Enter")
    expect(officer.get_by_text("已保存。")).to_be_visible()

    officer.get_by_label("每餐涨价").fill("贵一点")
    officer.get_by_role("button", name="试算").click()
    expect(officer.get_by_role("alert")).to_contain_text("“贵一点”不是以元为单位的金额")
    officer.get_by_label("每餐涨价").fill("1.5")
    officer.get_by_label("全年运营补贴").fill("1200")
    officer.get_by_label("全年运营补贴").press("Enter")
    expect(officer.get_by_text("照此试算有")).to_be_visible()
    cells = officer.get_by_role("row").filter(has_text="C01").locator("td").all_inner_texts()
    cost, left, tried, resident, government, charity = (fen(cells[place]) for place in (2, 3, 5, 6, 8, 9))
    assert (int(cells[1]), cost) == (6, 55_50)
    assert left == resident + government + charity - cost
    assert tried == left + 6 * 1_50 + 100_00
    assert too_wide(officer) == []
