"""Home of the statement files: lines, layers, adjustments, statements and portions as CSV, with a BOM."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO

from app.money import format_yuan
from app.settlement.models import Statement
from app.settlement.rules.lines import Line
from app.settlement.rules.payment import Payment, PaymentRun
from app.settlement.rules.rollup import Rollup
from app.till.rules.balance import Balance

LINES = (
    "meal_id",
    "site_code",
    "resident_no",
    "served_on",
    "sitting",
    "channel",
    "price_fen",
    "government_fen",
    "operator_fen",
    "charity_fen",
    "resident_fen",
    "reason",
    "policy_reference",
)
LAYERS = ("meal_id", "payer", "fund", "amount_fen")
STATEMENTS = (
    "statement_no",
    "site_code",
    "month",
    "payer",
    "fund",
    "persons",
    "meals",
    "amount_fen",
    "status",
    "hash",
)
ADJUSTMENTS = ("statement_no", "meal_id", "corrects", "payer", "fund", "amount_fen")
PORTIONS = (
    "served_on",
    "sitting",
    "site_code",
    "kitchen_code",
    "cooked",
    "sent_here",
    "received",
    "served",
    "sent_on",
    "returned",
    "spoiled",
    "difference",
    "on_the_way",
    "state",
    "explanation",
    "explained_by",
    "explained_at",
)
RECOVERIES = ("statement_no", "recovery_no", "payer", "fund", "amount_fen")
DISCLOSURE = ("site", "persons", "meals", "amount_fen")
PAYMENTS = (
    "statement_no",
    "site_code",
    "site",
    "operator",
    "uscc",
    "account_name",
    "bank",
    "account_number",
    "payer",
    "fund",
    "amount_fen",
    "amount_yuan",
    "purpose",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_lines(target: IO[bytes], lines: Iterable[Line]) -> None:
    """Write one row for each meal, reversed ones too."""
    rows = (
        (
            line.meal_id,
            line.site_code,
            line.resident_no,
            line.served_on.isoformat(),
            line.sitting.value,
            line.channel.value,
            line.price_fen,
            line.government_fen,
            line.operator_fen,
            line.charity_fen,
            line.resident_fen,
            line.reason.value,
            harmless(line.policy_reference),
        )
        for line in lines
    )
    write_rows(target, LINES, rows)


def write_layers(target: IO[bytes], lines: Iterable[Line]) -> None:
    """Write one row for each share of the government in each meal, in the order of the policy."""
    rows = (
        (line.meal_id, harmless(layer.payer), harmless(layer.fund), layer.amount_fen)
        for line in lines
        for layer in line.layers
    )
    write_rows(target, LAYERS, rows)


def write_adjustments(target: IO[bytes], statements: Iterable[Statement]) -> None:
    """Write one row for each correction of an earlier statement, signed, by meal, payer and fund."""
    rows = (
        (
            statement.statement_no,
            each.meal_id,
            each.corrects,
            harmless(each.payer),
            harmless(each.fund),
            each.amount_fen,
        )
        for statement in statements
        for each in (row.facts for row in statement.adjustments)
    )
    write_rows(target, ADJUSTMENTS, rows)


def write_recoveries(target: IO[bytes], statements: Iterable[Statement]) -> None:
    """Write one row for each case that a statement takes back, negative, by number."""
    rows = (
        (statement.statement_no, each.recovery_no, harmless(each.payer), harmless(each.fund), each.amount_fen)
        for statement in statements
        for each in (row.facts for row in statement.recoveries)
    )
    write_rows(target, RECOVERIES, rows)


def write_statements(target: IO[bytes], statements: Iterable[tuple[Statement, str]]) -> None:
    """Write one row for each statement, payer and fund, with its hash; one that nobody owes has none."""
    rows = (
        (
            statement.statement_no,
            statement.site_code,
            statement.month,
            harmless(row.payer),
            harmless(row.fund),
            row.persons,
            row.meals,
            row.amount_fen,
            statement.status,
            content_hash,
        )
        for statement, content_hash in statements
        for row in statement.fund_amounts
    )
    write_rows(target, STATEMENTS, rows)


def write_portions(target: IO[bytes], balances: Iterable[Balance]) -> None:
    """Write one row for each site's sitting; what was not counted is empty."""
    write_rows(target, PORTIONS, (_portions_row(balance) for balance in balances))


