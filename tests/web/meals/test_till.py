"""The till's pages: who usually eats here, a search, the four parts, one tap to record, one to take back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.canteens.models import SitePrice
from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import LedgerRecord, Meal, Reversal
from app.residents.rules.facts import ResidentFacts
from app.roles import Role
from app.subsidy.rules import Reason
from app.transaction import transaction
from tests.factories.district import area, canteen, policy_row, resident_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, TODAY, entry, taken
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
TILL = "/meals/till"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(signed_in: SignedIn) -> PageClient:
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")
        area("430103005001").name = "东瓜山社区"
        elder(1, "王秀英", "wxy wangxiuying")
        elder(2, "王秀英", "wxy wangxiuying")
        elder(3, "李建国", "ljg lijianguo")
        policy_row(policy(caps=meal_caps(sitting=1), operator_discount_fen=100))
    return signed_in(Role.SITE_STAFF, site_code="C01")


def elder(number: int, name: str, keys: str) -> None:
    facts = ResidentFacts(f"R-{number:06}", date(1950, 5, 1), "430103005001", "430103005001")
    made = resident_row(facts, name=name, name_key=keys)
    made.search_keys = f" {keys} "
    made.phone_tail = f"{number:04}"


def faces(page: Element) -> list[str]:
    return [link.text for link in page.all("a") if "face" in link.get("class").split()]


def recording(page: Element) -> Element:
    (form,) = [form for form in page.all("form") if "recording" in form.get("class")]
    return form


def meals() -> list[Meal]:
    return list(db.session.execute(select(Meal).order_by(Meal.served_at)).scalars())


def records() -> int:
    return db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one()


def chosen(page: Element) -> list[str]:
    return [link.text for link in page.all("a") if link.get("aria-current") == "true"]


def tidings(page: Element) -> str:
    (section,) = [each for each in page.all("section") if "tidings" in each.get("class")]
    return section.text


def test_the_counter_stands_at_the_users_site_at_the_sitting_of_the_clock(staff: PageClient) -> None:
    page = staff.page(TILL)
    assert page.one("h1").text == "C01老年食堂"
    assert chosen(page) == ["午餐", "堂食"]


def test_another_sitting_is_chosen_for_today_alone(staff: PageClient) -> None:
    address = next(link.get("href") for link in staff.page(TILL).all("a") if link.text == "晚餐")
    page = staff.page(address)
    assert chosen(page) == ["晚餐", "堂食"]
    assert "现在是午餐时间，正在记晚餐" in page.text
    yesterdays = address.replace("2026-03-02", "2026-03-01")
    assert yesterdays != address
    assert chosen(staff.page(yesterdays)) == ["午餐", "堂食"]


def test_regulars_are_shown_before_anybody_is_searched_for(staff: PageClient) -> None:
    taken(
        *(
            entry(day, served_on=TODAY - timedelta(days=day), served_at=NOON - timedelta(days=day))
            for day in (1, 2)
        ),
        entry(
            3, resident_no="R-000003", served_on=TODAY - timedelta(days=1), served_at=NOON - timedelta(days=1)
        ),
    )
    shown = faces(staff.page(TILL))
    assert [text.split()[0] for text in shown] == ["王秀英", "李建国", "未登记老人"]
    assert "75岁" in shown[0]
    assert "东瓜山社区" in shown[0]


def test_who_has_eaten_is_marked_and_goes_behind(staff: PageClient) -> None:
    yesterday = NOON - timedelta(days=1)
    taken(
        entry(1, served_on=TODAY - timedelta(days=1), served_at=yesterday),
        entry(2, resident_no="R-000003", served_on=TODAY - timedelta(days=1), served_at=yesterday),
        entry(3, resident_no="R-000003", site_code="C02", served_at=NOON),
    )
    shown = faces(staff.page(TILL))
    assert [text.split()[0] for text in shown] == ["王秀英", "李建国", "未登记老人"]
    assert "12:00 已就餐" in shown[1]


@pytest.mark.parametrize(
    ("words", "found"),
    [("李", ["李建国"]), ("wxy", ["王秀英", "王秀英"]), ("0003", ["李建国"]), ("zzz", [])],
)
def test_residents_are_found_by_name_initials_and_phone(
    staff: PageClient, words: str, found: list[str]
) -> None:
    shown = faces(staff.send(f"{TILL}/search", words=words))
    assert [text.split()[0] for text in shown] == [*found, "未登记老人"]


def test_namesakes_are_told_apart(staff: PageClient) -> None:
    one, other, _ = faces(staff.send(f"{TILL}/search", words="wxy"))
    assert ("手机尾号 0001" in one, "R-000001" in one) == (True, True)
    assert "手机尾号 0002" in other


def test_a_scanned_number_goes_straight_to_its_person(staff: PageClient) -> None:
    page = staff.send(f"{TILL}/search", words="r-000003", go="1")
    assert "李建国" in recording(page).parent.text  # type: ignore[union-attr]  # a form stands in a page


def test_the_live_search_answers_with_the_found_alone(staff: PageClient) -> None:
    answer = staff.post(
        f"{TILL}/search",
        data={"words": "李", "csrf_token": staff.token()},
        headers={"HX-Request": "true", "HX-Target": "found"},
    )
    assert "李建国" in answer.text
    assert "<html" not in answer.text


def test_the_four_parts_are_shown_before_anything_is_recorded(staff: PageClient) -> None:
    page = staff.page(f"{TILL}?resident=R-000001")
    parts = {
        part.one("span").text: part.one("strong").text
        for part in page.one("ul", **{"class": "parts"}).all("li")
    }
    assert parts == {"个人支付": "11.00", "政府补贴": "3.00", "企业让利": "1.00", "慈善资助": "0.00"}
    assert records() == 0


def test_a_meal_is_recorded_with_one_button_and_told_with_a_tick(staff: PageClient) -> None:
    page = staff.submit(recording(staff.page(f"{TILL}?resident=R-000001")))
    assert "✓ 已记录 · 王秀英 收 11.00 元" in tidings(page)
    (meal,) = meals()
    assert (meal.resident_no, meal.site_code, meal.served_on) == ("R-000001", "C01", TODAY)
    assert (meal.sitting, meal.price_fen, meal.channel) == ("lunch", 1500, "dine_in")
    assert meal.decision is not None
    assert meal.decision.government_fen == 300


def test_two_taps_on_the_button_make_one_meal(staff: PageClient, noon: time_machine.Traveller) -> None:
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    staff.submit(form)
    noon.shift(timedelta(seconds=2))
    page = staff.submit(form)
    assert "已记录" in tidings(page)
    assert records() == 1


def test_the_same_page_with_another_price_is_no_second_meal(staff: PageClient) -> None:
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    staff.submit(form)
    page = staff.submit(form, price="9.00", status=422)
    assert "!" in tidings(page)
    assert [meal.price_fen for meal in meals()] == [1500]


def test_a_page_left_open_for_hours_records_nothing(staff: PageClient, noon: time_machine.Traveller) -> None:
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    noon.shift(timedelta(hours=3))
    assert "页面打开太久了" in tidings(staff.submit(form, status=422))
    assert records() == 0


def test_a_second_meal_is_recorded_at_full_price(staff: PageClient, noon: time_machine.Traveller) -> None:
    staff.submit(recording(staff.page(f"{TILL}?resident=R-000001")))
    noon.shift(timedelta(seconds=30))
    page = staff.page(f"{TILL}?resident=R-000001")
    assert "今天午餐已就餐：12:05，C01老年食堂。" in page.text
    assert "本餐次的补贴已经用过" in page.text
    assert "收 15.00 元" in tidings(staff.submit(recording(page)))
    assert [meal.decision.reason for meal in meals() if meal.decision] == [Reason.OK, Reason.CAP_SITTING]


def test_nobody_hungry_is_refused(staff: PageClient) -> None:
    page = staff.submit(recording(staff.page(f"{TILL}?guest=1")))
    assert "未登记老人 收 15.00 元" in tidings(page)
    (meal,) = meals()
    assert meal.resident_no == ""
    assert meal.decision is not None
    assert meal.decision.reason is Reason.NOT_REGISTERED


def test_another_price_is_split_anew(staff: PageClient) -> None:
    page = staff.page(f"{TILL}?resident=R-000001&price=20")
    assert "收 16.00 元" in recording(page).text
    staff.submit(recording(page))
    assert [meal.price_fen for meal in meals()] == [2000]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("十五", "不是"),
        ("1500", "一餐价格应在 0 到 200.00 元之间"),
        ("-1", "一餐价格应在"),
        ("", "请输入价格"),
    ],
)
def test_a_price_typed_wrong_is_told_beside_the_field(staff: PageClient, typed: str, complaint: str) -> None:
    page = staff.page(f"{TILL}?resident=R-000001&price={typed}")
    assert complaint in page.one("p", id="other-price-error").text
    assert page.one("input", id="other-price").get("value") == typed
    assert not recording(page).all("button")


def test_a_price_sent_wrong_is_told_too(staff: PageClient) -> None:
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    page = staff.submit(form, price="a lot", status=422)
    assert page.one("p", id="other-price-error").text
    assert records() == 0


def test_without_a_price_of_the_site_it_is_asked_for(staff: PageClient) -> None:
    with transaction():
        db.session.execute(SitePrice.__table__.delete())  # type: ignore[attr-defined]  # a table's own delete
    page = staff.page(f"{TILL}?resident=R-000001")
    assert not recording(page).all("button")
    assert "open" in page.one("details").attributes
    staff.submit(recording(staff.page(f"{TILL}?resident=R-000001&price=12")))
    assert "价格 12.00 元" in staff.page(f"{TILL}?resident=R-000003").one("summary").text


def test_the_channel_stays_chosen_until_it_is_changed(staff: PageClient) -> None:
    page = staff.page(f"{TILL}?channel=take_away&resident=R-000001")
    page = staff.submit(recording(page))
    assert chosen(page) == ["午餐", "打包"]
    assert [meal.channel for meal in meals()] == ["take_away"]


def test_a_meal_is_taken_back_within_ten_minutes(staff: PageClient) -> None:
    page = staff.submit(recording(staff.page(f"{TILL}?resident=R-000001")))
    undo = next(form for form in page.all("form") if form.get("action").endswith("/undo"))
    page = staff.submit(undo)
    assert "已撤销 · 王秀英" in tidings(page)
    assert db.session.execute(select(func.count()).select_from(Reversal)).scalar_one() == 1
    assert not [form for form in page.all("form") if form.get("action").endswith("/undo")]


def test_after_ten_minutes_the_button_is_gone_and_the_way_refused(
    staff: PageClient, noon: time_machine.Traveller
) -> None:
    page = staff.submit(recording(staff.page(f"{TILL}?resident=R-000001")))
    undo = next(form for form in page.all("form") if form.get("action").endswith("/undo"))
    noon.shift(timedelta(minutes=11))
    assert not [form for form in staff.page(TILL).all("form") if form.get("action").endswith("/undo")]
    assert "10" in tidings(staff.submit(undo, status=422))
    assert records() == 1


def test_the_running_counts_leave_out_what_was_taken_back(staff: PageClient) -> None:
    taken(entry(1), entry(2, resident_no="R-000003"), entry(3, resident_no=""), at=NOON)
    page = staff.page(TILL)
    undo = next(form for form in page.all("form") if form.get("action").endswith("/undo"))
    counts = [each.text for each in page.one("ul", **{"class": "counts"}).all("strong")]
    assert counts == ["3", "2", "37.00"]
    page = staff.submit(undo)
    counts = [each.text for each in page.one("ul", **{"class": "counts"}).all("strong")]
    assert counts == ["2", "2", "22.00"]


def test_another_site_is_not_there_for_its_neighbours(staff: PageClient) -> None:
    taken(entry(1, site_code="C02"))
    assert "C01老年食堂" in staff.page(f"{TILL}?site=C02").text
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    staff.submit(form, site="C02")
    assert {meal.site_code for meal in meals() if meal.id != entry(1).id} == {"C01"}
    staff.send(f"/meals/till/{entry(1).id}/undo", status=404)


def test_an_unknown_resident_is_a_page_that_says_so(staff: PageClient) -> None:
    assert "没有编号为 R-9 的老人" in staff.page(f"{TILL}?resident=R-9", status=404).text


def test_what_was_made_up_is_refused(staff: PageClient) -> None:
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    for made_up in ({"meal_id": "1"}, {"sitting": "supper"}, {"channel": ""}):
        staff.submit(form, status=422, **made_up)
    assert records() == 0


def test_a_closed_site_records_at_full_price_and_says_why(signed_in: SignedIn) -> None:
    with transaction():
        canteen("C01", closed_on=TODAY)
        elder(1, "王秀英", "wxy wangxiuying")
        policy_row(policy())
    page = signed_in(Role.SITE_STAFF, site_code="C01").page(f"{TILL}?resident=R-000001")
    assert "助餐点当日未开办补贴就餐。" in page.text
    assert "收 15.00 元" in recording(page).text


def test_the_sitting_shown_is_the_sitting_recorded(staff: PageClient, noon: time_machine.Traveller) -> None:
    noon.move_to(NOON + timedelta(hours=2, minutes=59))
    form = recording(staff.page(f"{TILL}?resident=R-000001"))
    noon.shift(timedelta(minutes=2))
    page = staff.submit(form)
    assert [meal.sitting for meal in meals()] == [Sitting.LUNCH]
    assert chosen(page) == ["晚餐", "堂食"]


@pytest.mark.usefixtures("staff")
def test_who_stands_for_no_site_chooses_one_first(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_STAFF, area="430103")
    page = client.page(TILL)
    sites = {link.one("strong").text: link.get("href") for link in page.all("a", **{"class": "tile"})}
    assert list(sites) == ["C01老年食堂", "C02老年食堂"]
    page = client.page(f"{sites['C02老年食堂']}&resident=R-000001")
    page = client.submit(recording(page))
    assert page.one("h1").text == "C02老年食堂"
    assert [meal.site_code for meal in meals()] == ["C02"]
    client.page(f"{TILL}?site=C99", status=404)
