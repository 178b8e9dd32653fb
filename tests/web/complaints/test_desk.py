"""The office's pages of complaints, as desk, canteen, street and district use them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader
from werkzeug.datastructures import FileStorage

from app import clock
from app.complaints import service
from app.complaints.models import Complaint
from app.complaints.rules.states import State
from app.extensions import db
from app.roles import Role
from app.transaction import transaction
from tests.factories import district
from tests.factories.complaints import CALLER, received
from tests.support.html import Element
from tests.support.pages import PageClient

Visitors = Callable[..., PageClient]
STREET = "430103005"


@pytest.fixture(autouse=True)
def _canteen(app: object) -> None:
    assert app
    with transaction():
        district.canteen("C01")


def form_to(page: Element, address: str) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("action") == address)


def sent(
    client: PageClient, page: Element, address: str, prefix: str, *, status: int = 200, **fields: str
) -> Element:
    """Send a page's form whose fields carry a prefix."""
    told: dict[str, str | list[str]] = {f"{prefix}-{name}": each for name, each in fields.items()}
    return client.submit(form_to(page, address), status=status, at="", **told)


def first_form(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def now(number: int = 1) -> Complaint:
    db.session.rollback()
    found = db.session.get(Complaint, number)
    assert found is not None
    return found


def test_from_the_phone_to_the_end(signed_in: Visitors) -> None:
    worker, reviewer = (
        signed_in(Role.COMMUNITY_WORKER, area=STREET),
        signed_in(Role.STREET_REVIEWER, area=STREET),
    )
    manager = signed_in(Role.SITE_MANAGER, area=STREET, site_code="C01")
    page = worker.submit(
        first_form(worker.page("/complaints/new")),
        at="/complaints/new",
        way="phone",
        class_code="taste",
        content="菜太咸了，老人吃不了。",
        site_code="C01",
        name="张奶奶",
        phone=CALLER,
    )
    assert "SQ-000001" in page.text
    assert service.code_of(now()) in page.text
    manager.page("/complaints/1", status=404)
    page = worker.page("/complaints/1")
    assert "139****5678" in page.text
    assert "张奶奶" not in page.text
    sent(worker, page, "/complaints/1/assign", "assign", user_no="U-3")
    page = manager.page("/complaints/1")
    assert "菜太咸" in page.text
    assert not any(secret in page.text for secret in ("张奶奶", "5678", service.code_of(now())))
    sent(manager, page, "/complaints/1/answer", "answer", status=422, words=" ")
    sent(manager, page, "/complaints/1/answer", "answer", words="已少放盐。")
    page = worker.page("/complaints/1")
    revealed = worker.submit(form_to(page, "/complaints/1/contact"))
    assert CALLER in revealed.text
    assert "张奶奶" in revealed.text
    sent(worker, page, "/complaints/1/call", "call", status=422, how="dissatisfied", note="")
    sent(worker, page, "/complaints/1/call", "call", how="satisfied")
    page = reviewer.page("/complaints/1")
    reviewer.submit(form_to(page, "/complaints/1/close"))
    assert now().state is State.CLOSED
    assert "已办结" in worker.page("/complaints?kind=ended").text


def test_nobody_gives_a_complaint_away_again_without_having_seen_that_it_was_given(
    signed_in: Visitors,
) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area=STREET)
    reviewer = signed_in(Role.STREET_REVIEWER, area=STREET)
    with transaction():
        received()
    old_page = reviewer.page("/complaints/1")
    sent(worker, worker.page("/complaints/1"), "/complaints/1/assign", "assign", user_no="U-1")
    told = sent(reviewer, old_page, "/complaints/1/assign", "assign", status=422, user_no="U-2")
    assert "刚才已有人办理了下一步" in told.text
    assert now().assigned_to == "U-1"
    sent(reviewer, told, "/complaints/1/assign", "assign", user_no="U-2")
    assert now().assigned_to == "U-2"


def test_a_late_one_is_told_with_who_supervises(signed_in: Visitors) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page("/complaints/settings")
    page = sent(officer, page, "/complaints/settings/supervisor", "supervisor", area="430103", user_no="U-1")
    assert "测试员" in page.text
    with transaction():
        received(class_code="food_safety", at=clock.now().replace(year=clock.now().year - 1))
    page = officer.page("/complaints")
    assert "超期督办中：1 件" in page.text
    assert "区级督办 · 测试员" in page.text
    page = officer.page("/complaints/1")
    page = sent(officer, page, "/complaints/1/urge", "urge", note="今天答复")
    assert "今天答复" in page.text


