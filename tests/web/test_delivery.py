"""The pages of delivery: the day's plan, who gets delivery, who rides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.canteens.rules import Sitting
from app.clock import today
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan, keep_roads, read_extract
from app.extensions import db
from app.meals.models import Meal
from app.residents.rules.facts import Status, StatusChange
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.factories.streets import two_banks
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
DAY = f"/delivery?on={MONDAY.isoformat()}"
KITCHEN = f"/delivery/kitchens/C01?on={MONDAY.isoformat()}"
SHEETS = f"/delivery/kitchens/C01/sheets.pdf?on={MONDAY.isoformat()}"


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1", name="王秀兰"), meals=2)
        subscribed(neighbour("R-2", name="李建国", north=0.05, sex="male"))
        subscribed(neighbour("R-3", name="周已故", statuses=(StatusChange(Status.DECEASED, MONDAY),)))


def plan() -> None:
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)


def said(page: Element) -> str:
    return " ".join(page.one("main").texts())


def post_form(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def test_the_day_counts_what_is_due_before_anything_is_planned(signed_in: SignedIn) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).page(DAY)
    assert page.one("h1").text == "2026年11月23日 午餐"
    words = said(page)
    assert "未排线" in words
    assert "2 户，3 份" in words
    assert "1 户不送" in words
    assert "路线单" not in words


def test_an_officer_plans_the_day_and_sees_what_was_left_out_and_why(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(post_form(officer.page(DAY)))
    words = said(page)
    assert "已排好 1 个厨房。" in words
    assert "已排线" in words
    assert "1 户未排入" in words
    assert "已证明为最优" in words
    kitchen_page = said(officer.page(KITCHEN))
    assert "离厨房太远" in kitchen_page
    assert "骑行约需 42 分钟，超过 15 分钟。" in kitchen_page
    assert "骑手工作量 陈志强 1 趟共" in kitchen_page
    assert "第 1 趟，陈志强" in kitchen_page
    assert "王秀兰" in kitchen_page
    assert "已故" in kitchen_page


def test_one_kitchen_is_planned_from_its_own_page(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(post_form(officer.page(KITCHEN)))
    assert page.one("h1").text == "C01老年食堂"
    assert "重新排线" in said(page)


def test_a_kitchen_that_cannot_be_planned_is_told_and_the_others_are_planned(signed_in: SignedIn) -> None:
    with transaction():
        nowhere = kitchen("A00")
        nowhere.latitude = nowhere.longitude = None
        subscribed(neighbour("R-4"), kitchen_code="A00")
    officer = signed_in(Role.DISTRICT_OFFICER)
    words = said(officer.submit(post_form(officer.page(DAY))))
    assert "A00老年食堂：厨房“A00老年食堂”没有坐标" in words
    assert "已排好 1 个厨房。" in words


def test_the_page_says_when_the_plan_no_longer_fits(signed_in: SignedIn) -> None:
    plan()
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "排线后有变动" not in said(officer.page(DAY))
    with transaction():
        subscribed(neighbour("R-5"))
    assert "排线后有变动" in said(officer.page(DAY))
    assert "请重新排线" in said(officer.page(KITCHEN))


def test_route_sheets_come_as_a_pdf_named_for_people(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert officer.get(SHEETS).status_code == 404
    plan()
    answer = officer.get(SHEETS)
    assert answer.data.startswith(b"%PDF")
    assert answer.mimetype == "application/pdf"
    assert "2026-11-23-lunch-C01" in answer.headers["Content-Disposition"]


def test_site_staff_see_their_kitchen_and_call_residents_as_riders_do(signed_in: SignedIn) -> None:
    plan()
    with transaction():
        kitchen("C02", area_code="430103006001")
        subscribed(neighbour("R-6", name="赵远方"), kitchen_code="C02")
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    words = said(staff.page(DAY))
    assert "C01老年食堂" in words
    assert "C02老年食堂" not in words
    assert "王奶奶" in said(staff.page(KITCHEN))
    assert "王秀兰" not in said(staff.page(KITCHEN))
    assert not [form for form in staff.page(KITCHEN).one("main").all("form") if form.get("method") == "post"]
    assert staff.get(f"/delivery/kitchens/C02?on={MONDAY.isoformat()}").status_code == 404
    assert staff.get("/delivery/kitchens/C02/sheets.pdf").status_code == 404


def test_a_street_s_worker_reads_no_names_of_other_streets_residents(signed_in: SignedIn) -> None:
    with transaction():
        subscribed(neighbour("R-6", name="赵秀英", north=0.003, area_code="430103006001"))
    plan()
    words = said(signed_in(Role.COMMUNITY_WORKER, area="430103005").page(KITCHEN))
    assert "王秀兰" in words
    assert "赵奶奶" in words
    assert "赵秀英" not in words


@pytest.mark.parametrize("address", ["/delivery?on=2026-02-30", "/delivery?sitting=supper"])
def test_an_address_with_a_wrong_day_or_sitting_gets_a_sentence(signed_in: SignedIn, address: str) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).page(address, status=422)
    assert "不是" in said(page)


def test_another_street_s_worker_sees_none_of_it(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area="430103006")
    assert "没有要送的餐" in said(worker.page(DAY))
    assert "没有找到" in said(worker.page("/delivery/subscriptions"))
    assert worker.get("/delivery/subscriptions/new?resident=R-1").status_code == 404
    assert worker.get("/delivery/subscriptions/1/end").status_code == 404
    assert "还没有骑手" in said(worker.page("/delivery/riders"))


def in_chinese(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def test_a_worker_begins_a_delivery_and_ends_it(signed_in: SignedIn) -> None:
    with transaction():
        neighbour("R-7", name="孙桂英")
    worker = signed_in(Role.COMMUNITY_WORKER)
    found = worker.send("/delivery/subscriptions/choose", q="孙桂英")
    (choose,) = [link for link in found.one("main").all("a") if link.text == "每周送"]
    page = worker.page(choose.get("href"))
    assert "C01老年食堂，约 2 分钟" in said(page)
    page = worker.submit(
        post_form(page),
        at=choose.get("href"),
        weekdays=["0", "2"],
        diet="软食",
        floor="6",
        from_on=today().isoformat(),
    )
    assert f"从{in_chinese(today())}起送餐" in said(page)
    assert "周一 周三" in said(page)
    assert "软食" in said(page)
    (end,) = [link for link in page.one("main").all("a") if link.text == "停送"]
    later = today() + timedelta(days=3)
    page = worker.submit(
        post_form(worker.page(end.get("href"))), at=end.get("href"), until_on=later.isoformat()
    )
    assert f"从{in_chinese(later)}起停送" in said(page)


def test_a_delivery_that_is_there_already_is_refused_beside_its_day(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    address = "/delivery/subscriptions/new?resident=R-1"
    page = worker.submit(post_form(worker.page(address)), at=address, status=422)
    assert "请先终止" in page.one(id="from_on-error").text


def test_a_form_without_weekdays_or_with_a_wrong_day_is_shown_again(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    address = "/delivery/subscriptions/new?resident=R-1"
    form = post_form(worker.page(address))
    page = worker.submit(form, at=address, status=422, weekdays=[])
    assert "请至少选择一个星期几。" in said(page)
    page = worker.submit(form, at=address, status=422, from_on="2026-02-30")
    assert page.all(id="from_on-error")


def test_an_end_before_the_first_day_withdraws_the_delivery(signed_in: SignedIn) -> None:
    with transaction():
        made = subscribed(neighbour("R-8", name="吴改期"), from_on=today() + timedelta(days=7)).id
    worker = signed_in(Role.COMMUNITY_WORKER)
    address = f"/delivery/subscriptions/{made}/end"
    worker.submit(post_form(worker.page(address)), at=address, until_on=today().isoformat())
    assert "没有找到" in said(worker.send("/delivery/subscriptions", q="吴改期", ended="yes"))


def test_a_rider_is_taken_in_and_let_go(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    form = post_form(worker.page("/delivery/riders/new"))
    page = worker.submit(form, at="/delivery/riders/new", status=422, name="", phone="12")
    assert page.all(id="name-error")
    assert "不是电话号码" in page.one(id="phone-error").text
    page = worker.submit(form, at="/delivery/riders/new", name="李蓝天", phone="139 8765 4321")
    assert "139****4321" in said(page)
    assert "13987654321" not in said(page)
    row = next(row for row in page.all("tr") if "李蓝天" in row.text)
    page = worker.submit(row.one("form"))
    row = next(row for row in page.all("tr") if "李蓝天" in row.text)
    assert "已退出" in row.text


def test_a_plan_s_page_shows_each_run_by_the_clock_and_from_above(signed_in: SignedIn) -> None:
    plan()
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(KITCHEN)
    assert [text.text for text in page.one("svg", role="img").all("text")].count("1") == 1
    (seen,) = page.all("img")
    assert officer.get(seen.get("src")).mimetype == "image/svg+xml"


def test_nobody_plans_without_the_permission(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    worker.send("/delivery/plan", on=MONDAY.isoformat(), sitting="lunch", seconds="3", status=403)
    assert not db.session.info.get("writing")


def test_a_site_s_manager_plans_and_releases_its_own_kitchen_alone(signed_in: SignedIn) -> None:
    with transaction():
        kitchen("C02", area_code="430103006001")
    manager, other = (signed_in(Role.SITE_MANAGER, site_code=code) for code in ("C01", "C02"))
    page = manager.submit(form_with(manager.page(KITCHEN), "排线"))
    released = manager.submit(form_with(page, "下发计划"), is_seen="y")
    assert "计划已下发" in said(released)
    other.send(
        "/delivery/plan", on=MONDAY.isoformat(), sitting="lunch", kitchen="C01", seconds="3", status=404
    )
    other.send(f"/delivery/kitchens/C01/release?on={MONDAY.isoformat()}", status=404)


def test_the_effort_is_one_of_those_offered(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    officer.send("/delivery/plan", on=MONDAY.isoformat(), sitting="lunch", seconds="9999", status=422)
    officer.send("/delivery/plan", on="never", sitting="lunch", seconds="3", status=422)


def test_days_without_deliveries_say_so(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "没有要送的餐" in said(officer.page(f"/delivery?on={date(2020, 1, 1).isoformat()}"))


def buttons(page: Element) -> list[str]:
    return [button.text for button in page.one("main").all("button")]


def form_with(page: Element, label: str) -> Element:
    """Give the form that a button with this label sends."""
    return next(form for form in page.one("main").all("form") if label in form.text)


def test_an_officer_releases_every_plan_without_points_and_is_told_of_the_others(
    signed_in: SignedIn,
) -> None:
    with transaction():
        kitchen("C02", area_code="430103006001")
        rider("Q-002", kitchen_code="C02")
        subscribed(neighbour("R-6", name="赵远方"), kitchen_code="C02")
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(post_form(officer.page(DAY)))
    assert "未下发" in said(page)
    words = said(officer.submit(form_with(page, "下发全部")))
    assert "已下发 1 个计划。" in words
    assert "C01老年食堂：目前有 1 项须注意事项尚未看过" in words


def test_points_to_note_are_read_and_ticked_before_the_release(signed_in: SignedIn) -> None:
    plan()
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(KITCHEN)
    assert "李建国在本计划中送不到。" in said(page)
    refused = officer.submit(form_with(page, "下发计划"), status=422)
    assert "请看过须注意事项，并勾选" in said(refused)
    with transaction():
        subscribed(neighbour("R-5", name="周新增"))
    stale = officer.submit(form_with(page, "下发计划"), status=422, is_seen="y")
    assert "目前有 2 项须注意事项尚未看过" in said(stale)
    assert "周新增当天应送，但没有趟次排入。" in said(stale)
    released = officer.submit(form_with(stale, "下发计划"), is_seen="y")
    assert "计划已下发" in said(released)
    assert "下发计划" not in buttons(released)
    again = officer.submit(form_with(officer.page(KITCHEN), "重新排线"))
    assert "在下发本版之前，骑手仍按第 1 版送餐。" in said(again)
    assert "增送：周新增" in said(again)


def test_only_who_plans_releases(signed_in: SignedIn) -> None:
    plan()
    page = signed_in(Role.COMMUNITY_WORKER, area="430103005").page(KITCHEN)
    assert "由区里或本点负责人下发。" in said(page)
    assert "下发计划" not in buttons(page)


def release_it(client: PageClient) -> Element:
    """Release the kitchen's plan; give its page."""
    plan()
    return client.submit(form_with(client.page(KITCHEN), "下发计划"), is_seen="y")


