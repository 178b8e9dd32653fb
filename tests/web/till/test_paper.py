"""The pages of paper sheets: printed as PDF, keyed back twice, compared, and seen in the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import func, select

from app.extensions import db
from app.meals.models import Meal
from app.residents import queries as residents
from app.residents.service import cards
from app.roles import COMMAND, Role
from app.till import queries
from app.till.models import PaperEntry, PaperSheet
from app.till.rules.paper import sheet_no
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import TODAY, entry, taken
from tests.factories.paper import EVENING, keyed, keyed_row, outsider, printed_sheets
from tests.factories.residents import id_number
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def _evening(app: object) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(EVENING, tick=False):
        with transaction():
            canteen("C01")
            canteen("C02", "430103006001")
            elder("R-000001")
            other = elder("R-000002", name="李建国")
            other.search_keys, other.phone_tail = " ljg lijianguo ", "5678"
            policy_row(policy(caps=meal_caps(sitting=1)))
        yield


@pytest.fixture
def zhang(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_STAFF, site_code="C01")


@pytest.fixture
def li(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.SITE_STAFF, site_code="C01")


def form_to(page: Element, end: str) -> Element:
    return next(form for form in page.all("form") if form.get("action").endswith(end))


def rows_form(page: Element) -> Element:
    """Give the form with the rows of a sheet."""
    return next(form for form in page.all("form") if "keying" in form.get("class"))


def typed(fields: dict[str, str]) -> dict[str, Any]:
    """Give fields by the names of a form: `rows_0_who` becomes `rows-0-who`."""
    named = re.compile(r"rows_(\d+)_(again_)?")
    return {
        named.sub(lambda found: f"rows-{found[1]}-{'again-' if found[2] else ''}", name): value
        for name, value in fields.items()
    }


def key(client: PageClient, number: str, status: int = 200, **fields: str) -> Element:
    """Open a sheet's page, type some fields, and save."""
    return save(client, client.page(f"/paper/{number}"), number, status, **fields)


def save(client: PageClient, page: Element, number: str, status: int = 200, **fields: str) -> Element:
    """Type some fields into the rows that a page shows, and save."""
    return client.submit(rows_form(page), at=f"/paper/{number}", status=status, **typed(fields))


def count_of(kind: type[object]) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(kind)).scalar_one()


def sheets_in(answer: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer)).pages]


def print_sheets(client: PageClient, **fields: str) -> bytes:
    data = {
        "csrf_token": client.token(),
        "site_code": "C01",
        "on": TODAY.isoformat(),
        "sitting": "lunch",
        "count": "1",
        **fields,
    }
    answer = client.post("/paper/", data=data)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    assert isinstance(answer.data, bytes)
    return answer.data


def test_printing_gives_a_page_for_each_sheet_with_its_number(zhang: PageClient) -> None:
    first, second = sheets_in(print_sheets(zhang, count="2"))
    for wanted in (
        "就餐登记表（纸质备用）",
        "C01老年食堂（C01）",
        "2026年3月2日（星期一）午餐",
        sheet_no(1),
        "第1页/共2页",
        "每份餐价15.00元",
        "堂食打包送餐",
        "当班人员签名",
        "没有登记的人：编号空着",
    ):
        assert wanted in first, f"{wanted} is not on {first}"
    assert sheet_no(2) in second
    assert "第2页/共2页" in second
    assert "补打" not in first + second
    assert "王秀英" not in first


def test_names_are_printed_only_when_asked_for_and_rare_ones_stay_on_the_page(zhang: PageClient) -> None:
    with transaction():
        elder("R-000003", name="张\U0002e9f5")
    taken(
        entry(1, served_on=TODAY - timedelta(days=1)),
        entry(2, resident_no="R-000003", served_on=TODAY - timedelta(days=1)),
    )
    (page,) = sheets_in(print_sheets(zhang, names_regulars="y"))
    assert "R-000001王秀英" in page
    assert "R-000003张〓" in page
    assert "来吃了才写份数" in page


