"""A rider's day on the phone: the link, the doors, a stairwell without network, one meal for each door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select

from app.canteens.rules import Sitting
from app.clock import today
from app.delivery.models import RiderLink, Run, StopReport
from app.delivery.models.links import LinkOpening
from app.delivery.models.photos import HandoverPhoto
from app.delivery.queries.freshness import cooking_on
from app.delivery.routing.solver import Effort
from app.delivery.rules.proof import Outcome, instant_of
from app.delivery.rules.release import mark_of
from app.delivery.service import (
    draft_plan,
    issue_links,
    keep_plan,
    keep_roads,
    link_token,
    read_extract,
    release_plan,
    revoke_link,
)
from app.delivery.service.photos import note_consent
from app.extensions import db
from app.meals.models import Meal
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.factories.streets import Streets

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
PHONE: ViewportSize = {"width": 390, "height": 844}
DOORS = ((1, "王秀兰", 0.002, 3), (2, "李建国", 0.002, 3), (3, "周玉珍", 0.006, 9))


@pytest.fixture
def link(app: Flask) -> str:  # noqa: ARG001 - asked for its context
    """Release a day with three doors, two of them in one building, and give the rider's link."""
    return released(DOORS)


def released(
    doors: Sequence[tuple[int, str, float, int]], roads: Path | None = None, *, on: date | None = None
) -> str:
    """Release a day, today without another, over roads if there is an extract; give the rider's link."""
    on = on or today()
    with transaction():
        kitchen()
        rider()
        for number, name, north, building in doors:
            person = neighbour(f"R-{number}", name=name, north=north)
            person.address = f"幸福路12号{building}栋{number}单元"
            subscribed(person)
    if roads is not None:
        extract = read_extract(roads, at=AT)
        with transaction():
            keep_roads(extract, by=COMMAND, at=AT)
    draft = draft_plan(on, Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=AT)
    with transaction() as session:
        keep_plan(draft, by=COMMAND, at=AT)
        release_plan(on, Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)
        issue_links(on, "C01", by=COMMAND, at=AT)
        token = link_token(session.execute(select(RiderLink)).scalar_one())
    return f"/ride/#{token}"


def test_doors_are_reported_without_network_and_become_one_meal_each(
    context: BrowserContext, link: str
) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(link)
    expect(page.get_by_role("button", name="本楼 2 户全部送达")).to_be_visible()
    expect(page.get_by_role("link", name="138****5678")).to_have_count(2)
    assert "#" not in page.url
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("link", name="138****5678").first).to_have_attribute("href", "tel:13812345678")
    page.get_by_role("button", name="本楼 2 户全部送达").click()
    expect(page.locator("#sending")).to_contain_text("2 条已存在手机上，待发送")
    page.get_by_role("button", name="没人应").click()
    page.get_by_label("备注").fill("等了五分钟")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("全部已回报，辛苦了！")).to_be_visible()
    page.reload()
    expect(page.locator("#sending")).to_contain_text("3 条已存在手机上，待发送")
    assert reported() == []

    context.set_offline(False)
    expect(page.locator("#sending")).to_have_text("全部已上传")
    assert sorted(reported()) == [Outcome.HANDED_OVER, Outcome.HANDED_OVER, Outcome.NO_ANSWER]
    assert len(db.session.execute(select(Meal)).scalars().all()) == 2