def _portions_row(balance: Balance) -> list[str | int]:
    given = balance.explained_by
    is_known = balance.uncounted is None
    values = (
        balance.cooked,
        balance.was_sent,
        balance.received,
        balance.served,
        sum(balance.sent_on.values()),
        balance.returned,
        balance.spoiled,
        balance.difference if is_known else None,
        balance.on_the_way if is_known else None,
        balance.state.value,
        harmless(given.words) if given is not None else "",
        given.by if given is not None else "",
        given.at.isoformat(timespec="seconds") if given is not None else "",
    )
    where = balance.where
    return [
        where.served_on.isoformat(),
        where.sitting.value,
        where.site_code,
        balance.kitchen_code,
        *("" if value is None else value for value in values),
    ]


def write_rollup(target: IO[bytes], found: Rollup) -> None:
    """Write one row for each site, payer and fund of a period, a column for each month."""
    head = ("site_code", "payer", "fund", "persons", "meals", *map(str, found.period.months), "amount_fen")
    rows: Iterator[tuple[str | int, ...]] = (
        (
            row.site_code,
            harmless(row.payer),
            harmless(row.fund),
            row.persons,
            row.meals,
            *row.months_fen,
            row.amount_fen,
        )
        for row in found.rows
    )
    write_rows(target, head, rows)


def write_disclosure(target: IO[bytes], rows: Iterable[tuple[str, int | str, int, int]]) -> None:
    """Write one row for each row of the public notice."""
    write_rows(
        target,
        DISCLOSURE,
        ((harmless(site), persons, meals, amount_fen) for site, persons, meals, amount_fen in rows),
    )


def write_payments(target: IO[bytes], run: PaymentRun) -> None:
    """Write one row for each payment, and last the control sum, which names what is left out too."""
    said = f"共 {len(run.payments)} 笔"
    if run.refused:
        said += f"；未列入 {len(run.refused)} 笔 {format_yuan(run.refused_fen)} 元"
    control: tuple[str | int, ...] = ("合计", *[""] * 9, run.total_fen, _plain_yuan(run.total_fen), said)
    write_rows(target, PAYMENTS, [*(_payment(payment) for payment in run.payments), control])


def _payment(payment: Payment) -> tuple[str | int, ...]:
    claim = payment.claim
    account = claim.account
    where = (account.holder, account.bank, account.number) if account else ("", "", "")
    return (
        claim.statement_no,
        claim.site_code,
        harmless(claim.site),
        harmless(claim.operator),
        claim.uscc,
        *map(harmless, where),
        harmless(payment.payer),
        harmless("、".join(payment.funds)),
        payment.amount_fen,
        _plain_yuan(payment.amount_fen),
        payment.purpose,
    )


def _plain_yuan(amount_fen: int) -> str:
    """Write an amount for a machine: two decimals, no commas."""
    return format_yuan(amount_fen).replace(",", "")


def harmless(written: str) -> str:
    """Keep a spreadsheet from taking free text for a formula; codes and ids are left to the letter.

    >>> harmless("=1+1"), harmless("示例〔2026〕1号")
    ("'=1+1", '示例〔2026〕1号')
    """
    return f"'{written}" if written.startswith(_FORMULA_STARTS) else written


def write_rows(target: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """Write a table as CSV that Chinese Excel reads: UTF-8 with a BOM."""
    with _as_text(target) as text_file:
        writer = csv.writer(text_file, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows(rows)


@contextmanager
def _as_text(target: IO[bytes]) -> Iterator[TextIOWrapper]:
    """Write text into a file of bytes and leave that open."""
    wrapper = TextIOWrapper(target, encoding="utf-8-sig", newline="")
    try:
        yield wrapper
        wrapper.flush()
    finally:
        wrapper.detach()