def test_a_sheet_printed_again_carries_the_same_number_and_says_so(zhang: PageClient) -> None:
    print_sheets(zhang)
    page = zhang.page(f"/paper/{sheet_no(1)}")
    answer = zhang.post(
        form_to(page, "/print").get("action"), data={"csrf_token": zhang.token()}, follow_redirects=True
    )
    (again,) = sheets_in(answer.data)
    assert sheet_no(1) in again
    assert "补打" in again
    assert "第2份" in again
    assert count_of(PaperSheet) == 1


def test_the_list_shows_each_sheet_with_how_far_it_has_come(zhang: PageClient) -> None:
    once, void, fresh, taken_in = printed_sheets(4)
    keyed(once, 1, keyed_row(), by=outsider())
    keyed(taken_in, 1, keyed_row(), by=outsider("U-98"))
    keyed(taken_in, 2, keyed_row(), by=outsider("U-99"))
    zhang.submit(form_to(zhang.page(f"/paper/{void}"), "/void"), reason="打湿了")
    rows = {row.all("td")[0].text: row.text for row in zhang.page("/paper/").one("tbody").all("tr")}
    assert {number: words.split()[1] for number, words in rows.items()} == {
        once: "已录一次",
        void: "作废",
        fresh: "已印制",
        taken_in: "已入账",
    }


def test_a_number_that_was_typed_opens_its_sheet(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    form = form_to(zhang.page("/paper/"), "/find")
    assert (
        zhang.submit(form, sheet_no=f" {number.lower().replace('-', ' ')} ").one("h1").text
        == f"登记表 {number}"
    )


@pytest.mark.parametrize("typed", ["P-000010-4", "", "R-000001"])
def test_a_wrong_number_is_told_beside_its_field(zhang: PageClient, typed: str) -> None:
    printed_sheets()
    page = zhang.submit(form_to(zhang.page("/paper/"), "/find"), status=422, sheet_no=typed)
    assert [each.text for each in page.all("p") if each.get("id") == "sheet_no-error"]


def test_a_number_that_was_never_printed_has_no_page(zhang: PageClient) -> None:
    zhang.page(f"/paper/{sheet_no(77)}", status=404)
    zhang.page(f"/paper/{sheet_no(77)[:-1]}{(int(sheet_no(77)[-1]) + 1) % 10}", status=422)


def test_another_sites_sheet_is_not_shown_to_this_one(zhang: PageClient) -> None:
    (number,) = printed_sheets(site_code="C02")
    assert number not in zhang.page("/paper/").text
    for path in ("", "/print", "/void", "/settle", "/people.json"):
        zhang.send(f"/paper/{number}{path}", status=404, reason="x", words="x")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"count": "0"}, "count"),
        ({"count": "21"}, "count"),
        ({"count": "many"}, "count"),
        ({"on": "2026-02-30"}, "on"),
        ({"sitting": "supper"}, "sitting"),
        ({"site_code": "C02"}, "site_code"),
    ],
)
def test_what_cannot_be_printed_is_told_beside_its_field(
    zhang: PageClient, fields: dict[str, str], field: str
) -> None:
    page = zhang.submit(form_to(zhang.page("/paper/"), "/paper/"), status=422, **fields)
    assert [each.text for each in page.all("p") if each.get("id") == f"{field}-error"]
    assert count_of(PaperSheet) == 0


def test_two_people_key_a_sheet_and_the_meals_are_in_the_ledger(zhang: PageClient, li: PageClient) -> None:
    (number,) = printed_sheets()
    page = key(zhang, number, rows_0_who="R-000001", rows_1_note="张三", rows_2_count="")
    assert "第一次录完：2 行、2 份、餐价 30.00 元" in page.text
    assert count_of(Meal) == 0
    page = key(li, number, rows_0_who="r-000001", rows_1_note="张三（男）")
    assert "已入账 2 份" in page.text
    assert [row.all("td")[1].text for row in page.one("tbody").all("tr")] == ["王秀英 R-000001", "未登记老人"]
    figures = [each.one("strong").text for each in page.one("ul", **{"class": "figures"}).all("li")]
    assert figures == ["2", "30.00", "27.00"]
    assert not [form for form in page.all("form") if "keying" in form.get("class")]