def test_a_paper_is_keyed_back_by_its_code_and_becomes_meals_once(signed_in: SignedIn) -> None:
    release_it(signed_in(Role.DISTRICT_OFFICER))
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    asked = f"/delivery/runs?on={MONDAY.isoformat()}"
    listed = staff.page(asked)
    assert "1 站未回报" in said(listed)
    code = next(link.text for link in listed.one("main").all("a") if link.text.startswith("L-"))
    page = staff.page(f"/delivery/runs?code={code.lower()}")
    assert "王奶奶" in said(page)
    refused = staff.submit(form_with(page, "保存"), status=422)
    assert "还没有任何标记" in said(refused)
    marked: dict[str, Any] = {"stops-0-is_done": "y"}
    doubly = marked | {"stops-0-outcome": "refused"}
    both = staff.submit(form_with(page, "保存"), status=422, **doubly)
    assert "只能选一个" in said(both)
    marks = marked | {"stops-0-at": "11:42"}
    assert "已录入" in said(staff.submit(form_with(page, "保存"), **marks))
    assert "已录入" in said(staff.submit(form_with(page, "保存"), **marks))
    words = said(staff.page(KITCHEN))
    assert "已送达 1" in words
    assert "11:42 纸单回录" in words
    meals = db.session.execute(select(Meal).order_by(Meal.served_at)).scalars().all()
    assert [meal.resident_no for meal in meals] == ["R-1", "R-1"]


