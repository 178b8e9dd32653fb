"""The statement is the sum of its lines, proves them by its hash, and tells every difference."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.errors import DomainError
from app.meals.rules import Channel
from app.month import Month, month_of, parse_month
from app.settlement.rules.adjustments import Adjustment
from app.settlement.rules.canonical import (
    StatementHash,
    canonical_line,
    check_code,
    line_from_canonical,
    statement_hash,
)
from app.settlement.rules.differences import (
    Difference,
    amount_differences,
    hash_difference,
    line_differences,
    total_differences,
)
from app.settlement.rules.lines import Line
from app.settlement.rules.recovery import RecoveryLine
from app.settlement.rules.statement import FundAmount, Tally, statement_number
from app.subsidy.rules import LayerShare, Reason

OCTOBER = Month(2026, 10)
NUMBER = "202610-C01-01"
GENERAL = LayerShare("district", "一般公共预算", 300)
LOTTERY = LayerShare("city", "福彩公益金", 200)


def a_line(meal_id: str = "m1", **changes: Any) -> Line:  # noqa: ANN401 - any field of a line
    line = Line(
        meal_id=meal_id,
        site_code="C01",
        resident_no="R-1",
        served_on=date(2026, 10, 8),
        sitting=Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=1500,
        government_fen=300,
        operator_fen=0,
        charity_fen=0,
        resident_fen=1200,
        reason=Reason.OK,
        policy_reference="示例〔2026〕1号",
        layers=(GENERAL,),
    )
    return dataclasses.replace(line, **changes)


@st.composite
def lines(draw: st.DrawFn, meal_id: str) -> Line:
    price_fen = draw(st.integers(0, 3000))
    shares = draw(
        st.lists(
            st.builds(
                LayerShare,
                st.sampled_from(["district", "city", "street"]),
                st.sampled_from(["一般公共预算", '福彩"公益\\金\n', ""]),
                st.integers(1, 300),
            ),
            max_size=3,
        )
    )
    government_fen = sum(share.amount_fen for share in shares)
    price_fen = max(price_fen, government_fen)
    operator_fen = draw(st.integers(0, price_fen - government_fen))
    charity_fen = draw(st.integers(0, price_fen - government_fen - operator_fen))
    return Line(
        meal_id=meal_id,
        site_code="C01",
        resident_no=draw(st.sampled_from(["R-1", "R-2", "R-3"])),
        served_on=OCTOBER.first_on + timedelta(days=draw(st.integers(0, 30))),
        sitting=draw(st.sampled_from(list(Sitting))),
        channel=draw(st.sampled_from(list(Channel))),
        price_fen=price_fen,
        government_fen=government_fen,
        operator_fen=operator_fen,
        charity_fen=charity_fen,
        resident_fen=price_fen - government_fen - operator_fen - charity_fen,
        reason=draw(st.sampled_from([Reason.OK, Reason.CAP_DAY, Reason.UNDER_AGE, Reason.REVERSED])),
        policy_reference=draw(st.text('〔示例〕1号"\\\n\t\x1f\u2028é𬭎', max_size=8)),
        layers=tuple(shares),
    )


months_of_lines = st.lists(lines("m"), max_size=12).map(
    lambda month: [dataclasses.replace(line, meal_id=f"m{place:02d}") for place, line in enumerate(month)]
)


@given(months_of_lines)
def test_a_statement_is_the_sum_of_its_lines(month: list[Line]) -> None:
    statement = Tally.of(month)
    counted = [line for line in month if line.reason is not Reason.REVERSED]
    paid = [line for line in counted if line.government_fen + line.charity_fen > 0]
    totals = statement.totals
    assert totals.meals == len(counted)
    assert totals.reversed_meals == len(month) - len(counted)
    assert totals.subsidised_meals == len(paid)
    assert totals.persons == len({line.resident_no for line in paid})
    for name in ("price_fen", "government_fen", "operator_fen", "charity_fen", "resident_fen"):
        assert getattr(totals, name) == sum(getattr(line, name) for line in counted)
    parts = totals.government_fen + totals.operator_fen + totals.charity_fen + totals.resident_fen
    assert parts == totals.price_fen
    assert sum(row.amount_fen for row in statement.amounts) == totals.amount_fen
    for row in statement.amounts:
        given_by_fund = [
            (line.resident_no, amount)
            for line in counted
            if (
                amount := sum(
                    share.amount_fen
                    for share in line.shares
                    if (share.payer, share.fund) == (row.payer, row.fund)
                )
            )
        ]
        assert row.meals == len(given_by_fund) > 0
        assert row.persons == len({resident for resident, _ in given_by_fund})
        assert row.amount_fen == sum(amount for _, amount in given_by_fund)


@given(months_of_lines, st.randoms(use_true_random=False))
def test_statement_and_hash_do_not_depend_on_the_order_of_the_lines(
    month: list[Line], random: Random
) -> None:
    shuffled = list(month)
    random.shuffle(shuffled)
    summed, again = Tally.of(month), Tally.of(shuffled)
    assert (again.totals, again.amounts) == (summed.totals, summed.amounts)
    assert _hash(shuffled) == _hash(month)


@given(months_of_lines, st.integers(0, 12), st.booleans())
def test_the_sums_of_parts_merge_into_those_of_the_whole(
    month: list[Line],
    cut: int,
    settled_before: bool,  # noqa: FBT001 - drawn
) -> None:
    adjustment, taken = (
        Adjustment("m0", NUMBER, "district", "A", -300),
        RecoveryLine("ZH-1", "city", "B", -50),
    )
    whole, merged, part = Tally.of(month), Tally.of(month[:cut]), Tally.of(month[cut:])
    part.settle([adjustment], [taken])
    whole.settle([adjustment], [taken])
    if settled_before:
        merged.settle([adjustment], [taken])
        whole.settle([adjustment], [taken])
    merged.merge(part)
    assert (merged.totals, merged.amounts, merged.persons) == (whole.totals, whole.amounts, whole.persons)
    assert merged.totals.persons == len(merged.persons)


@given(lines("m1"))
def test_a_canonical_line_is_one_line_and_reads_back_as_it_was(line: Line) -> None:
    written = canonical_line(line)
    assert written.count(b"\n") == 1
    assert written.endswith(b"]\n")
    assert line_from_canonical(written) == line


CHANGES: list[dict[str, Any]] = [
    {"meal_id": "m2"},
    {"site_code": "C02"},
    {"resident_no": "R-2"},
    {"served_on": date(2026, 10, 9)},
    {"sitting": Sitting.DINNER},
    {"channel": Channel.TAKE_AWAY},
    {"price_fen": 1501},
    {"government_fen": 301},
    {"operator_fen": 1},
    {"charity_fen": 1},
    {"resident_fen": 1201},
    {"reason": Reason.CAP_DAY},
    {"policy_reference": "示例〔2026〕2号"},
    {"layers": ()},
    {"layers": (dataclasses.replace(GENERAL, payer="city"),)},
    {"layers": (dataclasses.replace(GENERAL, fund="福彩公益金"),)},
    {"layers": (dataclasses.replace(GENERAL, amount_fen=301),)},
    {"layers": (GENERAL, LOTTERY)},
]


def test_every_field_of_a_line_has_a_change_in_the_table() -> None:
    assert {name for change in CHANGES for name in change} == {
        entry.name for entry in dataclasses.fields(Line)
    }


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_any_change_of_a_field_changes_the_hash(change: dict[str, Any]) -> None:
    others = [a_line("m0"), a_line("m9", resident_no="R-9")]
    assert _hash([a_line(), *others]) != _hash([a_line(**change), *others])


def test_the_order_of_layers_is_part_of_the_hash() -> None:
    assert _hash([a_line(layers=(GENERAL, LOTTERY))]) != _hash([a_line(layers=(LOTTERY, GENERAL))])


@pytest.mark.parametrize(
    ("number", "site_code", "month"),
    [("202610-C01-02", "C01", OCTOBER), (NUMBER, "C02", OCTOBER), (NUMBER, "C01", Month(2026, 11))],
)
def test_the_head_binds_number_site_and_month(number: str, site_code: str, month: Month) -> None:
    changed = statement_hash([a_line()], statement_no=number, site_code=site_code, month=month)
    assert changed != _hash([a_line()])


def test_the_hash_is_over_exactly_the_documented_bytes() -> None:
    written = (
        '["meal-circle-statement/1","202610-C01-01","C01","2026-10"]\n'
        '["m1","C01","R-1","2026-10-08","lunch","dine_in",1500,300,0,0,1200,"ok","示例〔2026〕1号",'
        '[["district","一般公共预算",300]]]\n'
    )
    assert _hash([a_line()]) == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize(
    ("adjustments", "recoveries", "form"), [(0, 0, "1"), (2, 0, "2"), (0, 2, "3"), (2, 2, "3")]
)
def test_the_form_says_whether_corrections_and_recoveries_follow(
    adjustments: int, recoveries: int, form: str
) -> None:
    corrected = [Adjustment(f"m{place}", "202609-C01-01", "district", "A", -300) for place in (2, 1)]
    recovered = [RecoveryLine(f"ZH-000{place}", "city", "B", -100) for place in (2, 1)]
    written = [
        f'["meal-circle-statement/{form}","202610-C01-01","C01","2026-10"]',
        canonical_line(a_line()).decode().removesuffix("\n"),
        *[f'["m{place}","202609-C01-01","district","A",-300]' for place in (1, 2)][:adjustments],
        *[f'["recovery","ZH-000{place}","city","B",-100]' for place in (1, 2)][:recoveries],
    ]
    assert (
        statement_hash(
            [a_line()],
            corrected[:adjustments],
            recoveries=recovered[:recoveries],
            statement_no=NUMBER,
            site_code="C01",
            month=OCTOBER,
        )
        == hashlib.sha256("".join(f"{line}\n" for line in written).encode()).hexdigest()
    )


def test_lines_out_of_order_are_refused_by_the_running_hash() -> None:
    hashing = StatementHash(NUMBER, "C01", OCTOBER)
    hashing.add("m2", canonical_line(a_line("m2")))
    for meal_id in ("m1", "m2"):
        with pytest.raises(ValueError, match="ascend"):
            hashing.add(meal_id, canonical_line(a_line(meal_id)))


def test_the_check_code_is_the_head_of_the_hash() -> None:
    content_hash = _hash([a_line()])
    head = content_hash[:16].upper()
    assert check_code(content_hash) == "-".join([head[:4], head[4:8], head[8:12], head[12:]])


def test_charity_money_is_a_row_of_its_own_after_the_government() -> None:
    line = a_line(charity_fen=100, resident_fen=1100, layers=(GENERAL,))
    assert Tally.of([line]).amounts == (
        FundAmount("district", "一般公共预算", 1, 1, 300),
        FundAmount("charity", "慈善资助", 1, 1, 100),
    )


def test_two_layers_of_one_fund_are_one_row_that_counts_the_meal_once() -> None:
    line = a_line(government_fen=600, resident_fen=900, layers=(GENERAL, GENERAL))
    assert Tally.of([line]).amounts == (FundAmount("district", "一般公共预算", 1, 1, 600),)


@pytest.mark.parametrize(
    ("issue", "number"), [(1, "202610-C01-01"), (2, "202610-C01-02"), (12, "202610-C01-12")]
)
def test_numbers_name_month_site_and_issue(issue: int, number: str) -> None:
    assert statement_number(OCTOBER, "C01", issue) == number


def test_the_first_issue_needs_no_number() -> None:
    assert statement_number(OCTOBER, "C01") == NUMBER


@pytest.mark.parametrize(
    "written", [b"[]", b'["m1","C01"]', canonical_line(a_line()).replace(b'"C01"', b'"C01","C02"')]
)
def test_a_canonical_line_with_too_few_or_too_many_fields_is_refused(written: bytes) -> None:
    with pytest.raises(ValueError, match="has 14 fields, not"):
        line_from_canonical(written)


@pytest.mark.parametrize(
    "written", ["2026-13", "2026-00", "2026-1", "202610", "2026/10", "", "十月", "0026-10", "9" * 50]
)
def test_what_is_no_month_is_refused_in_words(written: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_month(written)
    shown = written[:40]
    assert str(refused.value) == f"“{shown}” is not a month. Write year and month, like 2026-10."
    assert refused.value.field == "month"


@pytest.mark.parametrize(
    ("month", "first_on", "last_on"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_holds_its_first_and_last_day_and_none_beside(
    month: str, first_on: date, last_on: date
) -> None:
    read = parse_month(month)
    assert (read.first_on, read.last_on) == (first_on, last_on)
    assert read == month_of(first_on) == month_of(last_on)
    assert read.contains(first_on)
    assert read.contains(last_on)
    assert not read.contains(last_on + timedelta(days=1))
    assert not read.contains(first_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("month", "previous", "following"),
    [
        ("2026-10", "2026-09", "2026-11"),
        ("2026-12", "2026-11", "2027-01"),
        ("2026-01", "2025-12", "2026-02"),
    ],
)
def test_a_month_knows_its_neighbours(month: str, previous: str, following: str) -> None:
    assert (str(parse_month(month).previous), str(parse_month(month).next)) == (previous, following)


def test_nothing_differs_when_nothing_differs() -> None:
    stored = _by_meal(a_line("m1"), a_line("m2"))
    statement = Tally.of([a_line("m1"), a_line("m2")])
    assert list(line_differences(NUMBER, stored, dict(stored))) == []
    assert list(amount_differences(NUMBER, statement.amounts, statement.amounts)) == []
    assert list(total_differences(NUMBER, statement.totals, statement.totals)) == []
    assert list(hash_difference(NUMBER, "aa", "aa")) == []


@pytest.mark.parametrize(
    ("stored", "recomputed", "sentence"),
    [
        (
            a_line(),
            a_line(government_fen=0, resident_fen=1200),
            "meal m1, government_fen: stored 300, from the facts 0",
        ),
        (
            a_line(reason=Reason.OK),
            a_line(reason=Reason.DECEASED),
            "meal m1, reason: stored ok, from the facts deceased",
        ),
        (
            a_line(),
            a_line(layers=()),
            "meal m1, layers: stored [district 一般公共预算 300], from the facts []",
        ),
        (None, a_line(), "meal m1 is missing; the facts have it"),
        (a_line(), None, "meal m1 is listed; the facts do not have it"),
    ],
)
def test_a_different_line_is_told_by_meal_and_field(
    stored: Line | None, recomputed: Line | None, sentence: str
) -> None:
    found = line_differences(
        NUMBER, _by_meal(*([stored] if stored else [])), _by_meal(*([recomputed] if recomputed else []))
    )
    assert [str(difference.as_text()) for difference in found] == [f"Statement {NUMBER}: {sentence}"]


def test_different_sums_and_hash_are_told_by_field() -> None:
    before = Tally.of([a_line("m1"), a_line("m2")])
    after = Tally.of([a_line("m1"), a_line("m2", layers=(LOTTERY,))])
    assert _told(amount_differences(NUMBER, before.amounts, after.amounts)) == [
        "city 福彩公益金, persons: stored 0, from the facts 1",
        "city 福彩公益金, meals: stored 0, from the facts 1",
        "city 福彩公益金, amount_fen: stored 0, from the facts 200",
        "district 一般公共预算, meals: stored 2, from the facts 1",
        "district 一般公共预算, amount_fen: stored 600, from the facts 300",
    ]
    assert _told(amount_differences(NUMBER, after.amounts, before.amounts))[:3] == [
        "city 福彩公益金, persons: stored 1, from the facts 0",
        "city 福彩公益金, meals: stored 1, from the facts 0",
        "city 福彩公益金, amount_fen: stored 200, from the facts 0",
    ]
    totals = dataclasses.replace(before.totals, government_fen=700)
    assert _told(total_differences(NUMBER, before.totals, totals)) == [
        "total government_fen: stored 600, from the facts 700"
    ]
    assert _told(hash_difference(NUMBER, "aa", "bb")) == ["hash: stored aa, from the facts bb"]


def _told(differences: Iterable[Difference]) -> list[str]:
    """Give the sentences; each must name the statement."""
    found = list(differences)
    assert {each.statement_no for each in found} == {NUMBER}
    return [str(each.what) for each in found]


def test_a_tally_that_saw_nothing_is_nothing() -> None:
    tally = Tally()
    assert tally.amounts == ()
    assert tally.totals.amount_fen == 0


def _hash(month: Any) -> str:  # noqa: ANN401 - any iterable of lines
    return statement_hash(month, statement_no=NUMBER, site_code="C01", month=OCTOBER)


def _by_meal(*month: Line) -> dict[str, Line]:
    return {line.meal_id: line for line in month}