def test_a_meal_from_paper_says_so_on_its_page_and_in_the_ledger(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(), by=outsider("U-98"))
    keyed(number, 2, keyed_row(), by=outsider("U-99"))
    page = zhang.page(f"/paper/{number}")
    meal = next(
        link for link in page.all("a") if link.get("href").startswith("/meals/") and link.text == "打开"
    )
    shown = zhang.page(meal.get("href"))
    assert f"纸质补录 {number}" in shown.text
    assert f"纸质补录 {number}" in zhang.page("/meals/").text
    assert (
        zhang.page(shown.one("a", href=f"/paper/{number}").get("href")).one("h1").text == f"登记表 {number}"
    )


def test_who_keyed_first_is_told_to_let_another_key(zhang: PageClient, li: PageClient) -> None:
    (number,) = printed_sheets()
    assert li
    page = key(zhang, number, rows_0_who="R-000001")
    assert "第二次请换一个人录：测试员" in page.text
    assert not [form for form in page.all("form") if "keying" in form.get("class")]
    page = zhang.send(f"/paper/{number}", turn="2", **typed({"rows_0_who": "R-000001"}))
    assert "第二次请换一个人录" in page.text
    assert count_of(PaperEntry) == 1


def test_the_second_keying_sees_nothing_of_the_first(zhang: PageClient, li: PageClient) -> None:
    (number,) = printed_sheets()
    key(zhang, number, rows_0_who="R-000002", rows_0_note="拄拐", rows_0_count="3")
    page = li.page(f"/paper/{number}")
    assert "李建国" not in page.text
    values = [
        each.get("value") for each in rows_form(page).all("input") if each.get("name").startswith("rows-0")
    ]
    assert set(values) == {""}
    assert "拄拐" not in page.text


