"""The pages of settlement: what each role sees of a month, and that pages and files say the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.roles import Role
from tests.factories.settlement import NUMBER, a_meal, a_month, draft_october, take
from tests.support.html import Element
from tests.support.pages import PageClient

MONTH = "/settlement/2026-10"
STATEMENT = f"/settlement/statements/{NUMBER}"
SignedIn = Callable[..., PageClient]


@pytest.fixture
def finance(signed_in: SignedIn) -> PageClient:
    a_month()
    return signed_in(Role.FINANCE)


def words(page: Element) -> str:
    return " ".join(page.text.split())


def draft_form(page: Element) -> Element:
    (form,) = [form for form in page.all("form") if form.get("action").endswith("/draft")]
    return form


def test_the_months_are_listed_with_what_was_drafted_of_them(finance: PageClient) -> None:
    assert "尚未生成" in words(finance.page("/settlement"))
    draft_october()
    page = words(finance.page("/settlement"))
    assert "2026年10月 2 6 23.50" in page
    assert "2026年9月" in page


def test_finance_drafts_a_month_with_one_button(finance: PageClient) -> None:
    page = finance.page(MONTH)
    assert "有 2 个助餐点供过餐" in words(page)
    page = finance.submit(draft_form(page))
    assert "新制 2 份" in words(page)
    assert "C01老年食堂" in words(page)
    assert "人民币贰拾叁元伍角整" in words(page)
    page = finance.submit(draft_form(page))
    assert "无变化 2 份" in words(page)


def test_the_month_shows_each_site_and_the_sums(finance: PageClient) -> None:
    draft_october()
    page = words(finance.page(MONTH))
    assert "C01老年食堂 202610-C01-01" in page
    assert "合计 23.50 3 6" in page
    assert "区级财政 · 一般公共预算 15.00" in page
    assert "慈善 · 慈善资助 2.50" in page


def test_a_draft_that_its_meals_have_left_behind_says_so(finance: PageClient) -> None:
    draft_october()
    assert "需重新生成" not in words(finance.page(MONTH))
    take(a_meal(12, served_on=a_meal(9).served_on))
    assert "草稿生成后就餐记录有变化：C01" in words(finance.page(MONTH))
    assert "就餐记录有变化" in words(finance.page(STATEMENT))
    refused = finance.get(f"{STATEMENT}.pdf")
    assert refused.status_code == 409
    assert "请先重新生成2026年10月的草稿" in refused.text
    finance.submit(draft_form(finance.page(MONTH)))
    assert "需重新生成" not in words(finance.page(MONTH))


def test_a_statement_shows_its_four_parts_its_funds_and_its_meals(finance: PageClient) -> None:
    draft_october()
    page = finance.page(STATEMENT)
    text = words(page)
    for expected in ("政府补贴 17.00", "企业让利 5.00", "慈善资助 2.50", "个人支付 65.50", "餐费合计 90.00"):
        assert expected in text
    assert "有效 6 人次，另冲正 1 条" in text
    assert "合计 3 5 19.50" in text
    assert "人民币壹拾玖元伍角整" in text
    assert "龙䶮" in text
    links = [link.get("href") for link in page.all("a") if "/meals/00000000" in link.get("href")]
    assert len(links) == 7


def test_the_meals_of_a_statement_are_filtered_by_reason(finance: PageClient) -> None:
    draft_october()
    page = finance.page(f"{STATEMENT}?reason=reversed")
    assert len([link for link in page.all("a") if "/meals/00000000" in link.get("href")]) == 1
    assert "没有这种情况的就餐记录" in words(finance.page(f"{STATEMENT}?reason=cap_week"))
    assert (
        len(
            [
                link
                for link in finance.page(f"{STATEMENT}?reason=nonsense").all("a")
                if "/meals/0000" in link.get("href")
            ]
        )
        == 7
    )


def test_the_files_say_what_the_page_says(finance: PageClient) -> None:
    draft_october()
    csv_file = finance.get(f"{MONTH}/statements.csv")
    assert csv_file.mimetype == "text/csv"
    assert "attachment" in csv_file.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(csv_file.data.decode("utf-8-sig"))))
    assert sum(int(row["amount_fen"]) for row in rows) == 23_50
    assert len(finance.get(f"{MONTH}/lines.csv").data.splitlines()) == 10
    assert len(finance.get(f"{MONTH}/layers.csv").data.splitlines()) == 9
    book = CalamineWorkbook.from_filelike(io.BytesIO(finance.get(f"{MONTH}/statements.xlsx").data))
    assert book.sheet_names == ["汇总", "明细", "更正", "追回", "冲正"]
    summary = PdfReader(io.BytesIO(finance.get(f"{MONTH}/summary.pdf").data))
    assert "¥23.50" in summary.pages[-1].extract_text()
    paper = finance.get(f"{STATEMENT}.pdf")
    assert paper.mimetype == "application/pdf"
    assert "¥19.50" in PdfReader(io.BytesIO(paper.data)).pages[0].extract_text()


def test_others_see_only_the_statements_of_their_scope(signed_in: SignedIn) -> None:
    a_month()
    draft_october()
    reviewer = signed_in(Role.STREET_REVIEWER, area="430103006")
    page = words(reviewer.page(MONTH))
    assert "C02老年食堂" in page
    assert "C01老年食堂" not in page
    assert "重新生成草稿" not in page
    assert reviewer.get(STATEMENT).status_code == 404
    assert reviewer.get(f"{STATEMENT}.pdf").status_code == 404
    assert b"C01" not in reviewer.get(f"{MONTH}/lines.csv").data
    staff = signed_in(Role.SITE_STAFF, site_code="C02")
    assert "C01老年食堂" not in words(staff.page(MONTH))


def test_who_may_not_draft_is_refused(signed_in: SignedIn) -> None:
    a_month()
    auditor = signed_in(Role.AUDITOR)
    refused = auditor.send(f"{MONTH}/draft", status=403)
    assert "角色" in words(refused) or "权限" in words(refused)


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/settlement/2026-13", 422, "不是月份"),
        ("/settlement/statements/202610-C99-01", 404, "没有编号为 202610-C99-01 的结算单"),
        ("/settlement/2026-09/lines.csv", 404, "还没有结算单"),
        ("/settlement/2026-09/summary.pdf", 404, "还没有结算单"),
    ],
)
def test_what_is_not_there_is_said_in_words(
    finance: PageClient, address: str, status: int, sentence: str
) -> None:
    assert sentence in words(finance.page(address, status=status))


def test_a_month_without_meals_says_so(finance: PageClient) -> None:
    assert "本月没有就餐记录" in words(finance.page("/settlement/2026-12"))
    assert "没有就餐记录" in words(finance.page("/settlement/2026-12"))


def test_drafting_a_month_without_meals_is_refused(finance: PageClient) -> None:
    refused = finance.send("/settlement/2026-12/draft", status=422)
    assert "没有就餐记录，无须生成结算单" in words(refused)
