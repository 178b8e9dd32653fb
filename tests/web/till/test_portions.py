"""The pages on portions: a day's sittings, the figures of one, and what was changed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.roles import Role
from app.till.rules.balance import CountKind
from tests.factories.portions import EVENING, a_kitchen, counted, explained, served, where
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
DAY = "/tablets/portions?day=2026-03-02"
LUNCH = "/tablets/portions/C01/2026-03-02/lunch"
POINTS_LUNCH = "/tablets/portions/P01/2026-03-02/lunch"


@pytest.fixture(autouse=True)
def evening(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(EVENING + timedelta(hours=1), tick=False):
        a_kitchen()
        yield


@pytest.fixture
def staff(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_STAFF, site_code="C01")


def words(page: Element) -> str:
    return " ".join(page.text.split())


def form_of(page: Element) -> Element:
    (form,) = [each for each in page.one("main").all("form") if each.get("class") == "counting"]
    return form


def figures(**portions: str) -> dict[str, Any]:
    """Give figures by the names of their fields."""
    return {name.replace("_", "-"): value for name, value in portions.items()}


def test_a_kitchen_is_asked_for_what_it_cooked_sent_and_had_left(staff: PageClient) -> None:
    served("C01", 57, first=1)
    page = staff.page(LUNCH)
    names = [each.get("name") for each in form_of(page).all("input") if "-" in each.get("name")]
    assert names == ["cooked-C01", "sent-P01", "sent-P02", "spoiled-C01"]
    assert "本处已记餐 57" in words(page)
    done = staff.submit(
        form_of(page), at=LUNCH, **figures(cooked_C01="100", sent_P01="40", sent_P02="0", spoiled_C01="3")
    )
    assert "份数已保存" in words(done)
    assert "相符 制作 100 就餐 57 送出 40 剩余报废 3" in words(done)


def test_a_point_is_asked_for_what_it_received_returned_and_had_left(signed_in: SignedIn) -> None:
    counted(CountKind.COOKED, 40)
    counted(CountKind.SENT, 40, to_code="P01")
    served("P01", 36, first=1)
    staff = signed_in(Role.SITE_STAFF, site_code="P01")
    page = staff.page(POINTS_LUNCH)
    assert "C01老年食堂送出 40" in words(page)
    assert "由C01老年食堂供餐" in words(page)
    done = staff.submit(form_of(page), at=POINTS_LUNCH, **figures(returned_P01="2", spoiled_P01="1"))
    assert "有差数 1 份去向不明" in words(done)
    assert "说明原因" in words(done)


def test_a_changed_figure_asks_why_and_stays_to_be_read(staff: PageClient, signed_in: SignedIn) -> None:
    staff.submit(form_of(staff.page(LUNCH)), at=LUNCH, **figures(cooked_C01="60"))
    page = staff.submit(form_of(staff.page(LUNCH)), at=LUNCH, **figures(cooked_C01="57"), status=422)
    assert "更改了已清点的份数，请说明原因" in words(page)
    staff.submit(form_of(page), at=LUNCH, reason="数错了一盘")
    shown = words(signed_in(Role.AUDITOR).page(LUNCH))
    assert "60 → 57 数错了一盘 · 测试员 · 2026-03-02 21:00" in shown
    assert "制作 57" in shown


def test_what_was_counted_is_not_simply_left_out(staff: PageClient) -> None:
    staff.submit(form_of(staff.page(LUNCH)), at=LUNCH, **figures(cooked_C01="60"))
    page = staff.submit(form_of(staff.page(LUNCH)), at=LUNCH, **figures(cooked_C01=""), status=422)
    assert "以前清点过。没有请填 0。" in words(page)


def test_the_same_again_changes_nothing(staff: PageClient) -> None:
    for _ in range(2):
        staff.submit(form_of(staff.page(LUNCH)), at=LUNCH, **figures(cooked_C01="60"))
    assert "更改记录" not in words(staff.page(LUNCH))


@pytest.mark.parametrize("typed", ["一百", "-1", "1.5", "100001"])
def test_what_is_no_number_of_portions_is_refused_at_its_field(staff: PageClient, typed: str) -> None:
    page = staff.submit(form_of(staff.page(LUNCH)), at=LUNCH, **figures(cooked_C01=typed), status=422)
    (wrong,) = [each for each in page.all("div") if "wrong" in each.get("class").split()]
    assert "制作" in wrong.text


def test_a_day_to_come_is_refused(staff: PageClient) -> None:
    tomorrow = LUNCH.replace("03-02", "03-03")
    page = staff.submit(form_of(staff.page(tomorrow)), at=tomorrow, **figures(cooked_C01="5"), status=422)
    assert "这一天还没到" in words(page)


def test_a_closed_point_is_sent_nothing(staff: PageClient) -> None:
    long_before = LUNCH.replace("2026", "2009")
    names = [each.get("name") for each in form_of(staff.page(long_before)).all("input")]
    assert not [name for name in names if name.startswith("sent-")]


def test_the_day_shows_each_sitting_with_what_is_to_be_done(staff: PageClient) -> None:
    assert words(staff.page(DAY)).count("还没有记餐，也没有清点。") == 3
    served("C01", 4, first=1)
    page = staff.page(DAY)
    assert "不要求清点 就餐 4" in words(page)
    counted(CountKind.COOKED, 3)
    assert "有差数 记餐比份数多 1 份" in words(staff.page(DAY))
    links = [each.get("href") for each in page.all("a") if each.text == "填报份数"]
    assert LUNCH in links
    assert len(links) == 3


def test_what_was_said_of_a_difference_stands_beside_it_while_it_holds(staff: PageClient) -> None:
    counted(CountKind.COOKED, 3)
    explained(3, words="停水，没有供餐")
    assert "已说明 3 份去向不明" in words(staff.page(LUNCH))
    assert "停水，没有供餐 · system · 2026-03-02 20:00" in words(staff.page(LUNCH))
    served("C01", 1, first=1)
    assert "停水" not in words(staff.page(LUNCH))


def test_each_site_counts_its_own(staff: PageClient, signed_in: SignedIn) -> None:
    assert staff.get(POINTS_LUNCH).status_code == 404
    assert staff.get(LUNCH.replace("lunch", "tea")).status_code == 404
    assert staff.get(LUNCH.replace("2026-03-02", "today")).status_code == 404
    page = signed_in(Role.STREET_REVIEWER, area="430103005").page(LUNCH)
    assert [each for each in page.one("main").all("form") if each.get("method") == "post"] == []
    assert where("C01").site_code in page.text
