"""The pages of the donations ledger, as finance, the district's officer and the auditor use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

from werkzeug.datastructures import FileStorage

from app import clock
from app.donations import queries
from app.extensions import db
from app.roles import Role, Scope
from app.transaction import transaction
from tests.factories.donations import a_fund, given, written_down
from tests.factories.settlement import a_month, draft_october
from tests.support.html import Element
from tests.support.pages import PageClient

Visitors = Callable[..., PageClient]


def balance() -> int:
    db.session.rollback()
    [fund] = queries.funds(Scope())
    return fund.balance_fen


def form_of(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def test_finance_opens_a_fund_and_writes_down_what_another_confirms(signed_in: Visitors) -> None:
    finance, officer = signed_in(Role.FINANCE), signed_in(Role.DISTRICT_OFFICER)
    page = finance.page("/donations")
    assert "还没有慈善资金" in page.text
    form = form_of(finance.page("/donations/funds/new"))
    page = finance.submit(form, at="/donations/funds/new", name="暖心午餐", purpose="独居老人午餐")
    assert "暖心午餐" in page.text
    form = form_of(finance.page("/donations/new"))
    wrong = finance.submit(form, at="/donations/new", status=422, fund="1", receipt_no="A-1", amount_fen="-5")
    assert "金额应在" in wrong.text
    today = clock.today().isoformat()
    page = finance.submit(
        form_of(wrong), at="/donations/new", fund="1", amount_fen="500", donor="示例公司", received_on=today
    )
    assert "待第二人确认" in page.text
    # Whoever wrote it down finds nothing to tick; trying all the same is refused.
    assert page.all("input", name="donations") == []
    assert "确认所选" not in page.text
    assert "须由另一人确认" in finance.send("/donations/confirm", donations="1").text
    assert balance() == 0
    page = officer.page("/donations")
    assert "示例公司" in page.text
    assert re.search(r"\bU-\d", page.text) is None  # People are called by their names.
    assert "请勾选" in officer.submit(form_of(page)).text
    page = officer.submit(form_of(page), donations="1")
    assert "已确认 1 笔，共 500.00 元" in page.text
    assert balance() == 500_00
    assert "待第二人确认" not in page.text
    assert re.search(r"\bU-\d", officer.page("/donations/funds/1").text) is None


def test_a_correction_waits_and_a_refusal_says_why(signed_in: Visitors) -> None:
    with transaction():
        fund = a_fund(0)
        given(fund, 500_00)
    finance, officer = signed_in(Role.FINANCE), signed_in(Role.DISTRICT_OFFICER)
    address = "/donations/1/correct"
    form = form_of(finance.page(address))
    assert "请填大于 0" in finance.submit(form, at=address, status=422, amount="-3", reason="多记").text
    assert "超过了" in finance.submit(form, at=address, status=422, amount="500.01", reason="多记").text
    finance.submit(form, at=address, amount="100", reason="多记 100 元")
    page = officer.page("/donations/2/refuse")
    assert "-100.00" in page.text
    officer.submit(form_of(page), at="/donations/2/refuse", status=422, reason=" ")
    officer.submit(form_of(page), at="/donations/2/refuse", reason="票据无误")
    assert balance() == 500_00
    assert "票据无误" in finance.page("/donations/funds/1").text
    assert (
        "已有人处理"
        in officer.submit(form_of(page), at="/donations/2/refuse", status=422, reason="再退").text
    )


def test_a_file_with_a_bad_row_changes_nothing(signed_in: Visitors) -> None:
    with transaction():
        a_fund(0, name="暖心午餐")
    finance = signed_in(Role.FINANCE)
    rows = "票据号,慈善资金,收到日期,捐赠人,同意公示,amount_fen\nA-1,暖心午餐,2026-08-31,示例公司,是,50000\n"
    bad = rows + "A-2,暖心午餐,2026-08-31,,是,五百\n"
    for content, status, told in ((bad, 422, "amount_fen"), (rows, 200, "A-1")):
        page = finance.page("/donations/import")
        sent = FileStorage(BytesIO(content.encode()), filename="donations.csv")
        answer = finance.post(
            "/donations/import",
            data={"csrf_token": page.all("input", name="csrf_token")[0].get("value"), "file": sent},
            follow_redirects=True,
        )
        assert answer.status_code == status
        assert told in answer.text
    assert len(queries.waiting(Scope())) == 1


def test_the_auditor_sees_all_and_changes_nothing(signed_in: Visitors) -> None:
    with transaction():
        fund = a_fund(10_00)
        written_down(fund, 5_00)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.page("/donations")
    assert "待第二人确认" in page.text
    assert page.one("main").all("form") == []
    assert auditor.page("/donations/funds/1").one("main").all("form") == []


def test_other_areas_funds_are_not_there(signed_in: Visitors) -> None:
    with transaction():
        a_fund(10_00)
    elsewhere = signed_in(Role.FINANCE, area="430104")
    elsewhere.page("/donations/funds/1", status=404)
    elsewhere.page("/donations/1/correct", status=404)
    assert "还没有慈善资金" in elsewhere.page("/donations").text


def test_finance_finds_the_year_by_fund_and_its_files(signed_in: Visitors) -> None:
    a_month()
    draft_october()
    finance = signed_in(Role.FINANCE)
    assert "本年还没有结算单" in signed_in(Role.FINANCE, area="430104").page("/settlement/funds/2026").text
    page = finance.page("/settlement/funds/2026")
    assert "慈善资助" in page.text
    assert "草稿" in page.text
    for name, mimetype in (
        ("funds.csv", "text/csv"),
        ("charity.csv", "text/csv"),
        ("funds.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("funds.pdf", "application/pdf"),
    ):
        answer = finance.get(f"/settlement/funds/2026/{name}")
        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert answer.data
