"""Accounts need two persons; the bank is told what is approved, unpaid and sound, and what is left out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.models import Operator
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import Actor, Permission, Role
from app.settlement import service
from app.settlement.models import PayeeAccount
from app.settlement.rules.accounts import BankAccount
from app.settlement.rules.steps import Act
from app.transaction import transaction
from tests.factories.settlement import AFTERWARDS, NUMBER, OCTOBER, a_month, draft_october
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
OTHER = "202610-C02-01"
ACCOUNT = "43001782061052500001"


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    with transaction():
        for operator in db.session.execute(select(Operator)).scalars():
            operator.uscc = "91110000600037341L"
    draft_october()
    for number in (NUMBER, OTHER):
        for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE)):
            with transaction():
                service.take_step(number, act, by=person(by), at=AFTERWARDS)


def person(number: int) -> Actor:
    return Actor(f"U-9{number}", frozenset(Permission))


def words(page: Element) -> str:
    return " ".join(page.text.split())


def form_to(page: Element, ending: str) -> Element:
    (form,) = [form for form in page.all("form") if form.get("action").endswith(ending)]
    return form


def operator_id(site_code: str) -> int:
    chosen = select(Operator.id).where(Operator.name == f"{site_code}运营公司")
    return db.session.execute(chosen).scalar_one()


def an_account(site_code: str, number: str = ACCOUNT) -> None:
    with transaction():
        account = BankAccount(f"{site_code}运营公司", "示例银行", number)
        service.propose_account(operator_id(site_code), account, by=person(7), at=AFTERWARDS)
        service.confirm_account(operator_id(site_code), number, by=person(8), at=AFTERWARDS)


def told(action: str) -> list[tuple[str, Any]]:
    """Give what the trail says of each act of a kind: whereof, and its details."""
    chosen = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)
    return [(entry.subject, json.loads(entry.detail)) for entry in db.session.execute(chosen).scalars()]


def rows(data: bytes) -> list[dict[str, Any]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def downloaded(client: PageClient) -> bytes:
    page = client.page("/settlement/2026-10/payment")
    answer = client.post(form_to(page, "/payment.csv").get("action"), headers={"X-CSRFToken": client.token()})
    assert answer.status_code == 200
    return bytes(answer.data)


def test_one_enters_an_account_and_another_keys_it_again(signed_in: SignedIn) -> None:
    address = f"/settlement/accounts/{operator_id('C01')}"
    finance = signed_in(Role.FINANCE, Role.DISTRICT_OFFICER)
    entering = form_to(finance.page(address), address)
    page = finance.submit(entering, holder="C01运营公司", bank="示例银行", number="12AB", status=422)
    assert "不是银行账号" in words(page)
    page = finance.submit(entering, holder="C01运营公司", bank="示例银行", number="4300 1782 0610 5250 0001")
    assert "**** 0001" in words(page)
    assert ACCOUNT not in words(page)
    page = finance.submit(form_to(page, "/confirm"), again=ACCOUNT, status=409)
    assert "须由另一人复核" in words(page)
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(
        form_to(officer.page(address), "/confirm"), again="43001782061052500002", status=422
    )
    assert "两次账号不一致" in words(page)
    page = officer.submit(form_to(page, "/confirm"), again=ACCOUNT)
    assert "还没有经复核的账户" not in words(page)
    assert "待另一人复核" not in words(page)
    kept = db.session.execute(select(PayeeAccount)).scalar_one()
    assert kept.account == BankAccount("C01运营公司", "示例银行", ACCOUNT)
    (sealed,) = db.session.connection().exec_driver_sql("select number from payee_account").scalars()
    assert ACCOUNT.encode() not in bytes(sealed)


def test_a_new_account_is_not_paid_to_before_it_is_confirmed(app: Flask) -> None:
    assert app
    an_account("C01")
    with transaction():
        newer = BankAccount("C01运营公司", "别的银行", "12345678901")
        service.propose_account(operator_id("C01"), newer, by=person(7), at=AFTERWARDS)
    run = service.payments_of(OCTOBER, person(1).scope)
    assert {each.claim.account and each.claim.account.number for each in run.payments} == {ACCOUNT}


def test_who_confirms_one_account_confirms_no_other(app: Flask) -> None:
    assert app
    an_account("C01")
    with transaction():
        for code in ("C01", "C02"):
            account = BankAccount(f"{code}运营公司", "别的银行", "12345678901")
            service.propose_account(operator_id(code), account, by=person(7), at=AFTERWARDS)
    with pytest.raises(DomainError, match="The two numbers differ") as refused, transaction():
        service.confirm_account(operator_id("C01"), ACCOUNT, by=person(9), at=AFTERWARDS)
    assert refused.value.field == "again"
    with transaction():
        service.confirm_account(operator_id("C01"), "12345678901", by=person(9), at=AFTERWARDS)
    kept = db.session.execute(select(PayeeAccount).order_by(PayeeAccount.id)).scalars().all()
    assert [each.confirmed_by for each in kept] == ["U-98", "U-99", None]
    of_c01, of_c02 = (f"operator:{operator_id(code)}" for code in ("C01", "C02"))
    first, second, third = ({"id": each.id} for each in kept)
    assert told("payee_account.proposed") == [(of_c01, first), (of_c01, second), (of_c02, third)]
    assert told("payee_account.confirmed") == [(of_c01, first), (of_c01, second)]


def test_what_cannot_be_paid_at_all_is_a_file_and_what_nobody_owes_is_none(app: Flask) -> None:
    assert app
    target = io.BytesIO()
    with transaction():
        service.write_payments(OCTOBER, target, by=person(1), at=AFTERWARDS)
    (control,) = rows(target.getvalue())
    assert control["purpose"] == "共 0 笔；未列入 5 笔 23.50 元"
    with pytest.raises(NotFound, match="Nothing of 2026-11 is approved") as refused:
        service.write_payments(OCTOBER.next, io.BytesIO(), by=person(1), at=AFTERWARDS)
    assert refused.value.field == "month"


def test_the_file_holds_what_can_be_paid_and_names_what_cannot(signed_in: SignedIn) -> None:
    an_account("C01")
    finance = signed_in(Role.FINANCE)
    page = words(finance.page("/settlement/2026-10/payment"))
    assert "人民币壹拾玖元伍角整" in page
    assert f"{OTHER} C02老年食堂 市级财政 1.00 运营单位没有经复核的收款账户。" in page
    assert ACCOUNT not in page
    data = downloaded(finance)
    *paid, control = rows(data)
    assert [(row["statement_no"], row["payer"], row["amount_fen"], row["amount_yuan"]) for row in paid] == [
        (NUMBER, "city", "200", "2.00"),
        (NUMBER, "district", "1500", "15.00"),
        (NUMBER, "charity", "250", "2.50"),
    ]
    assert paid[0]["account_number"] == ACCOUNT
    assert paid[0]["purpose"] == f"2026年10月助餐补贴 {NUMBER}"
    assert (control["statement_no"], control["amount_fen"]) == ("合计", "1950")
    assert control["purpose"] == "共 3 笔；未列入 2 笔 4.00 元"
    assert downloaded(finance) == data
    first, second = told("payment.written")
    counted = {"payments": 3, "amount_fen": 19_50, "refused": 2, "refused_fen": 4_00}
    assert first == second == ("month:2026-10", counted)


def test_who_pays_a_new_statement_is_told_what_was_paid_on_the_void_one(signed_in: SignedIn) -> None:
    an_account("C01")
    for by, act in enumerate((Act.PAY, Act.VOID), start=4):
        with transaction():
            service.take_step(NUMBER, act, reason="账户写错", by=person(by), at=AFTERWARDS)
    finance = signed_in(Role.FINANCE)
    assert "后来作废" not in words(finance.page("/settlement/2026-10/payment"))
    draft_october()
    for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE)):
        with transaction():
            service.take_step("202610-C01-02", act, by=person(by), at=AFTERWARDS)
    (warning,) = finance.page("/settlement/2026-10/payment").all("p", **{"class": "notice warning"})
    assert words(warning) == (
        f"{NUMBER} 已支付 19.50 元，后来作废。支付 202610-C01-02 之前，请先确认原款已退回。"
    )


def test_what_was_void_before_it_was_paid_needs_no_warning(signed_in: SignedIn) -> None:
    an_account("C01")
    with transaction():
        service.take_step(NUMBER, Act.VOID, reason="有误", by=person(5), at=AFTERWARDS)
    draft_october()
    for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE)):
        with transaction():
            service.take_step("202610-C01-02", act, by=person(by), at=AFTERWARDS)
    page = words(signed_in(Role.FINANCE).page("/settlement/2026-10/payment"))
    assert "202610-C01-02" in page
    assert "后来作废" not in page


def test_what_is_paid_is_not_in_the_next_file(signed_in: SignedIn) -> None:
    an_account("C01")
    an_account("C02", "12345678901")
    with transaction():
        service.take_step(NUMBER, Act.PAY, by=person(4), at=AFTERWARDS)
    finance = signed_in(Role.FINANCE)
    *paid, control = rows(downloaded(finance))
    assert {row["statement_no"] for row in paid} == {OTHER}
    assert control["amount_fen"] == "400"
    with transaction():
        service.take_step(OTHER, Act.PAY, by=person(4), at=AFTERWARDS)
    assert "本月没有已审批未支付的结算单" in words(finance.page("/settlement/2026-10/payment"))


def test_the_command_writes_the_same_file_and_fails_while_something_is_left_out(
    app: Flask, signed_in: SignedIn, tmp_path: Path
) -> None:
    an_account("C01")
    target = tmp_path / "payment.csv"
    arguments = ["settlement", "payment", "--month", "2026-10", "-o", str(target)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert f"{OTHER}: The operator has no confirmed account." in result.stderr
    assert "3 payments, 19.50 yuan; left out 2, 4.00 yuan" in result.stdout
    assert target.read_bytes() == downloaded(signed_in(Role.FINANCE))
    an_account("C02")
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0


def test_the_statements_paper_names_the_account(signed_in: SignedIn) -> None:
    an_account("C01")
    paper = signed_in(Role.AUDITOR).get(f"/settlement/statements/{NUMBER}.pdf")
    said = "".join(PdfReader(io.BytesIO(paper.data)).pages[0].extract_text().split())
    assert f"账户名C01运营公司开户行示例银行账号{ACCOUNT}" in said


def test_accounts_of_other_areas_are_not_there(signed_in: SignedIn) -> None:
    reviewer = signed_in(Role.STREET_REVIEWER, area="430103006")
    assert "C01运营公司" not in words(reviewer.page("/settlement/accounts"))
    assert reviewer.get(f"/settlement/accounts/{operator_id('C01')}").status_code == 404


def test_the_public_notice_is_there_in_three_kinds_and_hides_the_few(signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    (row,) = rows(auditor.get("/settlement/2026-10/disclosure.csv").data)
    assert row == {
        "site": "C01老年食堂、C02老年食堂（合并公示）",
        "persons": "少于5人",
        "meals": "6",
        "amount_fen": "2350",
    }
    paper = auditor.get("/settlement/2026-10/disclosure.pdf")
    said = "".join(PdfReader(io.BytesIO(paper.data)).pages[0].extract_text().split())
    for expected in ("2026年10月老年助餐补贴公示表", "23.50", "监督电话", "合并公示"):
        assert expected in said
    assert "龙䶮" not in said
    assert auditor.get("/settlement/2026-10/disclosure.xlsx").status_code == 200
