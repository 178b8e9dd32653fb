"""The pages of the checks: an officer runs them and decides, a site explains, somebody calls residents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.extensions import db
from app.oversight.service.check import judge_month, keep_findings
from app.residents.models import Resident, ResidentStatus
from app.residents.rules.facts import Status
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.settlement import AFTERWARDS, OCTOBER, a_month
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
MONTH = "?month=2026-10"


@pytest.fixture(autouse=True)
def _a_month(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    with transaction():
        resident = db.session.execute(select(Resident).where(Resident.resident_no == "R-000003")).scalar_one()
        db.session.add(
            ResidentStatus(resident_id=resident.id, status=Status.DECEASED, from_on=date(2026, 10, 20))
        )
        resident.phone, resident.phone_tail = "13800001234", "1234"


def checked() -> None:
    judged = judge_month(OCTOBER, by=COMMAND)
    with transaction():
        keep_findings(judged, by=COMMAND, at=AFTERWARDS)


def form_to(page: Element, ending: str) -> Element:
    (form,) = [form for form in page.all("form") if (form.get("action") or "").endswith(ending)]
    return form


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def looks(action: str) -> int:
    return db.session.execute(select(func.count()).where(AuditEntry.action == action)).scalar_one()


def test_an_officer_runs_the_checks_and_reads_what_could_not_be_checked(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    assert "这个月还没有核查" in client.page(f"/oversight/checks{MONTH}").text
    run = client.submit(form_to(client.page(f"/oversight/checks{MONTH}"), "/oversight/checks/run"))
    assert "未核查：本月没有录入采购量" in run.text
    listed = client.page(f"/oversight/checks{MONTH}&check=after_death&state=open")
    assert "去世以后还有 1 次就餐" in listed.text
    assert "Nothing" not in client.page(f"/oversight/checks{MONTH}&state=closed").text


def test_a_case_goes_its_way_and_ends_with_a_named_outcome(signed_in: SignedIn) -> None:
    checked()
    signed_in(Role.AUDITOR)  # U-1 recorded the meals: nobody with that number decides about them.
    officer = signed_in(Role.DISTRICT_OFFICER)
    reviewer = signed_in(Role.STREET_REVIEWER, area="430103005")
    manager = signed_in(Role.SITE_MANAGER, area="430103005", site_code="C01")
    assert "没有人提问" in manager.page("/oversight/questions").text
    manager.page("/oversight/questions/1", status=404)
    page = officer.page("/oversight/cases/1")
    (evidence,) = page.all("table")
    assert "档案登记，起自 2026年10月20日星期二 *王#panic()* R-000003 已故" in evidence.text
    assert "2026年10月31日星期六 C01老年食堂 午餐 12:00:07 *王#panic()* R-000003" in evidence.text
    assert {"U-2", "U-3"} <= {option.get("value") for option in page.all("option")}
    seen_by_another = reviewer.page("/oversight/cases/1")
    page = officer.submit(form_to(page, "/assign"), assigned_to="U-3")
    late = reviewer.submit(form_to(seen_by_another, "/assign"), status=409, assigned_to="U-2")
    assert "已经有了进展" in late.text
    page = officer.submit(form_to(page, "/ask"), words="请说明 31 日的记录")
    assert "去世后仍有就餐记录" in manager.page("/oversight/questions").text
    asked = manager.page("/oversight/questions/1")
    assert [
        form.get("action") for form in asked.all("form") if "/oversight/" in (form.get("action") or "")
    ] == ["/oversight/questions/1/answer"]
    answered = manager.submit(form_to(asked, "/answer"), words="老伴用了他的卡")
    assert "助餐点已说明" in answered.text
    page = reviewer.page("/oversight/cases/1")
    refused = reviewer.submit(form_to(page, "/close"), status=403, words="查实", outcome="fraud")
    assert "须由另一个人决定" in refused.text
    assert form_to(refused, "/close").one("textarea").text == "查实"
    closed = officer.submit(
        form_to(officer.page("/oversight/cases/1"), "/close"), words="查实", outcome="mended"
    )
    assert "已办结。" in closed.text
    assert "有差错，已更正" in closed.text
    rules = officer.page("/oversight/checks/rules/after_death")
    assert "0%" in rules.text


def test_a_case_of_another_street_is_not_there(signed_in: SignedIn) -> None:
    checked()
    signed_in(Role.STREET_REVIEWER, area="430103006").page("/oversight/cases/1", status=404)


def test_parameters_are_changed_from_a_day_on_with_a_reason(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    address = "/oversight/checks/rules/after_death"
    (form,) = [form for form in client.page(address).all("form") if form.all("input", name="p_grace_days")]
    client.submit(form, status=422, at=address, p_grace_days="3", effective_from="2026-12-01", reason="")
    page = client.submit(
        form, at=address, p_grace_days="3", effective_from="2026-12-01", reason="登记常迟两天"
    )
    assert "登记常迟两天" in page.text
    assert not signed_in(Role.AUDITOR).page(address).all("input", name="p_grace_days")


def test_residents_are_drawn_called_and_every_look_is_recorded(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    page = client.page(f"/oversight/calls{MONTH}")
    drawn = client.submit(form_to(page, f"/oversight/calls{MONTH}"), per_site="5")
    assert "名单一致" in drawn.text
    assert "13800001234" not in drawn.text
    printed = client.submit(form_to(drawn, "/print"))
    assert "*******1234" in printed.text
    assert "13800001234" not in printed.text
    assert looks("call_sample.printed") == 1
    (link,) = [row.one("a").get("href") for row in drawn.all("tr") if "R-000003" in row.text and row.all("a")]
    shown = client.submit(form_to(client.page(link or ""), "/phone"))
    assert "13800001234" in shown.text
    assert looks("call.phone_revealed") == 1
    (form,) = [form for form in shown.all("form") if form.all("input", type="radio")]
    nothing = client.submit(form, status=422, note="")
    assert "请选择对方怎么说" in nothing.text
    answered = client.submit(form, outcome="denied", note="老人已去世，家属接的电话")
    states = answered.one("nav", **{"class": "figures choices"})
    assert [link.one("strong").text for link in states.all("a")] == ["4", "0", "1", "0"]
    assert "R-000003" not in words(answered)
    denied = client.page(next(a.get("href") or "" for a in states.all("a") if "mismatch" in a.get("href")))
    assert "从没在那里吃过" in words(denied)
    assert "R-000003" in words(denied)
    listed = client.submit(form_to(denied, "/print"))
    assert len(listed.one("table").all("tr")) == 6


def test_a_kitchen_enters_what_it_bought(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_MANAGER, area="430103005", site_code="C01")
    assert "C01老年食堂" in client.page(f"/oversight/purchases{MONTH}").text
    address = "/oversight/purchases/C01/2026-10"
    (form,) = [form for form in client.page(address).all("form") if form.all("input", name="meat")]
    page = client.submit(form, at=address, meat="12.5", rice="30", vegetables="", reason="")
    assert "12.5" in page.text
    client.submit(form, status=422, at=address, meat="13", rice="30", vegetables="", reason="")
    client.page("/oversight/purchases/C02/2026-10", status=404)


def test_every_check_has_its_page(signed_in: SignedIn) -> None:
    client = signed_in(Role.AUDITOR)
    rules = client.page("/oversight/checks/rules")
    links = {a.get("href") for a in rules.all("a") if "/checks/rules/" in (a.get("href") or "")}
    assert len(links) == 26
    for link in sorted(links):
        assert client.page(link or "").one("h1").text
    client.page("/oversight/checks/rules/none_such", status=404)
    client.page("/oversight")