def test_a_code_with_a_slip_another_kitchen_s_run_and_a_forged_form_are_refused(signed_in: SignedIn) -> None:
    release_it(signed_in(Role.DISTRICT_OFFICER))
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    assert "不是趟次编号" in said(staff.page("/delivery/runs?code=L-000001-1", status=422))
    assert staff.get("/delivery/runs/99").status_code == 404
    page = staff.page("/delivery/runs/1")
    forged = staff.submit(form_with(page, "保存"), status=422, token="x", **{"stops-0-is_done": "y"})
    assert "页面已过期" in said(forged)
    with transaction():
        kitchen("C02", area_code="430103006001")
    assert signed_in(Role.SITE_STAFF, site_code="C02").get("/delivery/runs/1").status_code == 404


def test_the_pages_say_what_the_minutes_were_measured_on(signed_in: SignedIn, tmp_path: Path) -> None:
    plan()
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "尚未导入路网" in said(officer.page(DAY))
    assert "按直线距离保守估算" in said(officer.page(KITCHEN))
    extract = read_extract(two_banks().written(tmp_path), at=LONG_AGO)
    with transaction():
        keep_roads(extract, by=COMMAND, at=LONG_AGO)
    plan()
    assert "时间按" in said(officer.page(DAY))
    assert "导入的路网计算" in said(officer.page(KITCHEN))


