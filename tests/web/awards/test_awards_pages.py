"""The pages of awards: a policy by two persons, an assessment, a draft, approvals, payments, the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine

from app.awards import queries, service
from app.meals import service as meals
from app.roles import Role, Scope
from app.subsidy.rules.awards import AgeRate, PerAge
from app.transaction import transaction
from tests.factories.awards import (
    AFTERWARDS,
    APPROVER,
    AWARD,
    an_award_policy,
    assessed,
    drafted,
    person,
    published,
)
from tests.factories.settlement import a_meal, a_month, undoing
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
YEAR_PAGE = "/awards/2026"
AWARD_PAGE = f"/awards/award/{AWARD}"


@pytest.fixture(autouse=True)
def _year(app: object) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    a_month()
    with time_machine.travel(AFTERWARDS, tick=False):
        yield


def words(page: Element) -> str:
    return " ".join(page.text.split())


def forms(page: Element, ending: str) -> list[Element]:
    return [form for form in page.all("form") if form.get("action").endswith(ending)]


NEW_POLICY = "/policies/awards/new"


def policy_form(page: Element) -> Element:
    return next(form for form in page.all("form") if form.all("select", name="template"))


def assessment_form(page: Element) -> Element:
    return next(form for form in page.all("form") if form.all("input", name="score"))


def ready() -> None:
    published()
    assessed()
    drafted()


def hash_of_award() -> str:
    found = queries.award(AWARD, Scope())
    assert found is not None
    return found.hash


def approved() -> None:
    seen = hash_of_award()
    with transaction():
        service.approve(AWARD, seen=seen, by=person(APPROVER), at=AFTERWARDS)


def test_a_policy_is_drafted_by_one_and_published_by_another(signed_in: SignedIn) -> None:
    writer = signed_in(Role.DISTRICT_OFFICER)
    page = writer.submit(
        policy_form(writer.page(NEW_POLICY)),
        at=NEW_POLICY,
        reference="示例〔2026〕3号",
        effective_from="2027-01-01",
        district="430103",
        template="band",
        floor="5000",
        ceiling="4000",
        status=422,
    )
    assert "上限低于下限，请核对。" in words(page)
    page = writer.submit(policy_form(page), at=NEW_POLICY, ceiling="100000")
    assert "每年 5,000.00 至 100,000.00 元，按得分" in words(page)
    assert "起草政策的人不能自己发布" in words(page)
    assert not forms(page, "/publish")
    reader = signed_in(Role.AUDITOR)
    assert "示例〔2026〕3号" not in words(reader.page("/policies/awards"))
    second = signed_in(Role.DISTRICT_OFFICER)
    page = second.page("/policies/awards")
    link = next(each for each in page.all("a") if each.text.strip() == "示例〔2026〕3号")
    page = second.submit(forms(second.page(link.get("href")), "/publish")[0])
    assert "2027年度起的运营补贴" in words(page)
    assert "已发布" in words(page)
    assert "示例〔2026〕3号" in words(reader.page("/policies/awards"))


def test_a_formula_with_half_a_line_is_refused_and_tiers_are_taken(signed_in: SignedIn) -> None:
    writer = signed_in(Role.DISTRICT_OFFICER)
    typed: dict[str, str | list[str]] = {
        "reference": "示例〔2026〕4号",
        "effective_from": "2027-01-01",
        "district": "430103",
        "template": "tiers",
        "tiers-0-from_average": "30",
        "tiers-0-amount": "10000",
        "tiers-1-from_average": "50",
        "tiers-1-amount": "",
    }
    form = policy_form(writer.page(NEW_POLICY))
    page = writer.submit(form, status=422, at=NEW_POLICY, **typed)
    assert "有一行只填了一个数" in words(page)
    page = writer.submit(policy_form(page), status=200, at=NEW_POLICY, **{**typed, "tiers-1-amount": "20000"})
    assert "日均 50 人次及以上：每年 20,000.00 元" in words(page)
    like = next(each for each in page.all("a") if "like=" in (each.get("href") or ""))
    again = writer.page(like.get("href"))
    assert again.one("input", name="tiers-1-amount").get("value") == "20000.00"
    page = writer.submit(forms(page, "/withdraw")[0])
    assert "草案已撤回" in words(page)


def test_a_canteen_is_assessed_and_again_only_with_a_reason(signed_in: SignedIn) -> None:
    assessor = signed_in(Role.STREET_REVIEWER, area="430103005")
    address = "/awards/2026/assessments/C01"
    form = assessment_form(assessor.page(address))
    page = assessor.submit(form, at=address, score="92.55", evidence="", status=422)
    assert "最多一位小数" in words(page)
    found: dict[str, str | list[str]] = {"score": "92.5", "satisfaction": "96.5", "capacity": "120"}
    page = assessor.submit(assessment_form(page), at=address, status=200, evidence="考核表第12号", **found)
    assert "C01 的考核已记录" in words(page)
    again: dict[str, str | list[str]] = {"score": "70", "evidence": "复核表"}
    page = assessor.submit(assessment_form(assessor.page(address)), status=422, at=address, **again)
    assert "请写明理由" in words(page)
    assessor.submit(assessment_form(page), status=200, at=address, reason="复核改分", **again)
    page = assessor.page(address)
    assert "复核改分" in words(page)
    assert "考核表第12号" in words(page)
    assert assessor.get("/awards/2026/assessments/C02").status_code == 404


def test_the_year_is_drafted_and_each_that_is_left_out_is_told(signed_in: SignedIn) -> None:
    published()
    assessed()
    finance = signed_in(Role.FINANCE)
    page = finance.page(YEAR_PAGE)
    assert "未考核" in words(page)
    page = finance.submit(forms(page, "/draft")[0])
    assert "新生成 1 份" in words(page)
    assert "C02：这一年还没有考核，请先录入。" in words(page)
    assert "96,250.00" in words(page)
    assert "本年度尚未结束" in words(page)
    assert words(finance.page("/awards")).startswith(words(finance.page(YEAR_PAGE))[:20])


def test_an_award_shows_every_input_and_step(signed_in: SignedIn) -> None:
    ready()
    page = words(signed_in(Role.AUDITOR).page(AWARD_PAGE))
    for said in (
        "2026年11月22日",
        "92.5 · 合格",
        "96.5 %",
        "考核表第12号",
        "365 / 365",
        "(92.5% × 100) ÷ 100",
        "¥50,000.00 + (¥100,000.00 − ¥50,000.00) × 92.5%",
        "¥96,250.00 × (100% − 0%)",
        "人民币玖万陆仟贰佰伍拾元整",
        "24,062.50",
    ):
        assert said in page


def test_meals_of_rates_by_age_are_told_from_one_age_to_the_next(signed_in: SignedIn) -> None:
    published(an_award_policy(PerAge((AgeRate(60, 50), AgeRate(77, 1_00)))))
    assessed()
    drafted()
    said = words(signed_in(Role.FINANCE).page(AWARD_PAGE))
    assert "其中60 至 76 周岁 6 其中年满 77 周岁 1" in said


def test_each_desk_has_its_buttons_and_no_other(signed_in: SignedIn) -> None:
    ready()
    ways = ("/approve", "/pay", "/void")

    def open_to(role: Role) -> set[str]:
        page = signed_in(role).page(AWARD_PAGE)
        return {way for way in ways if forms(page, way)}

    roles = (Role.DISTRICT_OFFICER, Role.FINANCE, Role.STREET_REVIEWER, Role.AUDITOR)
    assert [open_to(role) for role in roles] == [{"/approve"}, set(), set(), set()]
    approved()
    assert [open_to(role) for role in roles] == [{"/void"}, {"/pay"}, set(), set()]


def test_an_award_is_approved_paid_and_void(signed_in: SignedIn) -> None:
    ready()
    officer, finance = signed_in(Role.DISTRICT_OFFICER), signed_in(Role.FINANCE)
    page = officer.submit(forms(officer.page(AWARD_PAGE), "/approve")[0])
    assert f"{AWARD} 已审批。" in words(page)
    (first, *others) = forms(finance.page(AWARD_PAGE), "/pay")
    assert len(others) == 3
    page = finance.submit(first, paid_on="2026-11-24", status=422)
    assert "日期早于审批日或晚于今天" in words(page)
    page = finance.submit(forms(page, "/pay")[0], paid_on="2026-11-23")
    assert "第 1 期已支付" in words(page)
    assert len(forms(page, "/pay")) == 3
    page = officer.submit(forms(officer.page(AWARD_PAGE), "/void")[0], reason=" ", status=422)
    assert "请写明理由" in words(page)
    page = officer.submit(forms(page, "/void")[0], reason="分数录错了")
    assert "分数录错了" in words(page)
    page = finance.submit(forms(finance.page(YEAR_PAGE), "/draft")[0])
    assert AWARD in words(page)
    page = finance.page("/awards/award/A2026-C01-02")
    assert "已作废的核定表已付 24,062.50 元" in words(page)


def test_an_outdated_draft_says_so_and_is_not_approved(signed_in: SignedIn) -> None:
    ready()
    with transaction():
        meals.take([undoing(70, a_meal(1))], by=person(9), at=AFTERWARDS)
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(AWARD_PAGE)
    assert "起草以后，就餐记录、政策或考核有变化" in words(page)
    page = officer.submit(forms(page, "/approve")[0], status=409)
    assert "请重新生成草稿" in words(page)


def test_many_are_approved_at_once_and_each_is_told_as_it_is(signed_in: SignedIn) -> None:
    published()
    assessed()
    assessed(900, site_code="C02")
    drafted()
    officer = signed_in(Role.DISTRICT_OFFICER)
    (form,) = forms(officer.page(YEAR_PAGE), "/approvals")
    ticked = [box.get("value") for box in form.all("input", name="awards")]
    assert len(ticked) == 2
    page = officer.submit(form, awards=[ticked[0], "A2026-C02-01 " + "0" * 64, "A2026-C99-01 x"])
    assert "共 3 份，审批成功 1 份。" in words(page)
    assert "您打开以后草稿已重新生成" in words(page)
    assert "没有核定表 A2026-C99-01。" in words(page)
    page = officer.submit(form, awards=list[str]())
    assert "没有勾选核定表" in words(page)


def test_files_come_whole_and_only_of_ones_own_area(signed_in: SignedIn) -> None:
    ready()
    auditor = signed_in(Role.AUDITOR)
    starts = {
        "awards.csv": b"\xef\xbb\xbfaward_no",
        "award_steps.csv": b"\xef\xbb\xbfaward_no",
        "award_instalments.csv": b"\xef\xbb\xbfaward_no",
        "awards.xlsx": b"PK",
        "awards.pdf": b"%PDF",
    }
    for name, start in starts.items():
        answer = auditor.get(f"{YEAR_PAGE}/{name}")
        assert (answer.status_code, answer.data.startswith(start)) == (200, True), name
    assert auditor.get(f"{AWARD_PAGE}.pdf").data.startswith(b"%PDF")
    manager = signed_in(Role.SITE_MANAGER, area="430103006", site_code="C02")
    assert manager.get(AWARD_PAGE).status_code == 404
    assert manager.get(f"{AWARD_PAGE}.pdf").status_code == 404
    assert manager.get(f"{YEAR_PAGE}/awards.csv").status_code == 404
    assert AWARD not in words(manager.page(YEAR_PAGE))


def test_what_is_no_year_is_refused(signed_in: SignedIn) -> None:
    assert signed_in(Role.AUDITOR).get("/awards/1").status_code == 422
