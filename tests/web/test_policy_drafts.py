"""The pages of policies on their way: looked over, submitted, returned, approved by a second person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine

from app.roles import COMMAND, Actor, Role, Scope
from app.subsidy import queries, service
from app.subsidy.rules import Policy
from app.subsidy.rules.document import policy_from_yaml
from app.transaction import transaction
from tests.factories import facts
from tests.support.html import Element
from tests.support.pages import PageClient
from tests.web.test_subsidy import RICH

SignedIn = Callable[..., PageClient]
TODAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEW = facts.policy(effective_from=date(2027, 1, 1), reference="示例〔2026〕2号", charity_fen=50)
STRANGER = Actor("U-900", scope=Scope("430103"))


@pytest.fixture(autouse=True)
def _at_noon() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def begun(policy: Policy = NEW) -> str:
    with transaction():
        return f"/policies/drafts/{service.begin_draft(policy, by=STRANGER, at=TODAY).id}"


def submitted(policy: Policy = NEW) -> str:
    address = begun(policy)
    with transaction():
        service.submit(int(address.rpartition("/")[2]), version=1, by=STRANGER, at=TODAY)
    return address


def act(page: Element, address: str, name: str) -> Element:
    return page.one("form", action=f"{address}/{name}")


def acts_on(page: Element) -> set[str]:
    """Give what the page lets its reader do with the draft."""
    found = (re.fullmatch(r"/policies/drafts/\d+/(\w+)", form.get("action")) for form in page.all("form"))
    return {match[1] for match in found if match}


def test_a_draft_goes_from_one_officer_to_another_and_is_published(signed_in: SignedIn) -> None:
    address = begun()
    writer = signed_in(Role.DISTRICT_OFFICER)
    page = writer.page(address)
    assert acts_on(page) == {"submit", "discard"}
    page = writer.submit(act(page, address, "submit"))
    assert "草案已提交" in page.text
    assert acts_on(page) == {"return", "discard"}
    assert "须由另一人审批" in page.text

    finance = signed_in(Role.FINANCE)
    page = finance.page(address)
    assert acts_on(page) == {"return", "publish"}
    page = finance.submit(act(page, address, "publish"))
    assert "政策 示例〔2026〕2号 已发布。" in page.text
    assert page.one("h1").text == "示例〔2026〕2号"
    assert list(queries.policy_book()) == [NEW]
    assert acts_on(finance.page(address)) == set()


def test_a_published_draft_goes_on_saying_what_it_replaced(signed_in: SignedIn) -> None:
    older = facts.policy()
    with transaction():
        service.publish(older, by=COMMAND, at=TODAY)
    address = submitted(RICH)
    finance = signed_in(Role.FINANCE)
    finance.submit(act(finance.page(address), address, "publish"))
    assert f"取代 {older.reference}" in " ".join(finance.page(address).one("dl").text.split())


def test_a_draft_is_returned_with_its_reason(signed_in: SignedIn) -> None:
    address = submitted()
    finance = signed_in(Role.FINANCE)
    form = act(finance.page(address), address, "return")
    assert "请说明需要修改的内容" in finance.submit(form, status=422, reason=" ").text
    finance.submit(form, reason="慈善金额与发文不符")
    page = signed_in(Role.DISTRICT_OFFICER).page(address)
    assert "慈善金额与发文不符" in page.text
    assert acts_on(page) == {"submit", "discard"}
    assert page.one("a", href=f"{address}/edit")
    assert "已退回" in finance.page("/policies/drafts").text


def test_a_submitted_draft_cannot_be_edited(signed_in: SignedIn) -> None:
    address = submitted()
    page = signed_in(Role.DISTRICT_OFFICER).page(f"{address}/edit")
    assert "目前不能修改" in page.text
    assert not page.all("form", **{"class": "policy"})


def test_a_draft_is_discarded(signed_in: SignedIn) -> None:
    address = begun()
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(act(officer.page(address), address, "discard"))
    assert "草案已废弃" in page.text
    assert acts_on(officer.page(address)) == set()


def test_what_was_decided_meanwhile_is_told(signed_in: SignedIn) -> None:
    address = submitted()
    finance = signed_in(Role.FINANCE)
    form = act(finance.page(address), address, "publish")
    finance.submit(form)
    assert "该草案已发布" in finance.submit(form, status=409).text
    assert len(queries.policies_by_id()) == 1


def test_whoever_submitted_it_cannot_publish_it_past_the_page(signed_in: SignedIn) -> None:
    address = begun()
    officer = signed_in(Role.DISTRICT_OFFICER)
    officer.submit(act(officer.page(address), address, "submit"))
    assert "请由另一人审批" in officer.send(f"{address}/publish", status=403, version="2").text
    assert list(queries.policy_book()) == []


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1"])
def test_a_made_up_version_is_refused(signed_in: SignedIn, version: str) -> None:
    address = submitted()
    signed_in(Role.FINANCE).send(f"{address}/publish", status=409, version=version)


def test_the_page_says_what_changes(signed_in: SignedIn) -> None:
    with transaction():
        service.publish(facts.policy(), by=COMMAND, at=TODAY)
    page = signed_in(Role.FINANCE).page(submitted(RICH))
    changes = page.one("ul", **{"class": "difference"})
    assert "每天都补贴" in " ".join(each.text for each in changes.all("del"))
    added = " ".join(each.text for each in changes.all("ins"))
    for told in (
        "餐价须达到 10.00 元",
        "天心区残联 · 一般公共预算：残疾（1 级、2 级）、年满 70 周岁，5.50 元",
    ):
        assert told in added
    assert "示例〔2026〕1号" in page.text


def test_a_draft_is_downloaded_as_a_file(signed_in: SignedIn) -> None:
    address = submitted(RICH)
    finance = signed_in(Role.FINANCE)
    link = finance.page(address).one("a", href=f"{address}.yaml")
    assert policy_from_yaml(finance.get(link.get("href")).text) == RICH
    assert signed_in(Role.DISTRICT_OFFICER, area="430104").get(f"{address}.yaml").status_code == 404


def test_only_a_day_in_the_past_is_warned_of(signed_in: SignedIn) -> None:
    finance = signed_in(Role.FINANCE)
    assert "将重新认定" in finance.page(submitted(RICH)).text
    assert "将重新认定" not in finance.page(submitted(NEW)).text


def test_open_drafts_stand_on_the_page_of_policies_for_those_who_decide(signed_in: SignedIn) -> None:
    address = submitted()
    assert signed_in(Role.FINANCE).page("/policies").one("a", href=address).text == "示例〔2026〕2号"
    assert not signed_in(Role.SITE_STAFF).page("/policies").all("a", href=address)


def test_home_says_how_many_drafts_wait_for_whom_they_concern(signed_in: SignedIn) -> None:
    address = begun()
    officer, finance = signed_in(Role.DISTRICT_OFFICER), signed_in(Role.FINANCE)

    def badge(client: PageClient) -> list[str]:
        tile = client.page("/").one("a", href="/policies", **{"class": "tile"})
        return [each.text for each in tile.all("span", **{"class": "badge warn"})]

    assert badge(finance) == []
    officer.submit(act(officer.page(address), address, "submit"))
    assert badge(finance) == ["1"]
    assert badge(officer) == badge(signed_in(Role.SITE_STAFF)) == []


def test_a_draft_of_another_district_is_not_found(signed_in: SignedIn) -> None:
    address = submitted()
    other = signed_in(Role.DISTRICT_OFFICER, area="430104")
    other.page(address, status=404)
    other.page(f"{address}/edit", status=404)
    assert "暂无草案" in other.page("/policies/drafts").text


def test_a_policy_nobody_confirmed_for_a_year_is_warned_of_until_somebody_does(signed_in: SignedIn) -> None:
    with transaction():
        service.publish(
            facts.policy(effective_from=date(2025, 1, 1)), by=COMMAND, at=datetime(2025, 1, 1, tzinfo=UTC)
        )
    (policy_id,) = queries.policies_by_id()
    officer = signed_in(Role.DISTRICT_OFFICER)
    for address in ("/policies", f"/policies/{policy_id}"):
        assert "已满一年未经确认" in officer.page(address).text
    page = officer.page(f"/policies/{policy_id}")
    page = officer.submit(page.one("form", action=f"/policies/{policy_id}/confirm"))
    assert "该政策继续有效" in page.text
    assert "已满一年未经确认" not in page.text
    assert "已满一年未经确认" not in officer.page("/policies").text
    assert "今天已确认过" in officer.send(f"/policies/{policy_id}/confirm", status=409).text


def test_a_published_policy_says_who_drafted_and_who_approved_it(signed_in: SignedIn) -> None:
    address = submitted()
    finance = signed_in(Role.FINANCE)
    finance.submit(act(finance.page(address), address, "publish"))
    (policy_id,) = queries.policies_by_id()
    words = signed_in(Role.AUDITOR).page(f"/policies/{policy_id}").text
    assert "U-900" in words
