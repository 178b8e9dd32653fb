"""The pages of recovery: an auditor opens a case, an officer decides it, the next statement shows it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from app.roles import COMMAND, Actor, Permission, Role
from app.settlement import service
from app.settlement.rules.steps import Act
from app.transaction import transaction
from tests.factories.settlement import AFTERWARDS, NUMBER, OCTOBER, a_month, draft_october
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
FORM = f"/settlement/statements/{NUMBER}/recovery"


@pytest.fixture(autouse=True)
def _paid(app: object) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()
    for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)):
        with transaction():
            service.take_step(NUMBER, act, by=Actor(f"U-9{by}", frozenset(Permission)), at=AFTERWARDS)


def words(page: Element) -> str:
    return " ".join(page.text.split())


def form_to(page: Element, ending: str) -> Element:
    (form,) = [form for form in page.all("form") if (form.get("action") or "").endswith(ending)]
    return form


def opened(client: PageClient) -> Element:
    page = client.page(FORM)
    (form,) = [form for form in page.all("form") if form.all("select")]

    def sent(amount: str, status: int = 200) -> Element:
        found_on, finding, evidence = "2026-11-20", "虚报两人", "笔录3号"
        return client.submit(
            form,
            status=status,
            fund="1",
            amount=amount,
            found_on=found_on,
            finding=finding,
            evidence=evidence,
        )

    offered = [each.text for each in form.all("option")]
    assert (offered[0], offered[-1]) == ("市级财政 · 一般公共预算", "慈善 · 慈善资助")
    assert "超过了该结算单此项资金的金额" in words(sent("99", 422))
    return sent("6")


def test_a_case_goes_its_way_on_the_pages_and_the_next_paper_shows_it(signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    assert FORM in [link.get("href") for link in auditor.page(f"/settlement/statements/{NUMBER}").all("a")]
    assert "ZH-0001 已立案" in words(opened(auditor))
    case = "/settlement/recoveries/ZH-0001"
    assert "ZH-0001" in words(auditor.page("/settlement/recoveries"))
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(form_to(officer.page(case), "/demand"), reason=" ", status=422)
    page = officer.submit(form_to(page, "/demand"), reason="查实，追回")
    assert "ZH-0001：应追回。" in words(page)
    assert not [form for form in page.all("form") if (form.get("action") or "").endswith("/waive")]
    with transaction():
        service.draft_statements(OCTOBER.next, by=COMMAND, at=AFTERWARDS)
    assert "ZH-0001 在本结算单扣减： -6.00 元" in words(officer.page("/settlement/statements/202611-C01-01"))
    assert "202611-C01-01 （草稿）" in words(officer.page(case))
    paper = officer.get("/settlement/statements/202611-C01-01.pdf")
    said = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper.data)).pages)
    assert "其中：追回（见附表）-6.00" in said
    assert "虚报两人" in said
    summary = officer.get("/settlement/2026-11/summary.pdf")
    said = "".join(PdfReader(io.BytesIO(summary.data)).pages[0].extract_text().split())
    assert "3.00-6.00-3.00" in said
    assert b"ZH-0001,district" in officer.get("/settlement/2026-11/recoveries.csv").data


def test_finance_confirms_cash_and_the_list_says_so(signed_in: SignedIn) -> None:
    opened(signed_in(Role.AUDITOR))
    case = "/settlement/recoveries/ZH-0001"
    officer = signed_in(Role.DISTRICT_OFFICER)
    officer.submit(form_to(officer.page(case), "/demand"), reason="追回")
    finance = signed_in(Role.FINANCE)
    page = finance.submit(form_to(finance.page(case), "/repay"), reason="银行回单8号", repaid_on="2026-11-22")
    assert "已于 2026年11月22日 退款" in words(page)
    assert "2026年11月22日" in words(finance.page("/settlement/recoveries"))


def test_cases_of_other_areas_are_not_there(signed_in: SignedIn) -> None:
    opened(signed_in(Role.AUDITOR))
    elsewhere = signed_in(Role.STREET_REVIEWER, area="430103006")
    assert "ZH-0001" not in words(elsewhere.page("/settlement/recoveries"))
    assert elsewhere.get("/settlement/recoveries/ZH-0001").status_code == 404
    assert elsewhere.get(FORM).status_code == 404