def test_who_is_found_by_words_is_compared_with_the_paper_before_it_counts(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    page = key(zhang, number, status=422, rows_0_who="ljg")
    assert "请把这些姓名与纸上核对" in page.text
    assert "李建国" in page.text
    assert page.one("input", name="rows-0-who").get("value") == "R-000002"
    assert count_of(PaperEntry) == 0
    assert "第一次录完" in save(zhang, page, number).text


@pytest.mark.parametrize("words", ["李建国", "lijianguo", "5678", "r-000002", "李"])
def test_a_person_is_found_as_at_the_till(zhang: PageClient, words: str) -> None:
    (number,) = printed_sheets()
    answer = zhang.post(
        f"/paper/{number}/people.json",
        data={"csrf_token": zhang.token(), "words": words},
        follow_redirects=True,
    )
    assert answer.json == {
        "people": [{"no": "R-000002", "name": "李建国", "hint": "75岁 · 430103005001 · 尾号5678"}]
    } or [person["no"] for person in (answer.json or {})["people"]] == ["R-000002"]


def test_of_several_who_may_be_meant_one_is_chosen(zhang: PageClient) -> None:
    with transaction():
        elder("R-000003", name="李建国")
    (number,) = printed_sheets()
    page = key(zhang, number, status=422, rows_4_who="李建国")
    select_ = page.one("select", name="rows-4-chosen")
    assert [option.get("value") for option in select_.all("option")] == ["", "R-000002", "R-000003"]
    page = save(zhang, page, number, rows_4_chosen="R-000003")
    assert "第一次录完：1 行" in page.text


def test_a_card_is_scanned_into_a_row_and_counts_at_once(zhang: PageClient) -> None:
    with transaction():
        code = cards.issue("R-000002", by=COMMAND, at=EVENING).code
    (number,) = printed_sheets()
    assert (
        "第一次录完：1 行" in key(zhang, number, rows_0_who=f"{code[:4]}-{code[4:8]} {code[8:].lower()}").text
    )
    db.session.rollback()
    (row,) = queries.keyings(queries.sheets_numbered([number])[0])[0]
    assert row.resident_no == "R-000002"


def test_who_is_not_found_is_registered_first_or_recorded_as_not_registered(
    zhang: PageClient, li: PageClient
) -> None:
    (number,) = printed_sheets()
    page = key(zhang, number, status=422, rows_0_who="赵无名")
    assert "没有找到这个人" in page.text
    page = save(zhang, page, number, rows_0_is_unregistered="y")
    assert "第一次录完" in page.text
    key(li, number, rows_0_note="赵无名")
    assert db.session.execute(select(Meal.resident_no)).scalars().all() == [""]


def test_an_identity_number_finds_its_resident_and_an_unknown_one_never_reaches_the_ledger(
    zhang: PageClient, li: PageClient
) -> None:
    with transaction():
        known = elder("R-000003")
        known.identity_number, known.identity_index = id_number(3), residents.identity_index(id_number(3))
    (number,) = printed_sheets()
    fields = {"rows_0_who": id_number(3), "rows_1_who": id_number(4)}
    for client in (zhang, li):
        page = key(client, number, status=422, **fields)
        assert "没有人用这个身份证号登记过" in page.text
        save(client, page, number, rows_1_is_unregistered="y")
    assert db.session.execute(select(Meal.resident_no).order_by(Meal.served_at)).scalars().all() == [
        "R-000003",
        "",
    ]
    meals = db.session.execute(select(Meal.__table__)).all()
    assert id_number(4) not in str(meals)
    assert id_number(3) not in str(meals)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"rows_0_count": "2"}, "请写明是谁"),
        ({"rows_0_who": "R-000001", "rows_0_count": "0"}, "请填份数"),
        ({"rows_0_who": "R-000001", "rows_0_count": "21"}, "0 到 20"),
        ({"rows_0_who": "R-000001", "rows_0_companions": "-1"}, "0 到 20"),
        ({"rows_0_who": "R-000001", "rows_0_price": "abc"}, "abc"),
        ({"rows_0_who": "R-000001", "rows_0_price": "900"}, "一餐"),
        ({"rows_0_channel": "flown"}, "不是有效的选择"),
    ],
)
def test_a_row_that_cannot_be_is_told_beside_its_field(
    zhang: PageClient, fields: dict[str, str], told: str
) -> None:
    (number,) = printed_sheets()
    page = key(zhang, number, status=422, **fields)
    assert told in " ".join(each.text for each in page.all("span") if each.get("class") == "error")
    assert count_of(PaperEntry) == 0


