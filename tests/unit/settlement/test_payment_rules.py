"""Which payments the bank is told, which it is not and why, and how an account number is read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.month import Month
from app.settlement.rules.accounts import BankAccount, account_number
from app.settlement.rules.payment import Claim, payment_run
from app.settlement.rules.statement import FundAmount
from app.sheet.cells import Unreadable

OCTOBER = Month(2026, 10)
GOOD = Claim(
    "202610-C01-01",
    OCTOBER,
    "C01",
    "C01老年食堂",
    "示例公司",
    "91110000600037341L",
    BankAccount("示例公司", "示例银行", "43001782061052500001"),
    (FundAmount("district", "A", 3, 5, 15_00), FundAmount("charity", "慈善资助", 3, 5, 2_50)),
)


def reasons(claim: Claim) -> list[str]:
    return [str(each.reason) for each in payment_run(OCTOBER, [claim]).refused]


def test_each_payer_pays_for_itself_on_each_statement() -> None:
    run = payment_run(OCTOBER, [GOOD, replace(GOOD, statement_no="202610-C02-01")])
    assert [(each.claim.statement_no, each.payer, each.amount_fen) for each in run.payments] == [
        ("202610-C01-01", "district", 15_00),
        ("202610-C01-01", "charity", 2_50),
        ("202610-C02-01", "district", 15_00),
        ("202610-C02-01", "charity", 2_50),
    ]
    assert (run.total_fen, run.refused) == (35_00, ())
    assert run.payments[0].purpose == "2026年10月助餐补贴 202610-C01-01"


def test_two_funds_of_one_payer_are_one_payment() -> None:
    funds = (FundAmount("district", "A", 1, 1, 3_00), FundAmount("district", "B", 1, 1, 2_00))
    (payment,) = payment_run(OCTOBER, [replace(GOOD, amounts=funds)]).payments
    assert (payment.funds, payment.amount_fen) == (("A", "B"), 5_00)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"operator": ""}, "The site has no operator."),
        ({"account": None}, "The operator has no confirmed account."),
        ({"uscc": ""}, "The operator has no credit code."),
        ({"uscc": "91110000600037341M"}, "“91110000600037341M” is not a credit code."),
        ({"amounts": ()}, "Nothing is to be paid."),
        ({"amounts": (FundAmount("district", "A", 0, 0, -3_00),)}, "The operator owes this payer money."),
        (
            {"account": BankAccount("示例公司", "示例银行", "6222021234567890123")},
            "This is a card's number, and its check digit does not fit.",
        ),
    ],
)
def test_what_cannot_be_paid_is_told_with_its_reason(changes: dict[str, object], reason: str) -> None:
    claim = replace(GOOD, **changes)  # type: ignore[arg-type]  # any field of it
    assert set(reasons(claim)) == {reason}
    assert payment_run(OCTOBER, [claim]).payments == ()


@pytest.mark.parametrize(
    ("amount_fen", "reason"),
    [(-1, "The operator owes this payer money."), (0, "Nothing is to be paid."), (1, None)],
)
def test_a_payer_is_told_apart_to_the_fen(amount_fen: int, reason: str | None) -> None:
    run = payment_run(OCTOBER, [replace(GOOD, amounts=(FundAmount("district", "A", 1, 1, amount_fen),))])
    assert [str(each.reason) for each in run.refused] == ([reason] if reason else [])
    assert run.total_fen == max(amount_fen, 0)


def test_a_run_is_of_its_month_and_names_what_is_owed_to_nobody() -> None:
    run = payment_run(OCTOBER, [replace(GOOD, amounts=())])
    (refused,) = run.refused
    assert run.month == OCTOBER
    assert (refused.payment.payer, refused.payment.funds, refused.payment.amount_fen) == ("", (), 0)


@given(st.lists(st.lists(st.integers(-500, 500), max_size=3), max_size=6))
def test_nothing_that_is_owed_is_ever_missing(owed: list[list[int]]) -> None:
    claims = [
        replace(
            GOOD,
            statement_no=str(number),
            account=GOOD.account if number % 2 else None,
            amounts=tuple(FundAmount(f"p{place}", "A", 1, 1, fen) for place, fen in enumerate(row)),
        )
        for number, row in enumerate(owed)
    ]
    run = payment_run(OCTOBER, claims)
    assert run.total_fen + run.refused_fen == sum(map(sum, owed))
    assert {each.claim.statement_no for each in run.payments} | {
        each.payment.claim.statement_no for each in run.refused
    } == {claim.statement_no for claim in claims}
    assert all(each.amount_fen > 0 for each in run.payments)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("4300 1782 0610 5250 0001", "43001782061052500001"),
        ("６２２２０２１２３４５６７８９０１２８", "6222021234567890128"),
        ("12345678", "12345678"),
        ("4" * 30, "4" * 30),
    ],
)
def test_an_account_number_is_read_as_offices_write_it(written: str, number: str) -> None:
    assert account_number(written) == number


@pytest.mark.parametrize(
    ("written", "reason", "remedy"),
    [
        ("", "“” is not an account number.", "Write its digits alone"),
        (
            "1234567",
            "An account number has 8 to 30 digits, this one 7.",
            "Compare it with the bank's permit.",
        ),
        (
            "9" * 31,
            "An account number has 8 to 30 digits, this one 31.",
            "Compare it with the bank's permit.",
        ),
        ("4.3E+19", "“4.3E+19” is not an account number.", "Write its digits alone"),
        ("43001782061052500O01", "“43001782061052500O01” is not", "Write its digits alone"),
        ("6222021234567890129", "This is a card's number", "Compare it with the bank card"),
    ],
)
def test_what_is_no_account_number_is_refused(written: str, reason: str, remedy: str) -> None:
    with pytest.raises(Unreadable) as refused:
        account_number(written)
    assert str(refused.value.reason).startswith(reason)
    assert str(refused.value.remedy).startswith(remedy)
    assert refused.value.field == "number"