@pytest.mark.usefixtures("app")
def test_the_way_is_told_street_by_street_without_network_and_goes_with_the_link(
    context: BrowserContext, tmp_path: Path
) -> None:
    streets = Streets().grid(11, 11, west=-500, south=-200).written(tmp_path)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(released(DOORS[:1], streets))
    expect(page.get_by_text("怎么走")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    context.set_offline(True)
    page.reload()
    page.get_by_text("怎么走").click()
    expect(page.get_by_text("向北沿建设6路骑行 220 米")).to_be_visible()

    with transaction():
        revoke_link("Q-001", today(), by=COMMAND, at=AT)
    context.set_offline(False)
    expect(page.get_by_text("此链接已停用")).to_be_visible()
    context.set_offline(True)
    page.reload()
    expect(page.locator("#screen")).to_be_visible()
    assert "建设" not in page.content()


def test_a_revoked_link_leaves_nobody_s_name_on_the_phone(context: BrowserContext, link: str) -> None:
    page: Page = context.new_page()
    page.goto(link)
    expect(page.get_by_text("王奶奶")).to_be_visible()
    with transaction():
        revoke_link("Q-001", today(), by=COMMAND, at=AT)
    page.reload()
    expect(page.get_by_text("此链接已停用")).to_be_visible()
    context.set_offline(True)
    page.reload()
    expect(page.locator("#screen")).not_to_contain_text("王奶奶")


def test_a_phone_that_stays_without_network_forgets_the_doors_when_the_link_is_over(
    context: BrowserContext, link: str
) -> None:
    page: Page = context.new_page()
    page.clock.install(time="2031-05-01T08:00:00+08:00")
    page.goto(link)
    expect(page.locator("#screen")).to_contain_text("奶奶")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.get_by_role("button", name="已送达").first.click()
    expect(page.locator("#sending")).to_contain_text("条已存在手机上，待发送")
    page.clock.fast_forward("48:00:00")
    expect(page.get_by_text("这是另一天的链接")).to_be_visible()
    page.reload()
    expect(page.locator("#screen")).not_to_contain_text("奶奶")
    expect(page.locator("#sending")).to_contain_text("条已存在手机上，待发送")


def test_a_meal_whose_end_comes_while_the_phone_has_no_network_is_not_handed_over_any_more(
    context: BrowserContext,
    app: Flask,  # noqa: ARG001 - asked for its context
) -> None:
    tomorrow = today() + timedelta(days=1)
    page: Page = context.new_page()
    page.set_viewport_size(PHONE)
    page.clock.install(time="2031-05-01T08:00:00+08:00")
    page.goto(released(DOORS, on=tomorrow))
    told = page.get_by_text("这份餐不能再吃了")
    until = page.locator("[data-slot=until]").first
    expect(until).to_contain_text("以后")
    expect(told).to_be_hidden()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    end = cooking_on(tomorrow, Sitting.LUNCH, ["C01"])["C01"].end_of(the_run().depart_seconds).until_seconds
    left = instant_of(tomorrow, end) - datetime.now(UTC)
    page.clock.fast_forward(int((left - timedelta(minutes=5)).total_seconds()) * 1000)
    expect(told).to_be_hidden()
    page.clock.fast_forward("06:00")
    expect(told).to_be_visible()
    page.get_by_role("button", name="本楼 2 户全部送达").click()
    page.get_by_role("button", name="全部站点").click()
    expect(told).to_be_visible()
    page.get_by_role("button", name="周奶奶").click()
    page.get_by_role("button", name="有问题").click()
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("全部已回报，辛苦了！")).to_be_visible()
    expect(told).to_be_hidden()


def the_run() -> Run:
    db.session.rollback()
    return db.session.execute(select(Run)).scalar_one()


def test_a_link_that_is_opened_on_a_second_phone_is_seen(
    browser: Browser, browser_context_args: dict[str, Any], link: str
) -> None:
    for _ in range(2):
        phone = browser.new_context(**browser_context_args)
        page = phone.new_page()
        for _ in range(2):
            page.goto(link)
            expect(page.locator("#sending")).to_have_text("全部已上传")
        phone.close()
    db.session.rollback()
    opened = db.session.execute(select(LinkOpening)).scalars().all()
    assert len(opened) == 2


def reported() -> list[Outcome]:
    db.session.rollback()
    return list(db.session.execute(select(StopReport.outcome)).scalars())


def test_a_photo_is_kept_without_network_and_sent_small(
    context: BrowserContext, link: str, tmp_path: Path
) -> None:
    with transaction():
        note_consent("R-3", AT.date(), by=COMMAND, at=AT)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(link)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("button", name="本楼 2 户全部送达").click()
    expect(page.get_by_text("拍照")).to_be_visible()
    shot = tmp_path / "door.jpg"
    page.screenshot(path=shot, type="jpeg", quality=95)
    context.set_offline(True)
    page.locator(".camera input").set_input_files(shot)
    expect(page.locator("#sending")).to_contain_text("1 张照片待发送")
    page.reload()
    expect(page.locator("#sending")).to_contain_text("1 张照片待发送")
    context.set_offline(False)
    expect(page.locator("#sending")).to_have_text("全部已上传")
    db.session.rollback()
    (photo,) = db.session.execute(select(HandoverPhoto)).scalars()
    assert len(photo.content) < 200_000
