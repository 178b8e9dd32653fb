"""The pages of policy: what holds today, one policy in plain words, and a draft from a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from app.canteens.rules import Sitting
from app.residents.rules.facts import Category
from app.roles import COMMAND, Role, Scope
from app.subsidy import queries, service
from app.subsidy.rules import (
    Caps,
    Combine,
    Days,
    FenCaps,
    MealCaps,
    Policy,
    Rate,
    Venue,
    When,
)
from app.subsidy.rules.document import policy_from_yaml, policy_to_yaml
from app.transaction import transaction
from tests.factories import facts
from tests.factories.district import area
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
TODAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RICH = facts.policy(
    facts.layer(Rate(percent=Decimal("12.5"), at_most_fen=250), payer="city"),
    facts.layer(
        Rate(amount_fen=300),
        Rate(amount_fen=550, when=When(category=Category.DISABLED, grades=frozenset("12"), age_from=70)),
        Rate(amount_fen=400, when=When(age_from=80, age_below=90, sitting=Sitting.LUNCH)),
        Rate(amount_fen=350, when=When(category=Category.INCAPACITATED, grades=frozenset({"severe"}))),
        Rate(amount_fen=310, when=When(category=Category.DESTITUTE, age_below=65)),
        payer="天心区残联",
        venue=Venue.RESIDENCE_STREET,
        combine=Combine.SUM,
    ),
    effective_from=date(2026, 6, 1),
    reference="示例〔2026〕9号",
    sittings=frozenset({Sitting.LUNCH, Sitting.DINNER}),
    days=Days.WORKDAYS,
    min_price_fen=1000,
    price_must_exceed=True,
    caps=Caps(MealCaps(1, 2, 5, 22), FenCaps(600, 2000, 10000)),
    operator_discount_fen=100,
    charity_fen=50,
)


@pytest.fixture(autouse=True)
def _at_noon() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def published(policy: Policy) -> int:
    with transaction():
        service.publish(policy, by=COMMAND, at=TODAY)
    return next(number for number, each in queries.policies_by_id().items() if each.key == policy.key)


def upload(client: PageClient, content: bytes, *, status: int = 200) -> str:
    form = client.page("/policies/import").one("form", method="post", enctype="multipart/form-data")
    token = form.one("input", name="csrf_token").get("value")
    answer = client.post(
        "/policies/import",
        data={"csrf_token": token, "file": (io.BytesIO(content), "policy.yaml")},
        follow_redirects=True,
    )
    assert answer.status_code == status
    return answer.text


def test_the_list_says_what_is_in_force_today(signed_in: SignedIn) -> None:
    for policy in (
        facts.policy(),
        RICH,
        facts.policy(effective_from=date(2027, 1, 1), reference="示例〔2026〕10号"),
        facts.policy(district="430104", reference="岳麓〔2026〕1号"),
    ):
        published(policy)
    page = signed_in(Role.SITE_STAFF).page("/policies")
    shown = [card.one("div", **{"class": "headline"}) for card in page.all("article")]
    assert [(card.one("h2").text, card.one("span").text) for card in shown] == [
        ("示例〔2026〕10号", "尚未生效"),
        ("示例〔2026〕9号", "现行有效"),
        ("示例〔2026〕1号", "已被新政策取代"),
    ]


def test_before_the_first_policy_the_list_says_that_nothing_is_subsidised(signed_in: SignedIn) -> None:
    assert "尚无政策" in signed_in(Role.AUDITOR).page("/policies").text


def test_a_policy_is_told_in_plain_words(signed_in: SignedIn) -> None:
    words = signed_in(Role.FINANCE).page(f"/policies/{published(RICH)}").one("main").text
    for told in (
        "示例〔2026〕9号",
        "现行有效",
        "2026年6月1日",
        "就餐当日年满 60 周岁",
        "居住或户籍在本区域",
        "以下人员不享受补贴：入住机构、迁出、已故",
        "补贴餐次：午餐、晚餐",
        "仅工作日（按节假日和调休安排）",
        "餐价须达到 10.00 元",
        "餐价须高于补贴金额",
        "每餐次最多补贴 1 餐",
        "每天最多补贴 2 餐",
        "每周（周一至周日）最多补贴 5 餐",
        "每月最多补贴 22 餐",
        "每天最多补贴 6.00 元",
        "每周（周一至周日）最多补贴 20.00 元",
        "每月最多补贴 100.00 元",
        "所有符合条件的老人 餐价的 12.5%，最多 2.50 元",
        "残疾（1 级、2 级）、年满 70 周岁 5.50 元",
        "80 至 89 周岁、仅限午餐 4.00 元",
        "失能（重度） 3.50 元",
        "特困、未满 65 周岁 3.10 元",
        "2. 天心区残联 · 一般公共预算",
        "仅限居住街道内的助餐点",
        "符合的各项叠加",
        "企业每餐让利 1.00 元",
        "慈善每餐资助 0.50 元，用完为止",
    ):
        assert told in words


def test_the_area_is_called_by_its_name(signed_in: SignedIn) -> None:
    with transaction():
        area("430103")
    number = published(facts.policy())
    client = signed_in(Role.FINANCE)
    for address in ("/policies", f"/policies/{number}"):
        assert "地区430103" in client.page(address).one("main").text


def test_a_policy_without_caps_and_layers_says_so(signed_in: SignedIn) -> None:
    end = Policy("示例〔2026〕3号", date(2026, 9, 1), "430103", ())
    words = signed_in(Role.FINANCE).page(f"/policies/{published(end)}").text
    assert "不设上限" in words
    assert "不予补贴。" in words


def test_a_policy_is_downloaded_as_it_can_be_published(signed_in: SignedIn) -> None:
    answer = signed_in(Role.AUDITOR).get(f"/policies/{published(RICH)}.yaml")
    assert policy_from_yaml(answer.text) == RICH
    assert "policy-430103-2026-06-01.yaml" in answer.headers["Content-Disposition"]


def test_a_policy_of_another_district_is_not_found(signed_in: SignedIn) -> None:
    number = published(RICH)
    officer = signed_in(Role.DISTRICT_OFFICER, area="430104")
    officer.page(f"/policies/{number}", status=404)
    assert officer.get(f"/policies/{number}.yaml").status_code == 404


def test_an_officer_makes_a_draft_from_a_policys_file_and_publishes_nothing(signed_in: SignedIn) -> None:
    words = upload(signed_in(Role.DISTRICT_OFFICER), policy_to_yaml(RICH).encode("gb18030"))
    assert "已根据文件生成 示例〔2026〕9号 的草案，尚未发布" in words
    assert [each.policy for each in queries.drafts(Scope())] == [RICH]
    assert queries.published_policies(Scope()) == []


def test_the_same_file_again_or_another_of_its_day_is_refused_with_the_way_out(signed_in: SignedIn) -> None:
    published(facts.policy())
    for again in (facts.policy(), facts.policy(charity_fen=1)):
        words = upload(signed_in(Role.DISTRICT_OFFICER), policy_to_yaml(again).encode(), status=422)
        assert "请选择更晚的生效日期" in words


def test_a_policy_of_another_area_is_refused(signed_in: SignedIn) -> None:
    other = policy_to_yaml(facts.policy(district="430104")).encode()
    assert "不能发布 430104 的政策" in upload(signed_in(Role.DISTRICT_OFFICER), other, status=422)


def test_a_bad_file_is_shown_with_every_fault_and_drafts_nothing(signed_in: SignedIn) -> None:
    bad = (
        policy_to_yaml(RICH)
        .replace("min_age: 60", "min_age: x")
        .replace("amount_fen: 300", "amount_fen: 3.0")
    )
    words = upload(signed_in(Role.DISTRICT_OFFICER), bad.encode(), status=422)
    for told in ("eligible.min_age", "layers[1].rates[0].amount_fen", "3 元写 300", "未作任何更改"):
        assert told in words
    assert queries.drafts(Scope()) == []


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(500), b"x" * 100_000, b"a: &a [*a]"])
def test_what_is_no_policy_is_refused_with_a_sentence(signed_in: SignedIn, content: bytes) -> None:
    assert "refused" in upload(signed_in(Role.DISTRICT_OFFICER), content, status=422)


def test_no_file_chosen_is_told_at_the_field(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    form = client.page("/policies/import").one("form", enctype="multipart/form-data")
    assert "请选择文件。" in client.submit(form, at="/policies/import", status=422).text


def test_who_may_not_draft_sees_no_way_to_it(signed_in: SignedIn) -> None:
    client = signed_in(Role.FINANCE)
    assert not client.page("/policies").all("a", href="/policies/import")
    client.page("/policies/import", status=403)
