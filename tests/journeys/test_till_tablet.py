"""The counter of a tablet: one tap records; what is unusual costs one more; nobody is ever refused."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.extensions import db
from app.meals.models import Meal, Reversal
from app.meals.rules import Channel, FoundBy, Payment
from app.till.models import QuarantinedRecord, Tablet
from tests.factories import counter as make
from tests.support.counter import Counter, hold_clock

DONE, LOOK, WARNING = (880, 1320), (880, 587), (330, 262)


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    make.canteen_with_regulars()


@pytest.fixture
def till(page: Page) -> Counter:
    """Give an unlocked till whose user is 周小兰."""
    make.staff()
    till = Counter(page)
    till.enrol(make.code())
    till.unlock()
    return till


def meals() -> list[Meal]:
    """Give the meals that came from the tablet, in the order of its taps."""
    db.session.rollback()
    return list(db.session.scalars(select(Meal).where(Meal.tablet != "").order_by(Meal.seq)))


def paid(meal: Meal) -> int | None:
    """Give what the resident pays, as the server decided."""
    return meal.decision.resident_fen if meal.decision else None


def reversals() -> list[Reversal]:
    db.session.rollback()
    return list(db.session.scalars(select(Reversal).order_by(Reversal.seq)))


def names_on_faces(till: Counter) -> list[str]:
    return till.page.locator(".face b").all_inner_texts()


# ---- One tap ----


def test_one_tap_on_a_face_records_the_usual_meal(till: Counter) -> None:
    till.tap(till.face("王秀英"))
    expect(till.receipt).to_contain_text("王秀英")
    expect(till.receipt).to_contain_text("收 12.00 元")
    expect(till.receipt.locator(".parts")).to_contain_text("政府补贴3.00")
    expect(till.page.locator("#said")).to_contain_text("已记录，王秀英，收 12.00 元")
    till.expect_tones(*DONE)
    till.until_sent(1)
    assert till.taps == 1
    (meal,) = meals()
    assert (meal.resident_no, meal.channel, meal.price_fen) == ("R-000001", Channel.DINE_IN, 15_00)
    assert (meal.payment, meal.found_by, meal.recorded_by) == (Payment.CASH, FoundBy.FACE, "U-1")


def test_whoever_eats_here_most_comes_first_and_whoever_ate_comes_last(till: Counter) -> None:
    assert names_on_faces(till) == ["王秀英", "李建国", "陈冬华", "周桂兰", "未登记老人"]
    till.tap(till.face("王秀英"))
    expect(till.receipt).to_be_visible()
    # The list does not move under the finger; it is in order again when somebody has looked elsewhere.
    assert names_on_faces(till)[0] == "王秀英"
    expect(till.face("王秀英")).to_contain_text("已就餐")
    till.button("日结").click()
    till.button("返回记餐").click()
    expect(till.page.locator(".face b").first).to_have_text("李建国")
    assert names_on_faces(till)[-2:] == ["王秀英", "未登记老人"]


def test_somebody_who_takes_the_meal_away_does_so_by_one_tap_too(till: Counter) -> None:
    till.tap(till.face("周桂兰"))
    expect(till.receipt).to_contain_text("打包")
    till.until_sent(1)
    assert [meal.channel for meal in meals()] == [Channel.TAKE_AWAY]


def test_a_bouncing_finger_records_one_meal(till: Counter) -> None:
    till.face("王秀英").dblclick()
    expect(till.receipt).to_contain_text("收 12.00 元")
    till.until_sent(1)
    assert len(meals()) == 1


def test_a_second_meal_is_asked_for_and_recorded_at_full_price_by_one_more_tap(till: Counter) -> None:
    till.face("王秀英").click()
    expect(till.receipt).to_be_visible()
    # A bounce is over after half a second; then it is meant.
    till.page.wait_for_function(
        "from => performance.now() - from > 700", arg=till.page.evaluate("performance.now()")
    )
    till.tap(till.face("王秀英"))
    expect(till.ask).to_contain_text("王秀英已记过一份")
    expect(till.ask).to_contain_text("收 15.00 元")
    till.tap(till.button("再记一份", exact=False))
    expect(till.receipt.locator(".why")).to_have_text("本餐次的补贴已经用过。")
    expect(till.receipt).to_contain_text("收 15.00 元")
    till.expect_tones(*DONE, *WARNING, *LOOK)
    till.until_sent(2)
    assert till.taps == 2
    assert [paid(meal) for meal in meals()] == [12_00, 15_00]


# ---- Finding ----


def test_initials_on_the_big_keys_find_somebody_new_within_four_taps(till: Counter) -> None:
    till.press("ZTZ")
    till.tap(till.face("赵铁柱"))
    expect(till.receipt).to_contain_text("收 12.00 元")
    expect(till.page.get_by_role("searchbox")).to_have_value("")
    till.until_sent(1)
    assert till.taps == 4
    assert [(meal.resident_no, meal.found_by) for meal in meals()] == [("R-000009", FoundBy.SEARCH)]


def test_a_keyboard_alone_is_enough(till: Counter) -> None:
    expect(till.page.get_by_role("searchbox")).to_be_focused()
    till.page.keyboard.type("李建", delay=100)
    till.page.keyboard.press("Enter")
    expect(till.face("李建国")).to_be_focused()
    till.page.keyboard.press("Enter")
    expect(till.receipt).to_contain_text("李建国")
    till.page.keyboard.press("Tab")
    till.until_sent(1)
    assert [meal.resident_no for meal in meals()] == ["R-000002"]


def test_the_server_is_asked_for_whoever_is_not_on_the_tablet(till: Counter) -> None:
    till.page.get_by_role("searchbox").fill("没这人")
    till.button("在线查找", exact=False).click()
    expect(till.page.get_by_text("服务器上也没有“没这人”。")).to_be_visible()


# ---- Nobody is refused ----


def test_somebody_who_is_not_registered_eats_at_full_price_after_one_more_tap(till: Counter) -> None:
    till.tap(till.face("未登记老人"))
    till.tap(till.record)
    expect(till.receipt).to_contain_text("收 15.00 元")
    expect(till.receipt.locator(".why")).to_have_text("此人未登记。")
    till.until_sent(1)
    assert till.taps == 2
    assert [(meal.resident_no, paid(meal)) for meal in meals()] == [("", 15_00)]


def test_a_number_that_nobody_knows_is_recorded_as_it_was_typed(till: Counter) -> None:
    till.page.get_by_role("searchbox").fill("R-777777")
    till.tap(till.face("未登记老人"))
    expect(till.record).to_contain_text("记为待登记：R-777777")
    till.tap(till.record)
    expect(till.meals.first).to_contain_text("待登记")
    till.until_sent(1)
    assert [meal.resident_no for meal in meals()] == ["R-777777"]


def test_a_name_that_nobody_knows_waits_for_somebody_and_is_no_alarm(till: Counter) -> None:
    till.tap(till.face("未登记老人"))
    till.page.get_by_label("待登记").fill("张三丰")
    till.tap(till.record)
    expect(till.receipt).to_contain_text("张三丰")
    expect(till.pill).to_contain_text("待处理 1")
    expect(till.meals.first).to_contain_text("待处理")
    expect(till.page.locator(".news")).to_have_count(0)
    db.session.rollback()
    assert json.loads(db.session.scalars(select(QuarantinedRecord)).one().content)["resident"] == "张三丰"


# ---- What is unusual ----


def test_a_companion_and_a_second_meal_are_recorded_at_once(till: Counter) -> None:
    till.tap(till.more("李建国"), till.button("多一位同行"), till.button("多一份"))
    expect(till.page.locator(".panel .own")).to_contain_text("42.00")
    till.tap(till.record)
    expect(till.receipt).to_contain_text("李建国 · 共 3 份")
    expect(till.receipt).to_contain_text("收 42.00 元")
    till.until_sent(3)
    assert till.taps == 4
    assert [(meal.resident_no, meal.companion_of, paid(meal)) for meal in meals()] == [
        ("R-000002", None, 12_00),
        ("R-000002", None, 15_00),
        ("", "R-000002", 15_00),
    ]


def test_one_meal_is_taken_away_and_paid_by_phone(till: Counter) -> None:
    panel = till.page.locator(".panel")
    till.tap(till.more("李建国"))
    till.tap(panel.get_by_role("button", name="打包"), panel.get_by_role("button", name="手机支付"))
    till.tap(till.record)
    expect(till.receipt).to_contain_text("打包")
    till.until_sent(1)
    assert till.taps == 4
    (meal,) = meals()
    assert (meal.channel, meal.payment) == (Channel.TAKE_AWAY, Payment.PHONE)


def test_another_price_is_split_at_once(till: Counter) -> None:
    till.more("李建国").click()
    till.page.get_by_label("单价").fill("8.5")
    expect(till.page.locator(".panel .own")).to_contain_text("5.50")
    till.page.get_by_label("单价").fill("1000")
    expect(till.page.get_by_text("一份餐在 0 到 200.00 元之间")).to_be_visible()
    expect(till.record).to_be_disabled()
    till.page.get_by_label("单价").fill("8")
    till.record.click()
    till.until_sent(1)
    assert [(meal.price_fen, paid(meal)) for meal in meals()] == [(8_00, 5_00)]


def test_people_who_pay_together_are_recorded_all_at_once(till: Counter) -> None:
    till.tap(till.button("一起付"))
    till.tap(till.face("王秀英"), till.face("李建国"))
    expect(till.page.locator(".basket li")).to_have_count(2)
    expect(till.meals).to_have_count(0)
    till.tap(till.record)
    expect(till.receipt).to_contain_text("王秀英，李建国 · 共 2 份")
    expect(till.receipt).to_contain_text("收 24.00 元")
    expect(till.page.locator(".basket")).to_have_count(0)
    till.until_sent(2)
    assert [meal.resident_no for meal in meals()] == ["R-000001", "R-000002"]


def test_a_way_that_was_chosen_holds_for_the_next_taps(till: Counter) -> None:
    till.tap(till.page.locator(".strip").get_by_role("button", name="打包"), till.face("李建国"))
    expect(till.receipt).to_contain_text("打包")
    till.face("陈冬华").click()
    expect(till.receipt).to_contain_text("陈冬华")
    till.until_sent(2)
    assert till.taps == 2
    assert {meal.channel for meal in meals()} == {Channel.TAKE_AWAY}


# ---- The way back ----


def test_a_meal_is_taken_back_by_one_tap_and_the_server_hears_of_it(till: Counter) -> None:
    till.face("王秀英").click()
    till.tap(till.receipt.get_by_role("button", name="撤销"))
    expect(till.receipt).to_contain_text("已撤销：王秀英")
    expect(till.receipt).to_contain_text("退 12.00 元")
    expect(till.meals.first).to_contain_text("已撤销")
    expect(till.page.locator(".counts")).to_contain_text("0 份")
    expect(till.face("王秀英")).not_to_contain_text("已就餐")
    till.until_sent(2)
    assert till.taps == 1
    (meal,), (back,) = meals(), reversals()
    assert (back.reverses, back.reason) == (meal.id, "undo")
    # Eating after all is a first meal again.
    till.face("李建国").click()
    till.face("王秀英").click()
    expect(till.receipt).to_contain_text("收 12.00 元")


def test_an_older_meal_is_reversed_with_a_reason(till: Counter, page: Page) -> None:
    hold_clock(page)
    till.face("王秀英").click()
    expect(till.receipt).to_be_visible()
    page.clock.fast_forward("11:00")
    page.locator("#person").click()
    till.unlock()
    till.tap(page.get_by_role("button", name="冲正王秀英", exact=False))
    page.get_by_role("button", name="冲正这一餐").click()
    expect(page.get_by_text("请写明冲正原因。")).to_be_visible()
    till.tap(page.get_by_role("button", name="点错人"), page.get_by_role("button", name="冲正这一餐"))
    expect(till.receipt).to_contain_text("已撤销：王秀英")
    till.until_sent(2)
    assert till.taps == 3
    assert [back.reason for back in reversals()] == ["点错人"]


# ---- What the district sees ----


def test_the_server_knows_the_tablet_and_its_version(till: Counter, page: Page) -> None:
    till.face("王秀英").click()
    till.until_sent(1)
    db.session.rollback()
    tablet = db.session.scalars(select(Tablet)).one()
    assert tablet.version == page.evaluate("document.documentElement.dataset.version")
    assert tablet.unsent == 0
