"""The pages on a month's portions, and what they mean for handing a statement in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest

from app.month import Month
from app.roles import COMMAND, Role
from app.settlement import service
from app.till.rules.balance import CountKind
from app.transaction import transaction
from tests.factories.meals import entry, taken
from tests.factories.portions import NEXT_DAY, a_kitchen, counted, explained, ordered, served, where
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
MONTH = "/settlement/2026-03/portions"
KITCHEN = f"{MONTH}/C01"
STATEMENT = "/settlement/statements/202603-C01-01"


@pytest.fixture(autouse=True)
def _march(app: object) -> None:  # noqa: ARG001 - asked for its context
    a_kitchen()
    served("C01", 57, first=1)
    served("P01", 40, first=101)
    counted(CountKind.COOKED, 100)
    counted(CountKind.SENT, 40, to_code="P01")


def words(page: Element) -> str:
    return " ".join(page.text.split())


def forms(page: Element, part: str) -> list[Element]:
    return [form for form in page.all("form") if part in form.get("action") and form.get("method") == "post"]


def rows(page: Element) -> list[str]:
    return [" ".join(row.text.split()) for row in page.all("tbody")[0].all("tr")]


def drafted() -> None:
    with transaction():
        service.draft_statements(Month(2026, 3), by=COMMAND, at=NEXT_DAY)


def test_a_difference_is_explained_and_the_statement_goes_in(signed_in: SignedIn) -> None:
    drafted()
    manager = signed_in(Role.SITE_MANAGER, site_code="C01")
    page = manager.page(STATEMENT)
    (link,) = [each for each in page.all("a") if "份去向不明" in each.text]
    assert link.text == "2026年3月2日午餐：3 份去向不明。"
    page = manager.submit(forms(page, "/submit")[0], status=422)
    assert "本月还有 1 项缺漏" in words(page)
    page = manager.page(link.get("href"))
    assert rows(page)[0].startswith("03-02 午餐 C01老年食堂 100 57 40 有差数 3 份去向不明")
    (form,) = forms(page, KITCHEN)
    assert "请说明原因" in words(manager.submit(form, words=" ", status=422))
    done = manager.submit(form, words="打翻一盆，已报告")
    assert "已说明。份数再有变化，须重新说明。" in words(done)
    assert rows(manager.page(KITCHEN))[0].endswith("另行说明 情况说明 保存说明")
    assert "打翻一盆，已报告 · 测试员" in words(manager.page(KITCHEN))
    page = manager.page(STATEMENT)
    assert "已申报" in words(manager.submit(forms(page, "/submit")[0]))


def test_the_district_waives_a_difference_like_any_gap(signed_in: SignedIn) -> None:
    drafted()
    district = signed_in(Role.DISTRICT_OFFICER)
    (form,) = forms(district.page(STATEMENT), "/waiver")
    district.submit(form, reason="厨房已停业，无法核对")
    manager = signed_in(Role.SITE_MANAGER, site_code="C01")
    counted(CountKind.COOKED, 101, reason="又数出一份")
    assert "缺漏" in words(manager.submit(forms(manager.page(STATEMENT), "/submit")[0], status=422))
    counted(CountKind.COOKED, 99, reason="还是少两份")
    assert "已申报" in words(manager.submit(forms(manager.page(STATEMENT), "/submit")[0]))


def test_a_figure_that_moved_meanwhile_is_not_explained(signed_in: SignedIn) -> None:
    manager = signed_in(Role.SITE_MANAGER, site_code="C01")
    (form,) = forms(manager.page(KITCHEN), KITCHEN)
    served("C01", 1, first=90)
    assert "刚才份数有变化" in words(manager.submit(form, words="打翻一盆", status=422))
    explained(2)
    served("C01", 1, first=91)
    page = manager.page(KITCHEN)
    assert "有差数 1 份去向不明 份数变化以前的说明： 打翻一盆" in rows(page)[0]


def test_a_forged_sitting_explains_nothing(signed_in: SignedIn) -> None:
    manager = signed_in(Role.SITE_MANAGER, site_code="C01")
    (form,) = forms(manager.page(KITCHEN), KITCHEN)
    for field in ({"sitting": "tea"}, {"served_on": "soon"}, {"difference": ""}):
        assert manager.submit(form, words="打翻一盆", status=422, **field)
    manager.submit(form, words="打翻一盆", site_code="P01", status=404)


def test_a_kitchen_shows_its_points_and_a_point_itself_alone(signed_in: SignedIn) -> None:
    manager = signed_in(Role.SITE_MANAGER, site_code="C01")
    page = manager.page(KITCHEN)
    assert [row.split()[2] for row in rows(page)] == ["C01老年食堂", "P01助餐点"]
    assert len(forms(page, KITCHEN)) == 1
    point = signed_in(Role.SITE_MANAGER, site_code="P01")
    assert [row.split()[2] for row in rows(point.page(f"{MONTH}/P01"))] == ["P01助餐点"]
    assert point.get(KITCHEN).status_code == 404


def test_sittings_are_narrowed_to_what_wants_a_look(signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    assert len(rows(auditor.page(f"{KITCHEN}?show=all"))) == 2
    assert len(rows(auditor.page(f"{KITCHEN}?show=differing"))) == 1
    explained(3)
    assert len(rows(auditor.page(f"{KITCHEN}?show=differing"))) == 1
    assert "没有这样的餐次" in words(auditor.page(f"{KITCHEN}?show=open"))
    assert not forms(auditor.page(KITCHEN), KITCHEN)


def test_a_pair_is_listed_with_what_was_subsidised(signed_in: SignedIn) -> None:
    reviewer = signed_in(Role.STREET_REVIEWER, area="430103005")
    assert "没有人在同一餐次" in words(reviewer.page(KITCHEN))
    taken(entry(900), entry(901, site_code="P01"), at=NEXT_DAY)
    for code in ("C01", "P01"):
        page = words(reviewer.page(f"{MONTH}/{code}"))
        assert (
            "王秀英 R-000001 C01老年食堂 · 12:15 · 享受补贴 P01助餐点 · 12:15 · 本餐次的补贴已经用过" in page
        )


def test_the_overview_counts_each_site_and_orders_kitchens(signed_in: SignedIn) -> None:
    served("C02", 3, first=200)
    district = signed_in(Role.DISTRICT_OFFICER)
    page = district.page(MONTH)
    assert rows(page) == [
        "C01老年食堂 C01 未要求 — 1 — —",
        "P01助餐点 P01 随供餐厨房 — — — 1",
        "P02助餐点 P02 随供餐厨房 — — — —",
        "C02老年食堂 C02 未要求 — — — —",
    ]
    (form,) = forms(page, "/order")
    district.submit(form, status=422)
    page = district.submit(form, from_on="2026-03-01", kitchen="C02")
    assert "1 个供餐厨房自2026年3月1日起清点份数" in words(page)
    assert rows(page)[3] == "C02老年食堂 C02 2026年3月1日 1 — — —"
    page = district.submit(form, from_on="2026-03-01")
    assert "1 个供餐厨房自2026年3月1日起清点份数" in words(page)
    assert rows(page)[0] == "C01老年食堂 C01 2026年3月1日 — 1 — —"
    assert not forms(signed_in(Role.FINANCE).page(MONTH), "/order")


def test_the_file_holds_every_sitting(signed_in: SignedIn) -> None:
    explained(3, words="=1+1")
    ordered("C02", from_on=date(2026, 3, 1))
    served("C02", 3, first=200)
    client = signed_in(Role.AUDITOR)
    answer = client.get(f"{MONTH}.csv")
    *found, asked = csv.DictReader(StringIO(answer.get_data().decode("utf-8-sig")))
    assert asked["state"] is None, "the last line says who asked and when"
    assert [(row["site_code"], row["state"]) for row in found] == [
        ("C01", "explained"),
        ("P01", "balanced"),
        ("C02", "uncounted"),
    ]
    first = found[0]
    assert [first[name] for name in ("cooked", "sent_here", "served", "sent_on", "difference")] == [
        "100",
        "",
        "57",
        "40",
        "3",
    ]
    assert (first["explanation"], first["explained_by"]) == ("'=1+1", "system")
    assert (found[2]["difference"], found[2]["served"]) == ("", "3")
    only = client.get(f"{MONTH}.csv?site=C01").get_data(as_text=True)
    assert "C02" not in only
    assert client.get(f"{MONTH}.csv?site=C99").status_code == 404


def test_where_nobody_counts_nothing_is_compared(signed_in: SignedIn) -> None:
    assert "没有这样的餐次" in words(signed_in(Role.AUDITOR).page(f"{MONTH}/C02"))
    assert where("C02").site_code == "C02"
