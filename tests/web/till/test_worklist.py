"""The worklist's pages: one tap, a form, a reason; two contents side by side; who ate twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.meals.models import Meal, MealConflict, Reversal
from app.roles import Role
from app.till.models import ConflictReview, QuarantinedRecord
from app.till.rules.quarantine import Outcome
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, entry, taken
from tests.factories.residents import id_number
from tests.factories.till import record, uuid_of
from tests.factories.worklist import kept_apart, row, sent, tablet
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
LIST = "/tablets/worklist"


@pytest.fixture(autouse=True)
def noon(app: Flask) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False) as traveller:
        with transaction():
            canteen("C01")
            canteen("C02", "430103005002")
            elder("R-000001")
            elder("R-000002", name="李建国").search_keys = " ljg lijianguo "
            policy_row(policy(caps=meal_caps(sitting=1)))
        yield traveller


@pytest.fixture
def sender() -> int:
    return tablet("C01")


@pytest.fixture
def staff(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_STAFF, site_code="C01")


@pytest.fixture
def officer(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.DISTRICT_OFFICER)


def cards(page: Element, kind: str) -> list[Element]:
    return [each for each in page.all("section") if kind in each.get("class").split()]


def forms_to(page: Element, end: str) -> list[Element]:
    return [each for each in page.all("form") if each.get("action").endswith(end)]


def buttons(card: Element) -> list[str]:
    return [form.one("button").text for form in forms_to(card, "/fix")]


def count(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def the_meal() -> Meal:
    db.session.rollback()
    return db.session.execute(select(Meal)).scalar_one()


def test_where_nothing_waits_the_list_says_so(staff: PageClient) -> None:
    page = staff.page(LIST)
    assert "没有待处理" in page.text
    assert "平板上传的记录都已计入台账" in page.text


def test_a_record_is_shown_as_far_as_it_can_be_read_with_numbers_masked(
    sender: int, staff: PageClient
) -> None:
    kept_apart(sender, record(1, resident=id_number(8), sitting="supper", channel="盒饭"))
    kept_apart(sender, record(2, resident="13812345678", price_fen="15元", served_at="中午"))
    first, second = cards(staff.page(LIST), "kept")
    assert first.one("h3").text == "餐次无法识别。"
    for told in ("990000********", "supper · 盒饭 · 15.00 元", "2026-03-02 12:00", "U-1", "前台（T-1）"):
        assert told in first.text
    for told in ("138****5678", "午餐 · 堂食 · 15元", "中午 收到 2026-03-02 12:00"):
        assert told in second.text
    shown = staff.get(LIST).text
    assert id_number(8) not in shown
    assert "13812345678" not in shown
    assert buttons(first) == ["计入台账 按时间算午餐 · 按堂食 · 按未登记老人全价"]
    # Neither price nor time: a person has to say more than one tap can.
    assert buttons(second) == []


def test_one_tap_settles_a_record(sender: int, staff: PageClient) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    assert "1 条待处理" in staff.page(LIST).text
    (form,) = forms_to(staff.page(LIST), "/fix")
    page = staff.submit(form)
    assert "已计入台账。平板下次联系时会知道" in page.text
    assert "没有待处理" in page.text
    (card,) = cards(page, "kept")
    assert "已入账" in card.text
    assert "past" in card.get("class")
    assert (row(kept_id).outcome, the_meal().id) == (Outcome.TAKEN, uuid_of(1))
    # Its own page leads to the meal.
    links = [link.get("href") for link in staff.page(f"{LIST}/{kept_id}").one("main").all("a")]
    assert f"/meals/{uuid_of(1)}" in links


def test_the_second_of_two_who_settle_is_told(sender: int, staff: PageClient, officer: PageClient) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    (form,) = forms_to(staff.page(LIST), "/fix")
    officer.send(f"{LIST}/{kept_id}/aside", reason="试机")
    page = staff.submit(form, status=409)
    assert "刚才已有人处理了这条记录" in page.text
    assert count(Meal) == 0
    page = staff.send(f"{LIST}/{kept_id}/aside", reason="试机", status=409)
    assert "刚才已有人处理了这条记录" in page.text


def test_a_button_whose_ground_has_changed_does_nothing(sender: int, staff: PageClient) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    page = staff.send(f"{LIST}/{kept_id}/fix", fix="0123456789abcdef", status=409)
    assert "情况有变化" in page.text
    assert row(kept_id).settled_at is None


def test_the_door_counts_what_waits(sender: int, staff: PageClient, signed_in: SignedIn) -> None:
    kept_apart(sender, record(1, price_fen=-5))
    kept_apart(sender, record(2, price_fen=-5))

    def door(visitor: PageClient) -> str:
        (tile,) = [
            link.text
            for link in visitor.page("/").all("a")
            if link.get("class") == "tile" and link.get("href") == LIST
        ]
        return tile

    assert door(staff).startswith("待处理 2 ")
    assert door(signed_in(Role.SITE_STAFF, site_code="C02")).startswith("待处理 等人")


def test_who_ate_is_found_by_a_posted_search_and_chosen(sender: int, staff: PageClient) -> None:
    kept_id = kept_apart(sender, record(1, resident="李大爷"))
    page = staff.page(f"{LIST}/{kept_id}")
    (search,) = forms_to(page, "/find")
    assert "没有找到" in staff.submit(search, words="zzz").text
    found = staff.submit(search, words="ljg")
    assert "李建国" in found.text
    # The form below is as it was, whatever the search has posted.
    assert found.one("input", name="price").get("value") == "15.00"
    (link,) = [each.get("href") for each in found.all("a") if each.text == "李建国"]
    assert link.endswith("?resident=R-000002")
    chosen = staff.page(link)
    assert chosen.one("input", name="resident_no").get("value") == "R-000002"
    (form,) = forms_to(chosen, "/take")
    staff.submit(form)
    meal = the_meal()
    assert (meal.resident_no, meal.id, meal.served_at) == (
        "R-000002",
        uuid_of(1),
        NOON + timedelta(seconds=1),
    )


def test_a_record_is_put_right_by_hand(sender: int, staff: PageClient) -> None:
    kept_id = kept_apart(sender, {"id": str(uuid_of(1)), "seq": 1})
    (form,) = forms_to(staff.page(f"{LIST}/{kept_id}"), "/take")
    assert [each.get("name") for each in form.all("select")] == ["sitting", "channel", "payment"]
    staff.submit(
        form,
        sitting="dinner",
        channel="take_away",
        price="12",
        day="2026-03-01",
        time="17:30",
        payment="cash",
    )
    meal = the_meal()
    assert (meal.sitting.value, meal.channel.value, meal.price_fen) == ("dinner", "take_away", 12_00)
    assert meal.served_on.isoformat() == "2026-03-01"
    assert (meal.payment and meal.payment.value, meal.site_code) == ("cash", "C01")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"resident_no": "R-000099"}, "没有编号为 R-000099 的老人"),
        ({"price": ""}, "请输入价格"),
        ({"price": "1000"}, "200.00"),
        ({"day": "2026-03-03"}, "这个时间还没到"),
        ({"time": ""}, "请填写"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    sender: int, staff: PageClient, fields: dict[str, str], refusal: str
) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    (form,) = forms_to(staff.page(f"{LIST}/{kept_id}"), "/take")
    page = staff.submit(form, status=422, **fields)
    (wrong,) = [each for each in page.all("div") if "wrong" in each.get("class").split()]
    assert refusal in wrong.text
    assert row(kept_id).settled_at is None


def test_the_undoing_of_a_meal_is_put_right_by_hand(sender: int, staff: PageClient) -> None:
    sent(sender, record(1))
    kept_id = kept_apart(sender, record(2, reverses=str(uuid_of(1)), reason=""))
    page = staff.page(f"{LIST}/{kept_id}")
    assert page.all("input", name="resident_no") == []
    (form,) = forms_to(page, "/take")
    assert "请填写" in staff.submit(form, status=422, reason="").text
    assert "这不是记录编号" in staff.submit(form, status=422, reverses="17", reason="记错了").text
    staff.submit(form, reason="记错了")
    assert db.session.execute(select(Reversal.reverses)).scalar_one() == uuid_of(1)


def test_a_record_is_set_aside_with_a_reason_and_stays_to_be_read(sender: int, staff: PageClient) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    (form,) = forms_to(staff.page(f"{LIST}/{kept_id}"), "/aside")
    assert "请说明原因" in staff.submit(form, status=422, reason=" ").text
    page = staff.submit(form, reason="试机用的")
    assert "已搁置" in page.text
    assert "试机用的" in page.text
    assert "试机用的" in staff.page(f"{LIST}/{kept_id}").text
    assert count(QuarantinedRecord) == 1


def test_each_site_sees_its_own_and_the_district_all(
    sender: int, staff: PageClient, officer: PageClient, signed_in: SignedIn
) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    assert cards(other.page(LIST), "kept") == []
    assert other.get(f"{LIST}/{kept_id}").status_code == 404
    for verb, fields in (("fix", {"fix": "x"}), ("aside", {"reason": "x"}), ("take", {}), ("find", {})):
        other.send(f"{LIST}/{kept_id}/{verb}", status=404, **fields)
    assert len(cards(officer.page(LIST), "kept")) == len(cards(staff.page(LIST), "kept")) == 1
    # The district may take it for another site; the site's own staff are not asked.
    assert officer.page(f"{LIST}/{kept_id}").all("select", name="site_code") != []


def test_the_list_turns_its_pages(sender: int, staff: PageClient) -> None:
    for number in range(1, 23):
        kept_apart(sender, record(number, price_fen=-5))
    assert len(cards(staff.page(LIST), "kept")) == 20
    assert len(cards(staff.page(f"{LIST}?page=2"), "kept")) == 2


def test_another_record_under_its_number_is_linked(sender: int, staff: PageClient) -> None:
    sent(sender, record(1))
    kept_id = kept_apart(sender, record(1, resident="李大爷"))
    page = staff.page(f"{LIST}/{kept_id}")
    assert "同一编号下已有另一条记录" in page.text
    assert "另编记录号" in page.text


def at_odds(sender: int, **changes: object) -> int:
    sent(sender, record(1))
    sent(sender, record(1, **changes))
    return db.session.execute(select(MealConflict.id)).scalar_one()


def test_two_contents_stand_side_by_side_with_what_differs_marked(sender: int, staff: PageClient) -> None:
    at_odds(sender, resident="R-000002", price_fen=10_00)
    page = staff.page(LIST)
    assert "1 条待处理" in page.text
    (card,) = cards(page, "contents")
    differing = [each.text for each in card.all("tr") if each.get("class") == "differs"]
    assert differing == ["老人 王秀英 R-000001 李建国 R-000002", "餐价 15.00 10.00"]


def test_an_identity_number_in_the_other_content_is_not_shown(sender: int, staff: PageClient) -> None:
    with transaction():
        known = elder("R-000003", name="赵芳")
    kept_apart(sender, record(9, resident=id_number(8)))
    index = db.session.execute(select(QuarantinedRecord.identity_index)).scalar_one()
    with transaction():
        db.session.merge(known).identity_index = index
    at_odds(sender, resident=id_number(8))
    assert "按身份证号" in cards(staff.page(LIST), "contents")[0].text


def test_the_first_is_right(sender: int, staff: PageClient) -> None:
    at_odds(sender, price_fen=10_00)
    (form,) = forms_to(staff.page(LIST), "/first")
    page = staff.submit(form)
    assert "以第一条为准" in page.text
    assert cards(page, "contents") == []
    assert (count(Meal), count(ConflictReview)) == (1, 1)
    staff.submit(form, status=409)


def test_the_other_is_taken_instead_with_a_reason(sender: int, staff: PageClient) -> None:
    at_odds(sender, price_fen=10_00)
    (form,) = forms_to(staff.page(LIST), "/other")
    page = staff.submit(form, status=422, reason="")
    assert "请说明原因" in cards(page, "contents")[0].text
    (form,) = forms_to(page, "/other")
    after = staff.submit(form, reason="价格打错了")
    assert "第一条已冲正" in after.text
    prices = db.session.execute(select(Meal.price_fen).order_by(Meal.price_fen)).scalars().all()
    assert prices == [10_00, 15_00]
    assert db.session.execute(select(Reversal.reason)).scalar_one() == "价格打错了"


def test_a_reason_is_proposed(sender: int, staff: PageClient) -> None:
    at_odds(sender, price_fen=10_00)
    (form,) = forms_to(staff.page(LIST), "/other")
    staff.submit(form)
    assert db.session.execute(select(Reversal.reason)).scalar_one() == "同一编号下另一条内容才是对的"


def test_a_content_of_another_site_is_left_to_the_district(staff: PageClient, officer: PageClient) -> None:
    taken(entry(1), entry(1, site_code="C02"))
    (form,) = forms_to(staff.page(LIST), "/other")
    page = staff.submit(form, status=422)
    assert "请区里处理" in cards(page, "contents")[0].text
    (form,) = forms_to(officer.page(LIST), "/other")
    officer.submit(form)
    assert count(Meal) == 2


def test_who_ate_at_two_sites_is_told_to_both(
    staff: PageClient, officer: PageClient, signed_in: SignedIn
) -> None:
    taken(entry(10), entry(5, site_code="C02"))
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    for visitor, links in ((staff, [10]), (other, [5]), (officer, [5, 10])):
        (card,) = cards(visitor.page(LIST), "double")
        assert card.one("h3").text == "王秀英 R-000001 · 2026-03-02 午餐"
        first, second = (each.text for each in card.all("li"))
        assert first == "12:00 C02老年食堂 享受补贴 3.00"
        assert second.startswith("12:00 C01老年食堂 全价")
        assert "已" in second
        assert [link.get("href") for link in card.all("a")] == [
            f"/meals/{entry(number).id}" for number in links
        ]


def test_what_a_site_has_seen_is_gone_for_it_until_there_is_more(
    staff: PageClient, signed_in: SignedIn
) -> None:
    taken(entry(10), entry(5, site_code="C02"))
    page = staff.submit(forms_to(staff.page(LIST), "/seen")[0])
    assert cards(page, "double") == []
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    assert len(cards(other.page(LIST), "double")) == 1
    taken(entry(11))
    assert len(cards(staff.page(LIST), "double")) == 1
    other.send(
        f"{LIST}/doubles/seen",
        resident_no="R-9",
        served_on="2026-03-02",
        sitting="lunch",
        meals="2",
        status=404,
    )


def test_double_meals_of_long_ago_are_left_in_peace(staff: PageClient) -> None:
    for back in (14, 15):
        at, number = NOON - timedelta(days=back), 100 * back
        served = {"served_on": at.date(), "served_at": at}
        taken(entry(number, **served), entry(number + 1, **served))
    assert [card.one("h3").text[-13:] for card in cards(staff.page(LIST), "double")] == ["2026-02-16 午餐"]


def test_the_list_is_read_in_english_too(sender: int, staff: PageClient) -> None:
    kept_apart(sender, record(1, price_fen=-5))
    staff.send("/language", language="en")
    (card,) = cards(staff.page(LIST), "kept")
    assert buttons(card) == ["Into the ledger at the site's price of 15.00"]