def test_nothing_typed_is_not_saved(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    assert "什么也没有录" in key(zhang, number, status=422).text


def test_a_site_without_a_price_asks_for_it(zhang: PageClient) -> None:
    (number,) = printed_sheets(on=TODAY.replace(year=2009))
    page = key(zhang, number, status=422, rows_0_who="R-000001")
    assert "还没有定价" in page.text
    page = save(zhang, page, number, rows_0_price="8")
    assert "餐价 8.00 元" in page.text


def test_regulars_named_beforehand_ate_only_where_meals_were_typed(zhang: PageClient, li: PageClient) -> None:
    taken(
        entry(1, served_on=TODAY - timedelta(days=1)),
        entry(2, resident_no="R-000002", served_on=TODAY - timedelta(days=1)),
    )
    (number,) = printed_sheets(names_regulars=True)
    page = zhang.page(f"/paper/{number}")
    assert page.one("input", name="rows-0-who").get("value") == "R-000001"
    assert "王秀英" in page.text
    for client in (zhang, li):
        key(client, number, rows_1_count="1", rows_16_who="R-000001")
    today = select(Meal.resident_no).where(Meal.sheet_no == number).order_by(Meal.served_at)
    assert db.session.execute(today).scalars().all() == ["R-000002", "R-000001"]


def test_what_differs_is_shown_side_by_side_and_resolved(zhang: PageClient, li: PageClient) -> None:
    (number,) = printed_sheets()
    key(zhang, number, rows_0_who="R-000001", rows_1_who="R-000002", rows_2_who="R-000001")
    page = key(li, number, rows_0_who="R-000001", rows_1_who="R-000001", rows_3_note="张三")
    assert "两次录得不一样" in page.text
    assert [box.one("legend").text for box in page.all("fieldset")] == ["第 2 行", "第 3 行", "第 4 行"]
    assert "李建国 R-000002" in page.all("fieldset")[0].text
    assert "王秀英 R-000001" in page.all("fieldset")[0].text
    here = f"/paper/{number}/settle"
    refused = li.submit(rows_form(page), at=here, status=422, **typed({"rows_0_take": "first"}))
    assert refused.text.count("请选定以哪个为准。") == 2
    assert count_of(Meal) == 0
    chosen = {
        "rows-0-take": "first",
        "rows-1-take": "second",
        "rows-2-take": "again",
        "rows-2-again-who": "ljg",
    }
    looked = li.submit(rows_form(refused), at=here, status=422, **chosen)
    assert "请把这些姓名与纸上核对" in looked.text
    page = li.submit(rows_form(looked), at=here)
    assert "已入账 3 份" in page.text
    assert [row.all("td")[1].text for row in page.one("tbody").all("tr")] == [
        "王秀英 R-000001",
        "李建国 R-000002",
        "李建国 R-000002",
    ]


def test_a_late_answer_to_a_sheet_that_was_taken_in_changes_nothing(
    zhang: PageClient, li: PageClient
) -> None:
    (number,) = printed_sheets()
    key(zhang, number, rows_0_who="R-000001")
    differing = key(li, number, rows_0_who="R-000002")
    form = rows_form(differing)
    li.submit(form, **typed({"rows_0_take": "first"}))
    page = zhang.submit(form, **typed({"rows_0_take": "second", "csrf_token": zhang.token()}))
    assert "已入账，没有改动" in page.text
    assert count_of(Meal) == 1


def test_who_keys_the_first_time_at_once_with_another_becomes_the_second(
    zhang: PageClient, li: PageClient
) -> None:
    (number,) = printed_sheets()
    form = rows_form(li.page(f"/paper/{number}"))
    key(zhang, number, rows_0_who="R-000001")
    page = li.submit(form, at=f"/paper/{number}", status=422, **typed({"rows_0_who": "R-000001"}))
    assert "刚才已被录入" in page.text
    assert count_of(Meal) == 0
    assert "已入账 1 份" in save(li, page, number).text


def test_pressing_save_twice_is_not_a_second_keying(signed_in: SignedIn) -> None:
    alone = signed_in(Role.SITE_STAFF, site_code="C01")
    (number,) = printed_sheets()
    form = rows_form(alone.page(f"/paper/{number}"))
    for _ in range(2):
        alone.submit(form, at=f"/paper/{number}", **typed({"rows_0_who": "R-000001"}))
    assert count_of(PaperEntry) == 1
    assert count_of(Meal) == 0


def test_a_void_sheet_says_why_and_offers_nothing(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    page = zhang.submit(form_to(zhang.page(f"/paper/{number}"), "/void"), reason="打湿了")
    assert "打湿了" in page.text
    assert not [form for form in page.all("form") if "/paper/" in form.get("action")]
    late = zhang.send(f"/paper/{number}", turn="1", **typed({"rows_0_who": "R-000001"}))
    assert "已作废" in late.text
    assert count_of(PaperEntry) == 0


def test_a_sheet_is_not_void_without_a_reason(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    page = zhang.submit(form_to(zhang.page(f"/paper/{number}"), "/void"), status=422, reason=" ")
    assert [each.text for each in page.all("p") if each.get("id") == "reason-error"]


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.COMMUNITY_WORKER, Role.DISTRICT_OFFICER])
def test_who_does_not_record_meals_sees_no_paper(signed_in: SignedIn, role: Role) -> None:
    (number,) = printed_sheets()
    client = signed_in(role)
    client.page("/paper/", status=403)
    client.page(f"/paper/{number}", status=403)


def test_the_door_stays_marked_on_a_sheets_own_page(zhang: PageClient) -> None:
    (number,) = printed_sheets()
    for path in ("/paper/", f"/paper/{number}"):
        marked = [link.text for link in zhang.page(path).all("a") if link.get("aria-current") == "page"]
        assert marked == ["纸质登记表"]