def test_kitchens_are_offered_with_the_minutes_over_the_bridge(signed_in: SignedIn, tmp_path: Path) -> None:
    with transaction():
        neighbour("R-9", north=0.0081)
    form = "/delivery/subscriptions/new?resident=R-9"
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "C01老年食堂，约 7 分钟" in said(officer.page(form))
    extract = read_extract(two_banks().written(tmp_path), at=LONG_AGO)
    with transaction():
        keep_roads(extract, by=COMMAND, at=LONG_AGO)
    assert "C01老年食堂，约 14 分钟" in said(officer.page(form))


def test_the_map_is_drawn_over_the_roads_once_they_are_loaded(signed_in: SignedIn, tmp_path: Path) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    address = f"/delivery/kitchens/C01/map.svg?on={MONDAY.isoformat()}"
    assert officer.get(address).status_code == 404
    plan()
    straight = officer.get(address)
    assert straight.mimetype == "image/svg+xml"
    assert "<circle cx=" in straight.text
    # One door 223 metres to the north, there and back: the page's picture asks for this address.
    assert 'd="M560 560L560 521L560 560"' in straight.text
    assert officer.page(KITCHEN).one("figure").one("img").get("src") == f"{address}&sitting=lunch"
    extract = read_extract(two_banks().written(tmp_path), at=LONG_AGO)
    with transaction():
        keep_roads(extract, by=COMMAND, at=LONG_AGO)
    over = officer.get(address).text
    assert over.count("<path") == 3
    assert "王" not in over
    paths = [part.split('"')[0] for part in over.split('<path d="')[1:]]
    # The bridge is a street of its own on the map, a kilometre to the east.
    assert "M737 507L737 454" in paths[1]
