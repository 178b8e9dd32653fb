"""The balance of a sitting: what came in at each site, what became of it, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.till.rules.balance import (
    Balance,
    BalanceState,
    Count,
    CountKind,
    Explanation,
    Facts,
    Fault,
    SiteSitting,
    balances,
)
from app.till.rules.completeness import GapKind, portion_gaps

DAY = date(2026, 10, 8)
AT = datetime(2026, 10, 9, 1, tzinfo=UTC)
KITCHENS = {"C01": "C01", "P01": "C01", "P02": "C01", "C02": "C02"}
COOKED, SENT, RECEIVED, RETURNED, SPOILED = CountKind
UNCOUNTED, UNACCOUNTED, OVERSERVED, LOST, FOUND = Fault


def at(site_code: str, day: date = DAY, sitting: Sitting = Sitting.LUNCH) -> SiteSitting:
    return SiteSitting(site_code, day, sitting)


def count(site_code: str, kind: CountKind, portions: int, to_code: str = "") -> Count:
    return Count(at(site_code), kind, portions, to_code or site_code)


def of(
    *counts: Count,
    served: dict[str, int] | None = None,
    orders: dict[str, date] | None = None,
    said: dict[str, Explanation] | None = None,
) -> dict[str, Balance]:
    """Give the balances of one sitting by site, with so many meals served at each."""
    facts = Facts(
        counts,
        {at(site_code): meals for site_code, meals in (served or {}).items()},
        KITCHENS,
        orders or {},
        {at(site_code): explanation for site_code, explanation in (said or {}).items()},
    )
    return {balance.where.site_code: balance for balance in balances(facts)}


def faults(found: dict[str, Balance]) -> dict[str, dict[Fault, int]]:
    return {site_code: balance.faults for site_code, balance in found.items() if balance.faults}


SENT_40 = (count("C01", COOKED, 100), count("C01", SENT, 40, "P01"))


@pytest.mark.parametrize(
    ("counts", "served", "expected"),
    [
        ((count("C01", COOKED, 60),), {"C01": 60}, {}),
        ((count("C01", COOKED, 60),), {"C01": 57}, {"C01": {UNACCOUNTED: 3}}),
        ((count("C01", COOKED, 60),), {"C01": 62}, {"C01": {OVERSERVED: 2}}),
        ((count("C01", COOKED, 60), count("C01", SPOILED, 3)), {"C01": 57}, {}),
        ((count("C01", COOKED, 0),), {"C01": 1}, {"C01": {OVERSERVED: 1}}),
        (SENT_40, {"C01": 60, "P01": 40}, {}),
        (SENT_40, {"C01": 60, "P01": 38}, {"P01": {UNACCOUNTED: 2}}),
        (SENT_40, {"C01": 62, "P01": 40}, {"C01": {OVERSERVED: 2}}),
        ((*SENT_40, count("P01", RETURNED, 2), count("P01", SPOILED, 1)), {"C01": 60, "P01": 37}, {}),
        ((*SENT_40, count("P01", RECEIVED, 38)), {"C01": 60, "P01": 38}, {"P01": {LOST: 2}}),
        (
            (*SENT_40, count("P01", RECEIVED, 38)),
            {"C01": 60, "P01": 40},
            {"P01": {OVERSERVED: 2, LOST: 2}},
        ),
        (
            (*SENT_40, count("P01", RECEIVED, 43)),
            {"C01": 60, "P01": 40},
            {"P01": {UNACCOUNTED: 3, FOUND: 3}},
        ),
        # What was sent by another kitchen counts as well, and so does what a point cooked itself.
        (
            (*SENT_40, count("C02", COOKED, 5), count("C02", SENT, 5, "P01")),
            {"C01": 60, "P01": 45},
            {},
        ),
        ((*SENT_40, count("P01", COOKED, 6)), {"C01": 60, "P01": 46}, {}),
        # Nobody counted what was cooked, or what was sent to a point that served.
        ((count("C01", SENT, 40, "P01"),), {"C01": 60, "P01": 40}, {"C01": {UNCOUNTED: 100}}),
        (
            (count("C01", COOKED, 100),),
            {"C01": 60, "P01": 40},
            {"C01": {UNCOUNTED: 40}, "P01": {UNCOUNTED: 40}},
        ),
        (
            (count("C01", COOKED, 100), count("P01", RECEIVED, 40)),
            {"C01": 60, "P01": 40},
            {"C01": {UNCOUNTED: 40}, "P01": {UNCOUNTED: 40}},
        ),
        # A point without meals needs nothing sent to it.
        ((count("C01", COOKED, 60),), {"C01": 60, "P01": 0}, {}),
        ((count("C01", COOKED, 0),), {}, {}),
    ],
)
def test_a_sitting_balances_or_is_told_by_how_much_it_does_not(
    counts: Sequence[Count], served: dict[str, int], expected: dict[str, dict[Fault, int]]
) -> None:
    assert faults(of(*counts, served=served)) == expected


def test_sittings_and_days_are_kept_apart() -> None:
    dinner = Count(at("C01", sitting=Sitting.DINNER), COOKED, 10, "C01")
    tomorrow = Count(at("C01", day=date(2026, 10, 9)), COOKED, 20, "C01")
    found = balances(Facts([count("C01", COOKED, 5), tomorrow, dinner], {}, KITCHENS))
    assert [(each.where.served_on.day, each.where.sitting, each.difference) for each in found] == [
        (8, Sitting.LUNCH, 5),
        (8, Sitting.DINNER, 10),
        (9, Sitting.LUNCH, 20),
    ]


def test_a_kitchen_comes_before_whom_it_cooks_for() -> None:
    found = of(*SENT_40, served={"C02": 1, "P02": 1})
    assert list(found) == ["C01", "P01", "P02", "C02"]


def test_where_nobody_counts_nothing_is_asked() -> None:
    found = of(served={"C01": 60, "P01": 40})
    assert {balance.state for balance in found.values()} == {BalanceState.UNASKED}
    assert portion_gaps(found.values()) == []


@pytest.mark.parametrize(
    ("from_on", "asked"), [(date(2026, 10, 8), True), (date(2026, 10, 9), False), (date(2020, 1, 1), True)]
)
def test_from_the_ordered_day_on_every_sitting_is_asked_for(from_on: date, *, asked: bool) -> None:
    found = of(served={"C01": 60, "P01": 40, "C02": 7}, orders={"C01": from_on})
    assert [site_code for site_code, balance in found.items() if balance.is_asked] == (
        ["C01", "P01"] if asked else []
    )
    if asked:
        assert [(gap.kind, gap.site_code, gap.count) for gap in portion_gaps(found.values())] == [
            (GapKind.UNCOUNTED, "C01", 100),
            (GapKind.UNCOUNTED, "P01", 40),
        ]


@pytest.mark.parametrize(
    "begun", [count("C01", COOKED, 100), count("P01", RETURNED, 1), count("C01", SENT, 9, "P02")]
)
def test_what_was_begun_is_finished_by_its_kitchen_and_its_points_and_nobody_else(begun: Count) -> None:
    found = of(begun, served={"C01": 60, "P01": 40, "C02": 7})
    assert found["C01"].is_asked
    assert found["P01"].is_asked
    assert not found["C02"].is_asked


def test_a_kitchen_that_helps_out_does_not_oblige_the_one_that_rested() -> None:
    found = of(count("C02", COOKED, 40), count("C02", SENT, 40, "P01"), served={"P01": 40})
    assert {site_code: balance.state for site_code, balance in found.items()} == {
        "P01": BalanceState.BALANCED,
        "C02": BalanceState.BALANCED,
    }


def explained(difference: int, on_the_way: int = 0) -> dict[str, Explanation]:
    return {"C01": Explanation("倒掉了", "U-1", AT, difference, on_the_way)}


@pytest.mark.parametrize(
    ("difference", "on_the_way", "state"),
    [
        (3, 0, BalanceState.EXPLAINED),
        (2, 0, BalanceState.DIFFERS),
        (-3, 0, BalanceState.DIFFERS),
        (3, 1, BalanceState.DIFFERS),
    ],
)
def test_an_explanation_holds_for_its_own_figures(
    difference: int, on_the_way: int, state: BalanceState
) -> None:
    found = of(count("C01", COOKED, 60), said=explained(difference, on_the_way), served={"C01": 57})["C01"]
    assert found.state is state
    assert bool(found.open_faults) is (state is BalanceState.DIFFERS)
    assert bool(portion_gaps([found])) is (state is BalanceState.DIFFERS)


def test_an_explanation_never_closes_what_was_not_counted() -> None:
    found = of(
        count("C01", COOKED, 60),
        count("C01", SENT, 1, "P02"),
        said=explained(0),
        served={"C01": 57, "P01": 3},
    )
    assert found["C01"].state is BalanceState.UNCOUNTED
    assert found["C01"].open_faults == {UNCOUNTED: 3}


def test_a_gap_says_day_sitting_and_figure() -> None:
    gaps = portion_gaps(of(count("C01", COOKED, 60), served={"C01": 57, "P01": 4}).values())
    assert [str(gap.sentence) for gap in gaps] == [
        "2026-10-08 lunch: nobody counted what was cooked or sent for 4 meals.",
        "2026-10-08 lunch: nobody counted what was cooked or sent for 4 meals.",
    ]
    (gap,) = portion_gaps(of(count("C01", COOKED, 60), served={"C01": 57}).values())
    assert str(gap.sentence) == "2026-10-08 lunch: 3 portions are not accounted for."


SITES = ("C01", "P01", "P02")
portions = st.integers(0, 200)
maybe = st.none() | portions


@given(
    cooked=portions,
    sent=st.fixed_dictionaries({"P01": portions, "P02": portions}),
    received=st.fixed_dictionaries({"P01": maybe, "P02": maybe}),
    served=st.fixed_dictionaries(dict.fromkeys(SITES, portions)),
    returned=st.fixed_dictionaries({"P01": maybe, "P02": maybe}),
    spoiled=st.fixed_dictionaries(dict.fromkeys(SITES, maybe)),
    seed=st.randoms(use_true_random=False),
)
def test_nothing_is_counted_twice_and_nothing_is_lost(
    cooked: int,
    sent: dict[str, int],
    received: dict[str, int | None],
    served: dict[str, int],
    returned: dict[str, int | None],
    spoiled: dict[str, int | None],
    seed: object,
) -> None:
    """What was cooked is all that was served, returned and spoiled, and what the differences say."""
    counts = [count("C01", COOKED, cooked)]
    counts += [count("C01", SENT, number, to_code) for to_code, number in sent.items()]
    for kind, given_counts in ((RECEIVED, received), (RETURNED, returned), (SPOILED, spoiled)):
        counts += [count(site, kind, number) for site, number in given_counts.items() if number is not None]
    seed.shuffle(counts)  # type: ignore[attr-defined]  # a Random
    found = of(*counts, served=served)
    way = sum(balance.on_the_way for balance in found.values())
    gone = sum(number or 0 for number in (*returned.values(), *spoiled.values()))
    differences = sum(balance.difference for balance in found.values())
    assert cooked + way == sum(served.values()) + gone + differences
    assert sum(balance.served for balance in found.values()) == sum(served.values())
    for balance in found.values():
        signed = {UNACCOUNTED: 1, OVERSERVED: -1}
        assert (
            sum(signed.get(fault, 0) * number for fault, number in balance.faults.items())
            == balance.difference
        )
        figures = Explanation("说明", "U-1", AT, balance.difference, balance.on_the_way)
        assert replace(balance, explanation=figures).open_faults == {}