def test_classes_are_set_from_a_later_day_on(signed_in: Visitors) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page("/complaints/settings")
    address, today = "/complaints/settings/class", clock.today().isoformat()
    form = form_to(page, address)
    told: dict[str, str | list[str]] = {
        "class-code": "taste",
        "class-name": "口味咸淡",
        "class-working_days": "3",
    }
    assert "已经生效" in officer.submit(form, status=422, at="", **told, **{"class-from_on": [today]}).text
    assert "口味咸淡" in officer.submit(form, status=200, at="", **told).text


def test_what_else_may_become_of_one(signed_in: Visitors) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area=STREET)
    with transaction():
        for _ in range(4):
            received()
    page = worker.page("/complaints/1")
    sent(worker, page, "/complaints/1/class", "class", class_code="food_safety")
    worker.submit(form_to(page, "/complaints/1/conceal"))
    page = worker.page("/complaints/1")
    sent(worker, page, "/complaints/1/merge", "merge", status=422, into="SQ-1")
    sent(worker, page, "/complaints/1/merge", "merge", into="SQ-000002")
    assert "SQ-000001" in worker.page("/complaints/2").text
    page = worker.page("/complaints/3")
    sent(worker, page, "/complaints/3/hand-on", "hand_on", office="城管", note="已转交")
    page = worker.page("/complaints/4")
    sent(worker, page, "/complaints/4/withdraw", "withdraw", note="不用了")
    assert [now(number).state.value for number in (1, 2, 3, 4)] == [
        "merged",
        "received",
        "handed_on",
        "withdrawn",
    ]
    assert (now(1).class_code, now(1).is_confidential) == ("food_safety", True)


def test_a_link_is_found_by_a_search(signed_in: Visitors) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area=STREET)
    with transaction():
        district.elder("R-000001", name="王秀英")
        received(site_code=None)
    page = worker.page("/complaints/1/links")
    found = worker.submit(form_to(page, "/complaints/1/links"), words="王秀英")
    [form] = [form for form in found.all("form") if form.all("input", name="resident_no")]
    worker.submit(form)
    assert now().resident_id is not None
    assert "没有" in worker.send("/complaints/1/link", run_id="9").text


def test_the_hotlines_sheet_and_the_months_files(signed_in: Visitors) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    content = f"工单编号,受理日期,诉求内容\nGD-1,{clock.today().isoformat()},希望周末也开餐\n".encode()
    page = officer.page("/complaints/hotline")
    told = {
        "csrf_token": page.all("input", name="csrf_token")[0].get("value"),
        "file": FileStorage(BytesIO(content), filename="h.csv"),
    }
    assert "工单编号 (hotline_no)" in page.text
    bad = {**told, "file": FileStorage(BytesIO(content.replace(b"-", b"/yesterday")), filename="h.csv")}
    assert "受理日期 (received_on)" in officer.post("/complaints/hotline", data=bad).text
    assert "SQ-000001" in officer.post("/complaints/hotline", data=told, follow_redirects=True).text
    assert "GD-1" in officer.get("/complaints/hotline/replies.csv").text
    assert officer.get("/complaints/hotline/replies.xlsx").data[:2] == b"PK"
    month = clock.today().isoformat()[:7]
    assert "受理" in officer.page(f"/complaints/figures?month={month}").text
    assert "合计" in officer.get(f"/complaints/figures/{month}.csv").text
    assert officer.get(f"/complaints/figures/{month}.xlsx").data[:2] == b"PK"
    paper = officer.get(f"/complaints/figures/{month}.pdf")
    assert "诉求办理情况统计表" in PdfReader(BytesIO(paper.data)).pages[0].extract_text()
    officer.page("/complaints/figures/2026-13.pdf", status=404)


def test_codes_for_tables_are_printed_on_a6_or_a5(signed_in: Visitors) -> None:
    with transaction():
        district.canteen("C02")
    officer = signed_in(Role.DISTRICT_OFFICER)
    form = first_form(officer.page("/complaints/cards"))
    token = form.one("input", name="csrf_token").get("value")
    for size, height in (("a6", 148), ("a5", 210)):
        answer = officer.post("/complaints/cards", data={"csrf_token": token, "site_code": "", "size": size})
        pages = PdfReader(BytesIO(answer.data)).pages
        assert len(pages) == 2
        assert round(float(pages[0].mediabox.height) / 72 * 25.4) == height
    manager = signed_in(Role.SITE_MANAGER, area=STREET, site_code="C01")
    form = first_form(manager.page("/complaints/cards"))
    assert [option.get("value") for option in form.one("select", name="site_code").all("option")] == ["C01"]
